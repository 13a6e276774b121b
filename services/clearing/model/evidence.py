"""What came about a settlement after its day: its case page, its review, what was decided and let in."""

from datetime import date
from typing import NamedTuple

from shared.month import facts
from shared.month.funds import Funds


class PageCame(NamedTuple):
    """The case page (病案首页) of a visit came; of several the first day counts, whatever became of it."""

    visit_id: str
    received_on: date


class Review(NamedTuple):
    """A settlement was reviewed in a claim (审核): what of it was accepted, once for all."""

    settlement_id: str
    claim_id: str
    reviewed_on: date
    pool_fen: int
    large_amount_fen: int
    serious_illness_fen: int
    assistance_fen: int
    account_fen: int

    @property
    def accepted(self) -> Funds:
        """What was accepted, fen per fund."""
        return Funds(*self[-5:])

    @property
    def fact(self) -> facts.Reviewed:
        """The review as a fact of the month."""
        accepted = facts.Amounts(*self[-5:])
        return facts.Reviewed(self.settlement_id, self.claim_id, self.reviewed_on, accepted)


class Decided(NamedTuple):
    """The dispute of a line was decided (争议裁定); `accepted` where it was adjusted, fen per fund."""

    line_id: str
    statement_id: str
    decided_on: date
    outcome: str
    accepted: Funds | None

    @property
    def fact(self) -> facts.Decided:
        """The decision as a fact of the month."""
        accepted = facts.SignedAmounts(*self.accepted) if self.accepted is not None else None
        return facts.Decided(self.line_id, self.decided_on, self.outcome, accepted)  # type: ignore[arg-type]


class Admission(NamedTuple):
    """A late line was let in (准入)."""

    line_id: str
    admitted_on: date
    admitted_by: str


class AdmissionAsked(NamedTuple):
    """An officer has asked that a late line be let in (申请准入); another one has yet to do it."""

    line_id: str
    center_id: str
    officer: str
    reason: str
    asked_on: date
