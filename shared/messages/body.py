"""What every message body is: a request from outside, a fact of a service, or an answer.

A request is validated closed (an unknown field is refused); a fact is read open (an unknown field
is from a newer writer). Each class names its wire type, its topics and the field that is its key;
the tables of types, the JSON Schemas and the AsyncAPI page are made from that.
"""

from datetime import date
from functools import cache
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field

# Both are one number in JSON and in JSON Schema: here only the first is taken.
INTEGER = "整数，写作 1200，不作 1200.0 / an integer, written 1200, never 1200.0"
MOST_FEN = 10**14
Fen = Annotated[int, Field(ge=-MOST_FEN, le=MOST_FEN, description=f"分 / fen, 1 yuan = 100 fen; {INTEGER}")]
AmountFen = Annotated[int, Field(ge=0, le=MOST_FEN, description=f"分，不为负 / fen, not negative; {INTEGER}")]
# What many bills come to: the most that a number is exact in every language (RFC 8259, 6).
MOST_SUM_FEN = 2**53 - 1
SumFen = Annotated[
    int, Field(ge=-MOST_SUM_FEN, le=MOST_SUM_FEN, description=f"多笔合计，分 / fen of many bills; {INTEGER}")
]
AmountSumFen = Annotated[
    int,
    Field(
        ge=0,
        le=MOST_SUM_FEN,
        description=f"多笔合计，分，不为负 / fen of many bills, not negative; {INTEGER}",
    ),
]
Count = Annotated[int, Field(ge=0, le=10**9, description=INTEGER)]
# Digits are [0-9]: \d is a digit of any script here, but not in JSON Schema (ECMA-262) nor in shared.money.
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]
NodeId = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9.-]{0,39}$", description="总线上的一个接入点 / one connection to the bus"
    ),
]
Area = Annotated[
    str, Field(pattern=r"^[0-9]{6}$", description="行政区划代码 / administrative area, GB/T 2260")
]
InstitutionId = Annotated[
    str, Field(pattern=r"^[HP][0-9]{11}$", description="H 或 P、行政区划、顺序号 / H or P, area, sequence")
]
Scheme = Annotated[
    str,
    Field(
        pattern=r"^(310|380|390)$", description="310 职工 / employee; 390 居民 / resident; 380 新农合 / NRCMS"
    ),
]
Month = Annotated[
    str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", description="年月 / calendar month, YYYY-MM")
]
Text = Annotated[str, Field(max_length=200)]
# White space of all kinds, written out: each language's own class of it is another one.
BLANK = r"\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff"
Proof = Annotated[str, Field(max_length=200, pattern=f"[^{BLANK}]", description="不得为空白 / not blank")]
Quantity = Annotated[
    str, Field(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,4})?$", description="至多 4 位小数 / up to 4 decimals")
]
Price = Annotated[
    str,
    Field(pattern=r"^[0-9]{1,10}(\.[0-9]{1,6})?$", description="元，至多 6 位小数 / yuan, up to 6 decimals"),
]
CATEGORIES = (
    "01 床位 / bed; 02 诊察 / diagnosis; 03 检查 / examination; 04 化验 / laboratory; 05 治疗 / treatment; "
    "06 手术 / surgery; 07 护理 / nursing; 08 材料 / materials; 09 西药 / western drugs; "
    "10 中药饮片 / herbal pieces; 11 中成药 / Chinese patent drugs; 12 一般诊疗 / general consultation; "
    "13 挂号 / registration; 14 其他 / other"
)
Category = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-4])$", description=CATEGORIES)]

IN_EDITION: Any = Field(default=False, description="此后不再改变 / never changes then")
MAX_ID_CHARS = 200
RequestId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_ID_CHARS,
        description="报文标识 / a message id: whatever a node may send as one",
    ),
]

PREFIX = "yidi."
_set = object.__setattr__  # bodies are frozen


class Body(BaseModel):
    """A message body; frozen, strict (no coercion: a float is no amount).

    Pydantic makes a class's validator when it is first used: to make all of them took a third of a start.
    """

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", ser_json_inf_nan="constants", defer_build=True
    )

    TOPICS: ClassVar[tuple[str, ...]] = ()
    KEY: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1

    @classmethod
    @cache
    def wire_type(cls) -> str:
        """The value of `ce_type`: the class name with its version."""
        return f"{PREFIX}{cls.__name__}.v{cls.VERSION}"

    @classmethod
    def of_valid(cls, fields: dict[str, Any]) -> Self:
        """Makes a body of values known to be valid, such as those of our own rows; checks none of them.

        `fields` holds every field of the class, in its order, in which it is written. As `model_construct`,
        which takes longer than to check the values.
        """
        body = cls.__new__(cls)
        _set(body, "__dict__", fields)
        _set(body, "__pydantic_fields_set__", set(fields))
        _set(body, "__pydantic_extra__", None)
        _set(body, "__pydantic_private__", None)
        return body

    @property
    def key(self) -> str:
        """The record key, whose partition orders the subject's story."""
        return str(getattr(self, self.KEY))


class Paged(Body):
    """A page of rows (批量), each of which could travel alone: so a register of millions costs little a row.

    All rows have the partition of the page's key, which is that of its first row; no two have one key.
    """

    rows: tuple[Any, ...]

    @property
    def key(self) -> str:
        """The key of the first row."""
        return str(self.rows[0].key)

    @property
    def row_keys(self) -> tuple[str, ...]:
        """The key of each row."""
        return tuple(row.key for row in self.rows)


class Request(Body):
    """Asked from outside; decided once and answered on `reply.<node>`."""


class Question(Request):
    """Asks how things stand and changes nothing (查询): answered anew each time, neither kept nor told."""


class Fact(Body):
    """Something a service has decided; never changed, never taken back, only followed by another."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class Result(Body):
    """What an accepted request brought about; stands inside the answer."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class QueryOutcome(Request):
    """Asks for the first answer to an earlier request whose answer was lost (查询交易结果).

    Goes to the topic of the original and with its key, so that it is decided after it.
    """

    TOPICS = ("realtime.filings", "realtime.encounters", "daily.costs", "casepage.pages", "monthly.claims")
    KEY = "subject_id"
    subject_id: Identifier
    original_id: RequestId


class CancelRequest(Request):
    """Undoes an earlier request by its message id (冲正, NHSA 2601).

    An id that was not heard yet can never take effect later.
    """

    TOPICS = ("realtime.filings", "realtime.encounters", "daily.costs", "casepage.pages", "monthly.claims")
    KEY = "subject_id"
    subject_id: Identifier
    original_id: RequestId
    reason: Text = ""


class RequestRefused(Fact):
    """A request was answered with "no": recorded like any other decision."""

    TOPICS = ("enrollment.events", "referral.events", "settlement.events", "clearing.events")
    KEY = "subject_id"
    subject_id: str
    request_id: str
    request_type: str
    node_id: str
    code: str


class DayReached(Fact):
    """A stream has done all it had to do for a business day; goes to every partition it feeds."""

    TOPICS = ("enrollment.events", "referral.events", "settlement.events", "clearing.events")
    KEY = "stream"
    stream: str
    reached_on: date


class MessageParked(Fact):
    """A message could not be decided and stands aside, with its bytes, until an operator looks at it."""

    TOPICS = (
        "enrollment.dead",
        "referral.dead",
        "settlement.dead",
        "clearing.dead",
        "audit.dead",
    )
    KEY = "origin_key"
    origin_key: str
    origin_topic: str
    origin_partition: Count
    origin_offset: Count
    reason: str
    detail: str = ""
