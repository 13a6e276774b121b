"""The kinds of field of the national form (国家医保接口数据项), with their lengths, and yuan as fen.

Lengths and names as adapters seen in public have them; a field that is not named is not read.
"""

import re
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-2][0-9]:[0-5][0-9]:[0-5][0-9])?"
_DIGITS = r"-?[0-9]{1,16}(\.[0-9]{1,6})?"
MOST_YUAN, MOST_OF, MOST_PRICE = 10**9, 10**8, 10**8  # beyond what a bill or a month of bills can be
_ID = r"^[A-Za-z0-9][A-Za-z0-9._:-]*$"
Id = Annotated[str, Field(max_length=30, pattern=_ID)]
SettlementId = Annotated[str, Field(max_length=64, pattern=_ID)]  # longer than the form's 30
Code = Annotated[str, Field(max_length=30, pattern=_ID)]
ItemCode = Annotated[str, Field(max_length=50, pattern=_ID)]
AreaCode = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Flag = Literal["0", "1"]


def _number(value: Any) -> Any:
    """A number that JSON has, or the digits of one: no exponent that a body could hide a large one in."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise PydanticCustomError("number", "a number")
    if isinstance(value, str) and not re.fullmatch(_DIGITS, value):
        raise PydanticCustomError("number", "digits and a point")
    return value


_Number = Annotated[Decimal, BeforeValidator(_number)]
Yuan = Annotated[
    _Number,
    Field(ge=-MOST_YUAN, le=MOST_YUAN, decimal_places=2, description="元，2 位小数 / yuan, 2 decimals"),
]
Amount = Annotated[Yuan, Field(ge=0)]
Quantity = Annotated[
    _Number, Field(gt=-MOST_OF, lt=MOST_OF, decimal_places=4, description="4 位小数 / 4 decimals")
]
Price = Annotated[
    _Number, Field(ge=0, lt=MOST_PRICE, decimal_places=6, description="元，6 位小数 / yuan, 6 decimals")
]
Scheme = Annotated[str, Field(pattern=r"^(310|380|390)$")]
Category = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-4])$")]
Credential = Literal["01", "02", "03", "04"]
CredentialNumber = Annotated[str, Field(max_length=50, pattern="^[!-~]+$")]


def _day(value: Any) -> Any:
    """The day of a time (`yyyy-MM-dd HH:mm:ss`), or of a day (`yyyy-MM-dd`)."""
    if isinstance(value, str) and re.fullmatch(_TIME, value):
        with suppress(ValueError):
            return datetime.fromisoformat(value).date()
    raise PydanticCustomError("day", "yyyy-MM-dd HH:mm:ss 或 / or yyyy-MM-dd")


Day = Annotated[
    date,
    BeforeValidator(_day),
    Field(description="yyyy-MM-dd 或 / or yyyy-MM-dd HH:mm:ss，北京时间 / China time"),
]


class Form(BaseModel):
    """One node of a transaction's input (输入节点); an empty field is one that is not given."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", str_strip_whitespace=True, hide_input_in_errors=True
    )

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if value not in ("", None)}


N = TypeVar("N", bound=Form)


class Data(Form, Generic[N]):
    """An input (输入) of one node, `data`, as most transactions have it."""

    data: N


def fen(yuan: Decimal) -> int:
    """Yuan as fen; exact, since a field has at most two decimals."""
    return int(yuan.scaleb(2))


def yuan(fen: int) -> Decimal:
    """Fen as yuan with two decimals."""
    return Decimal(fen).scaleb(-2)


def plain(number: Decimal) -> str:
    """A number as the bus has quantities and prices: digits and a point, no exponent and no negative zero."""
    return format(number or abs(number), "f")
