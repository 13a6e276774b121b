"""What travels about money that lies ahead (预付金、周转金): its quota, its funding, its emergency top-up.

001 (二十一): the agency of the insured place settles the quota and pays it. 004-5 三(七)1: the reserve
follows from the persons who live there and last year's mean cost of a stay, and is paid ahead likewise.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.messages.body import (
    INTEGER,
    AmountFen,
    AmountSumFen,
    Area,
    Body,
    Count,
    Fact,
    Identifier,
    Month,
    Proof,
    Request,
    SumFen,
    Text,
)
from shared.messages.clearing.payments import SomeFen

_ASKED = ("monthly.claims",)
_TOLD = ("clearing.events", "reply.<node>")
QuotaMonths = Annotated[int, Field(ge=1, le=12, description=INTEGER)]
RatioBp = Annotated[int, Field(ge=1, le=10_000, description=f"万分比 / basis points; {INTEGER}")]
PaidFrom = Literal["fund", "other"]
Level = Literal["none", "yellow", "red"]


class ResidentsBasis(Body):
    """From what a reserve is measured (周转金核定依据): persons living there × mean cost × ratio."""

    persons: Count
    mean_cost_fen: AmountFen
    ratio_bp: RatioBp


class QuarterBasis(Body):
    """From what a prefund is measured (预付金核定依据): what was payable of a quarter's three months."""

    first_month: Month
    payable_fen: SumFen
    months: QuotaMonths


class MeasureQuota(Request):
    """An officer of the insured center has the quota measured (核定额度), to hold from a day on.

    A prefund is measured from the last quarter, a reserve from `residents`. What was measured wrongly is
    measured again: only the last measurement can be approved.
    """

    TOPICS = _ASKED
    KEY = "agreement_id"
    measure_id: Identifier
    agreement_id: Identifier
    center_id: Area
    officer: Identifier
    from_on: date
    months: QuotaMonths = 2
    residents: ResidentsBasis | None = None


class ApproveQuota(Request):
    """An officer of the insured center approves a measured quota (复核额度); it holds when a second one has.

    What was approved wrongly is measured again.
    """

    TOPICS = _ASKED
    KEY = "agreement_id"
    measure_id: Identifier
    agreement_id: Identifier
    center_id: Area
    officer: Identifier


class ReportFunding(Request):
    """A center reports that it has paid what a quota or a top-up asks for (拨付预付金).

    The money is a fund's; another source needs a reason (001 (二十一)). A quota that is approved lower asks
    the treatment center to pay back: that undoes a funding.
    """

    TOPICS = _ASKED
    KEY = "agreement_id"
    funding_id: Identifier
    agreement_id: Identifier
    center_id: Area
    paid_fen: AmountSumFen
    paid_on: date
    paid_from: PaidFrom = "fund"
    reason: Text = ""


class AskTopUp(Request):
    """The treatment center asks for an emergency top-up (紧急调增) when the alert is red.

    An answer of nothing ends it.
    """

    TOPICS = _ASKED
    KEY = "agreement_id"
    top_up_id: Identifier
    agreement_id: Identifier
    center_id: Area
    officer: Identifier
    amount_fen: SomeFen
    reason: Proof


class AnswerTopUp(Request):
    """The insured center grants a top-up (答复紧急调增), whole or in part; 0 declines it.

    What was granted too much is paid back when the quota is measured again.
    """

    TOPICS = _ASKED
    KEY = "agreement_id"
    top_up_id: Identifier
    agreement_id: Identifier
    center_id: Area
    officer: Identifier
    accepted_fen: AmountSumFen
    reason: Text = ""


class QuotaMeasured(Fact):
    """A quota was measured (已核定): each January by itself, or because an officer (`officer`) asked."""

    TOPICS = _TOLD
    KEY = "agreement_id"
    measure_id: Identifier
    agreement_id: Identifier
    quota_fen: AmountSumFen
    from_on: date
    measured_on: date
    officer: Identifier | None = None
    quarter: QuarterBasis | None = None
    residents: ResidentsBasis | None = None


class QuotaApproved(Fact):
    """Two officers approved a quota (已复核); `to_pay_fen` restores it, below zero it is paid back."""

    TOPICS = _TOLD
    KEY = "agreement_id"
    measure_id: Identifier
    agreement_id: Identifier
    quota_fen: AmountSumFen
    from_on: date
    asked_by: Identifier
    approved_by: Identifier
    funding_id: Identifier
    to_pay_fen: SumFen
    pay_by: date


class PrefundFunded(Fact):
    """What was asked for is paid (已拨付预付金); below zero, it was paid back."""

    TOPICS = _TOLD
    KEY = "agreement_id"
    funding_id: Identifier
    agreement_id: Identifier
    center_id: Area
    funded_fen: SumFen
    paid_on: date
    paid_from: PaidFrom = "fund"
    reason: Text = ""


class TopUpAsked(Fact):
    """The treatment center has asked for an emergency top-up (已申请紧急调增); answered by `answer_by`."""

    TOPICS = _TOLD
    KEY = "agreement_id"
    top_up_id: Identifier
    agreement_id: Identifier
    center_id: Area
    officer: Identifier
    amount_fen: SumFen
    reason: Proof
    asked_on: date
    answer_by: date


class TopUpAnswered(Fact):
    """The insured center has answered (已答复紧急调增): so much more lies ahead, paid by `pay_by`."""

    TOPICS = _TOLD
    KEY = "agreement_id"
    top_up_id: Identifier
    agreement_id: Identifier
    center_id: Area
    officer: Identifier
    accepted_fen: AmountSumFen
    quota_fen: AmountSumFen
    answered_on: date
    pay_by: date
    reason: Text = ""


class PrefundOverdue(Fact):
    """A top-up was not answered, or a funding not paid, by its day (逾期); both centers are told, once."""

    TOPICS = _TOLD
    KEY = "agreement_id"
    order_id: Identifier
    agreement_id: Identifier
    unmet: Literal["TOP_UP_ANSWER", "FUNDING"]
    center_id: Area
    due_on: date
    open_fen: SumFen


class PrefundAlert(Fact):
    """What lies ahead has sunk below a threshold, or will within 10 days (预警): the radar's figures.

    `free_fen` is what is left less what institutions are owed from it; `burn_fen` what the last 28 days
    brought; `alert` is the level that is reached or near; no day is named while nothing is used up.
    """

    TOPICS = _TOLD
    KEY = "agreement_id"
    agreement_id: Identifier
    alert: Level
    seen_on: date
    quota_fen: AmountSumFen
    balance_fen: SumFen
    accrued_fen: SumFen
    free_fen: SumFen
    burn_fen: SumFen
    days_to_yellow: Count | None = None
    days_to_red: Count | None = None
