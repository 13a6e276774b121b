"""Claims for advances, the review of their lines with its life cycle as a table, and case pages."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from shared.month.funds import Funds


class Claim(NamedTuple):
    """A claim for advances (回款申请) as it came, with what the rules accepted of it on that day."""

    claim_id: str
    institution_id: str
    month: str
    claimed_fen: int
    accepted_fen: int
    reviewed_on: date
    accepted_lines: int


class ClaimedLine(NamedTuple):
    """A line of a claim (申请明细) and what the rules found; TO_REVIEW: nothing, and a person reviews it."""

    claim_id: str
    number: int
    settlement_id: str
    fund_fen: int
    code: str


class LineState(StrEnum):
    """Where a claimed line that persons review stands (审核状态): whose turn it is, or how it ended."""

    WITH_INSURED = "WITH_INSURED"
    WITH_TREATMENT = "WITH_TREATMENT"
    ASKED_BY_INSURED = "ASKED_BY_INSURED"
    ASKED_BY_TREATMENT = "ASKED_BY_TREATMENT"
    REVIEWED = "REVIEWED"
    WITHDRAWN = "WITHDRAWN"
    REVERSED = "REVERSED"


class ReviewStep(StrEnum):
    """A step (审核步骤) that leads a claimed line from one state to the next; it begins with its claim."""

    CLAIM = "claim"
    ACCEPT = "accept"
    DEDUCT = "deduct"
    ASK = "ask"
    ANSWER = "answer"
    WITHDRAW = "withdraw"
    REVERSE = "reverse"


_VERDICTS = (ReviewStep.ACCEPT, ReviewStep.DEDUCT)
_ENDS = {ReviewStep.WITHDRAW: LineState.WITHDRAWN, ReviewStep.REVERSE: LineState.REVERSED}


def _turn(
    with_it: LineState, asked: LineState, after: LineState
) -> dict[tuple[LineState, ReviewStep], LineState]:
    """The steps of one center's turn; it may decide without the material that it has asked for."""
    verdicts = {(state, step): after for state in (with_it, asked) for step in _VERDICTS}
    return {(with_it, ReviewStep.ASK): asked, (asked, ReviewStep.ANSWER): with_it, **verdicts}


_TURNS = {
    **_turn(LineState.WITH_INSURED, LineState.ASKED_BY_INSURED, LineState.WITH_TREATMENT),
    **_turn(LineState.WITH_TREATMENT, LineState.ASKED_BY_TREATMENT, LineState.REVIEWED),
}
REVIEW: dict[tuple[LineState, ReviewStep], LineState] = {
    **_TURNS,
    **{(state, step): end for state, _ in _TURNS for step, end in _ENDS.items()},
}
"""The life cycle of a claimed line that persons review; a request for a step not in it: CLAIM_STATE.

A claim of which a line was accepted or deducted is not withdrawn: NOT_CANCELLABLE.
"""

BEGINS = {"ONE_STEP": LineState.WITH_TREATMENT, "TWO_STEP": LineState.WITH_INSURED}
"""With whom a line begins by its agreement's review (004-1 (八), 004-5 三(五)); BY_RULE it needs nobody.

A line in doubt begins as under ONE_STEP even where its agreement says BY_RULE (000 三(三)3).
"""

REVIEWED_BY = {
    LineState.WITH_INSURED: "insured_center",
    LineState.ASKED_BY_INSURED: "insured_center",
    LineState.WITH_TREATMENT: "treatment_center",
    LineState.ASKED_BY_TREATMENT: "treatment_center",
}
"""Which of a line's centers reviews it in a state; the open states are these."""


class Reviewing(NamedTuple):
    """A step in the review of a claimed line (审核过程), and where it led; only ever added.

    `waits_for`: the center whose turn it is then, or that has asked; `taken_by`: a center, or the
    institution; `accepted`: what a verdict left of the line, fen per fund.
    """

    claim_id: str
    settlement_id: str
    number: int
    step: ReviewStep
    line_state: LineState
    waits_for: str
    taken_by: str
    officer: str
    reason: str
    evidence: list[str]
    accepted: Funds | None
    taken_on: date

    @property
    def is_open(self) -> bool:
        """Whether somebody has yet to act."""
        return self.line_state in REVIEWED_BY

    @property
    def is_verdict(self) -> bool:
        """Whether a center accepted the line, or deducted of it."""
        return self.step in _VERDICTS


class ClaimWithdrawal(NamedTuple):
    """A claim was taken back (撤销申请)."""

    claim_id: str
    reason: str
    withdrawn_on: date


class Doubt(NamedTuple):
    """A settlement may be about care that another visit was settled for (存疑): a person reviews its claim.

    `doubt`: why, in the word that settlement told it with. Nothing takes it back; the review decides.
    """

    settlement_id: str
    other_visit_id: str
    doubt: str
    told_on: date


class PageHeld(NamedTuple):
    """Whether the case page (病案首页) of a visit counts; for a stay, an advance is accepted only with it."""

    visit_id: str
    discharge_id: str
    counts: bool
