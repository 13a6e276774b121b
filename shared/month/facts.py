"""Facts (清算事实): the nine things from which a month is computed, each as it stands in a file of facts.

Form only: fields, bounds and defaults. What may not be between two facts stands in `relations`.
"""

import re
from datetime import date
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from shared.benefit.bill import VisitKind
from shared.messages.body import AmountFen, Area, Count, Fen, Identifier, Scheme
from shared.messages.enrollment.agreements import (
    MOST_NAMED,
    Claims,
    DayOfMonth,
    FundingMode,
    MonthDay,
    default_case_page_required,
    default_claims,
)
from shared.month.funds import Funds

# Far beyond any bill, and each day's month and the year after still have a number of four digits.
LAST_DAY = date(2999, 12, 31)
_CLOSED = ConfigDict(strict=True, extra="forbid", defer_build=True)


@lru_cache(maxsize=8192)
def _read_day(text: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _day(value: object) -> object:
    # The same date object for the same text: a month has a million lines and thirty days.
    if isinstance(value, str):
        try:
            return _read_day(value)
        except ValueError:
            raise PydanticCustomError("date_form", "must be a date YYYY-MM-DD") from None
    return value


def _event_day(value: object) -> object:
    day = _day(value)
    if isinstance(day, date) and day > LAST_DAY:
        raise PydanticCustomError("less_than_equal", "must not be so late", {"le": f"{LAST_DAY}"})
    return day


AnyDay = Annotated[date, BeforeValidator(_day)]
Day = Annotated[date, BeforeValidator(_event_day)]
# A line's id is its settlement's with `.r` and `.d` behind it.
LineId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")]


@dataclass(config=_CLOSED, frozen=True, slots=True)
class Agreement:
    """An agreement (协议) as it was signed for a period from `in_force_from` on, with its parameters.

    `in_force_until` is the first day on which it is in force no more. `institutions`: those that it opens;
    none: all.
    """

    agreement_id: Identifier
    insured_area: Area
    treatment_area: Area
    schemes: tuple[Scheme, ...]
    insured_center: Area
    treatment_center: Area
    funding_mode: FundingMode
    in_force_from: AnyDay
    in_force_until: AnyDay
    cut_off_day: DayOfMonth = 0
    declare_by_day: DayOfMonth = 0
    claims: Claims = Field(default_factory=default_claims)
    case_page_required: bool = Field(default_factory=default_case_page_required)
    max_delay_months: Count = 2
    year_close: MonthDay = "03-31"
    confirm_working_days: Count = 5
    pay_working_days: Count = 10
    decide_working_days: Count = 20
    investigate_above_fen: AmountFen = 3_000_000
    prefund_quota_fen: AmountFen = 0
    institutions: tuple[Identifier, ...] = Field(default=(), max_length=MOST_NAMED)
    type: Literal["agreement"] = "agreement"


@dataclass(config=_CLOSED, frozen=True, slots=True)
class Amounts:
    """Money per fund and account, none of it below zero."""

    pool_fen: AmountFen
    large_amount_fen: AmountFen
    serious_illness_fen: AmountFen
    assistance_fen: AmountFen
    account_fen: AmountFen

    @property
    def funds(self) -> Funds:
        """The five amounts."""
        return _funds(self)


@dataclass(config=_CLOSED, frozen=True, slots=True)
class SignedAmounts:
    """Money per fund and account, with the sign of the line that it is a part of."""

    pool_fen: Fen
    large_amount_fen: Fen
    serious_illness_fen: Fen
    assistance_fen: Fen
    account_fen: Fen

    @property
    def funds(self) -> Funds:
        """The five amounts."""
        return _funds(self)


def _funds(of: Amounts | SignedAmounts) -> Funds:
    return Funds(of.pool_fen, of.large_amount_fen, of.serious_illness_fen, of.assistance_fen, of.account_fen)


@dataclass(config=_CLOSED, frozen=True, slots=True)
class Settled(Amounts):
    """A settlement (结算) of a visit: who was treated where, and what each fund and the account paid.

    `at_home`: whether care was in the patient's own pooling area (统筹区); by default as the two areas lie.
    `terms_on`: the day whose agreement covers it, where that is not `service_on`: a later part of a stay
    that was settled in between (中途结算) goes by the admission.
    """

    settlement_id: Identifier
    visit_id: Identifier
    person_id: Identifier
    institution_id: Identifier
    kind: VisitKind
    insured_area: Area
    treatment_area: Area
    scheme: Scheme
    service_on: Day
    settled_on: Day
    total_fen: AmountFen
    at_home: bool | None = None
    terms_on: Day | None = None
    type: Literal["settled"] = "settled"


@dataclass(config=_CLOSED, frozen=True, slots=True)
class Reversed:
    """A reversal (冲正): a settlement was taken back whole."""

    settlement_id: Identifier
    reversed_on: Day
    type: Literal["reversed"] = "reversed"


@dataclass(config=_CLOSED, frozen=True, slots=True)
class CasePage:
    """The case page (病案首页) of a stay was received."""

    visit_id: Identifier
    received_on: Day
    type: Literal["case_page"] = "case_page"


@dataclass(config=_CLOSED, frozen=True, slots=True)
class Reviewed:
    """A claim was reviewed (审核): what of a settlement's funds was accepted."""

    settlement_id: Identifier
    claim_id: Identifier
    reviewed_on: Day
    accepted: Amounts
    type: Literal["reviewed"] = "reviewed"


@dataclass(config=_CLOSED, frozen=True, slots=True)
class Disputed:
    """A line of a statement was disputed (争议) by a center."""

    line_id: LineId
    disputed_on: Day
    type: Literal["disputed"] = "disputed"


@dataclass(config=_CLOSED, frozen=True, slots=True)
class Decided:
    """A dispute was decided (争议裁定).

    `rejected`: the line is owed after all; `upheld`: it is not; `adjusted`: what was accepted of it is.
    """

    line_id: LineId
    decided_on: Day
    outcome: Literal["rejected", "upheld", "adjusted"]
    accepted: SignedAmounts | None = None
    type: Literal["decided"] = "decided"


@dataclass(config=_CLOSED, frozen=True, slots=True)
class Recovered(Amounts):
    """A recovery (追回): money of a settlement that was found to be unduly paid, and goes back."""

    recovery_id: Identifier
    settlement_id: Identifier
    decided_on: Day
    type: Literal["recovered"] = "recovered"


@dataclass(config=_CLOSED, frozen=True, slots=True)
class Admitted:
    """A late line was let in (准入) by an operator and a second one."""

    line_id: LineId
    admitted_on: Day
    type: Literal["admitted"] = "admitted"


Fact = Agreement | Settled | Reversed | CasePage | Reviewed | Disputed | Decided | Recovered | Admitted
"""Any one of the nine."""

FACT: TypeAdapter[Fact] = TypeAdapter(Annotated[Fact, Field(discriminator="type")])
"""Reads a fact from a JSON object; its `type` says which."""
