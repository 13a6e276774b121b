"""The review of a claim for advances (回款申请审核) by rule, line by line (000 三(三)3)."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from services.clearing.model.line import Line
from shared.calendar import FIRST_DAY
from shared.messages.amounts import FundAmounts
from shared.messages.clearing.months import ClaimLine, Verdict
from shared.month.lines import reversal_id
from shared.month.place import business_month, last_sorted
from shared.month.terms import MonthRule

FIRST_MONTH = f"{FIRST_DAY:%Y-%m}"
Code = Literal[
    "ACCEPTED",
    "UNKNOWN",
    "REVERSED",
    "ALREADY_CLAIMED",
    "NO_CASE_PAGE",
    "AMOUNT_DIFFERS",
    "NOT_ADVANCED",
    "OTHER_MONTH",
]


@dataclass(slots=True)
class Evidence:
    """What is known about the settlements of one institution's claim (审核依据)."""

    institution_id: str
    month: str
    lines: Mapping[str, Line]
    cut_off_days: Mapping[str, int]  # settlement → cut-off day of its agreement on its business day
    agreements: Container[str]  # those whose settlements are claimed
    claimed: Container[str]
    case_pages: Container[str]
    seen: set[str] = field(default_factory=set)  # settlements earlier in this claim


def _months_of(line: Line, known: Evidence) -> set[str]:
    """The months that a settlement may be claimed for: by the calendar, or by its agreement's cut-off day."""
    return {business_month(line.business_on, day) for day in (0, known.cut_off_days[line.settlement_id])}


_Test = Callable[[ClaimLine, Line, Evidence], bool]
_FAULTS: tuple[tuple[Code, _Test], ...] = (
    ("NOT_ADVANCED", lambda _, line, known: line.agreement_id not in known.agreements),
    ("OTHER_MONTH", lambda _, line, known: known.month not in _months_of(line, known)),
    ("REVERSED", lambda _, line, known: reversal_id(line.settlement_id) in known.lines),
    ("ALREADY_CLAIMED", lambda _, line, known: line.line_id in known.claimed or line.line_id in known.seen),
    ("AMOUNT_DIFFERS", lambda claimed, line, _: claimed.fund_fen != line.funds.fund_fen),
    (
        "NO_CASE_PAGE",
        lambda _, line, known: line.visit_kind == "inpatient" and line.visit_id not in known.case_pages,
    ),
)


def is_claimable(month: str, day: date, cut_off_days: Iterable[int]) -> bool:
    """Whether a month may be claimed on a day: its last day has come, and it is `FIRST_MONTH` or later.

    A month ends by the calendar or, if that is earlier, by a cut-off day of the claim's agreements.
    """
    after = day + timedelta(days=1)
    return (
        FIRST_MONTH <= month <= max(last_sorted(MonthRule(cut_off), after) for cut_off in {0, *cut_off_days})
    )


def review(claimed: ClaimLine, evidence: Evidence) -> Verdict:
    """The verdict on one line: the first test that it fails, else ACCEPTED. Marks the settlement as seen."""
    settlement_id = claimed.settlement_id
    line = evidence.lines.get(settlement_id)
    if line is None or line.agreement_id is None or line.institution_id != evidence.institution_id:
        return Verdict(settlement_id=settlement_id, fund_fen=claimed.fund_fen, code="UNKNOWN")
    code: Code = next((code for code, fails in _FAULTS if fails(claimed, line, evidence)), "ACCEPTED")
    evidence.seen.add(settlement_id)
    accepted = FundAmounts(**line.funds._asdict()) if code == "ACCEPTED" else None
    return Verdict(settlement_id=settlement_id, fund_fen=claimed.fund_fen, code=code, accepted=accepted)
