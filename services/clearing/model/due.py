"""The work of a day, as messages that the service gives itself; they never reach Kafka."""

from datetime import date
from typing import Literal, NamedTuple

from shared.messages.body import (
    Area,
    Body,
    Count,
    Fact,
    Identifier,
    InstitutionId,
    Month,
    Scheme,
    SumFen,
)
from shared.messages.clearing.batches import Digest, Sums
from shared.messages.clearing.prefunds import QuarterBasis, ResidentsBasis


class MonthSums(NamedTuple):
    """The sums (月度汇总) of a month's lines of a scheme and area, entered with one pair of centers."""

    scheme: Scheme
    month: Month
    insured_area: Area
    insured_center: Area
    treatment_center: Area
    sums: Sums


class InstitutionDue(Body):
    """What an institution is owed for a month (应付医药机构款), fen per fund; below zero when it owes."""

    institution_id: InstitutionId
    pool_fen: SumFen
    large_amount_fen: SumFen
    serious_illness_fen: SumFen
    assistance_fen: SumFen
    account_fen: SumFen


class RetryLine(Fact):
    """Look again for the agreement of a line that is held aside."""

    KEY = "line_id"
    line_id: Identifier
    settlement_id: Identifier
    institution_id: InstitutionId
    insured_area: Area


class BeginPeriod(Fact):
    """A period of an agreement has begun: the terms signed for this period apply from now on."""

    KEY = "agreement_id"
    agreement_id: Identifier


class SortMonths(Fact):
    """Sort (清分) an agreement's months after `after` up to `through`."""

    KEY = "agreement_id"
    agreement_id: Identifier
    after: str
    through: Month
    groups: tuple[MonthSums, ...]


class WriteChunk(Fact):
    """Write one chunk of a statement's batch; `rows` are its lines as rows of the statement's file."""

    KEY = "statement_id"
    statement_id: Identifier
    number: Count
    rows: str


class IssueStatement(Fact):
    """All chunks are written: issue the statement with its manifest."""

    KEY = "statement_id"
    statement_id: Identifier
    chunks: Count
    sha256: Digest
    csv_sha256: Digest


class TellOverdue(Fact):
    """Look whether what is to be done about an open statement is overdue, and tell it."""

    KEY = "statement_id"
    statement_id: Identifier


class TellInvestigation(Fact):
    """Look whether the next step of an investigation is overdue, and tell it."""

    KEY = "line_id"
    line_id: Identifier


class PayInstitutions(Fact):
    """Pay institutions of an agreement what they are owed for a sorted month, in order."""

    KEY = "agreement_id"
    agreement_id: Identifier
    month: Month
    dues: tuple[InstitutionDue, ...]


class ProposeQuota(Fact):
    """Propose the quota of a year as it is measured in January, from one of the two."""

    KEY = "agreement_id"
    agreement_id: Identifier
    measure_id: Identifier
    quarter: QuarterBasis | None = None
    residents: ResidentsBasis | None = None


class TellPrefundOverdue(Fact):
    """Tell that a top-up was not answered, or a funding not paid, by its day."""

    KEY = "agreement_id"
    agreement_id: Identifier
    order_id: Identifier
    unmet: Literal["TOP_UP_ANSWER", "FUNDING"]
    due_on: date
    open_fen: SumFen


class WatchPrefund(Fact):
    """The radar shows another level of what lies ahead than the one told last, by these figures."""

    KEY = "agreement_id"
    agreement_id: Identifier
    accrued_fen: SumFen
    burn_fen: SumFen
