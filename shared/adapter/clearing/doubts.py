"""What a clearing center asks about lines in doubt: investigate, answer, close, recover (协查与追回)."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TypeVar

from shared.messages.amounts import FundAmounts
from shared.messages.body import Request, Result
from shared.messages.clearing.investigations import (
    AnswerInvestigation,
    CloseInvestigation,
    OpenInvestigation,
    OrderRecovery,
)
from shared.messages.clearing.outcomes import InvestigationKept, RecoveryKept

R = TypeVar("R", bound=Result)


class Doubts(ABC):
    """A center's requests about lines in doubt (协查与追回)."""

    center_id: str

    @abstractmethod
    async def _ask(self, body: Request, id: str | None, kind: type[R]) -> R:
        """Asks, and gives the result of what was accepted."""

    async def investigate(
        self, line_id: str, officer: str, reason: str, evidence: Sequence[str] = (), *, id: str | None = None
    ) -> InvestigationKept:
        """Has a line investigated (发起协查); it is held until that is closed."""
        body = OpenInvestigation(
            line_id=line_id,
            center_id=self.center_id,
            officer=officer,
            reason=reason,
            evidence=tuple(evidence),
        )
        return await self._ask(body, id, InvestigationKept)

    async def answer(
        self,
        line_id: str,
        officer: str,
        findings: str,
        undue: FundAmounts | None = None,
        evidence: Sequence[str] = (),
        *,
        id: str | None = None,
    ) -> InvestigationKept:
        """Answers an investigation as the treatment center (协查反馈): what was found, and what was undue."""
        body = AnswerInvestigation(
            line_id=line_id,
            center_id=self.center_id,
            officer=officer,
            findings=findings,
            undue=undue,
            evidence=tuple(evidence),
        )
        return await self._ask(body, id, InvestigationKept)

    async def close(
        self,
        line_id: str,
        officer: str,
        reason: str,
        recovered: FundAmounts | None = None,
        *,
        id: str | None = None,
    ) -> InvestigationKept:
        """Closes an investigation as the insured center (办结协查): nothing found, or so much goes back."""
        body = CloseInvestigation(
            line_id=line_id, center_id=self.center_id, officer=officer, reason=reason, recovered=recovered
        )
        return await self._ask(body, id, InvestigationKept)

    async def recover(
        self, settlement_id: str, officer: str, recovered: FundAmounts, reason: str, *, id: str | None = None
    ) -> RecoveryKept:
        """Orders as the treatment center that money of a settlement go back (追回), fund by fund."""
        body = OrderRecovery(
            settlement_id=settlement_id,
            center_id=self.center_id,
            officer=officer,
            recovered=recovered,
            reason=reason,
        )
        return await self._ask(body, id, RecoveryKept)
