"""An institution's claims for what it advanced (回款申请): applied for, answered for, taken back."""

from collections.abc import Sequence

from shared.adapter.desk import Desk
from shared.messages.clearing.claims import AnswerReview, QueryClaim, WithdrawClaim
from shared.messages.clearing.months import ClaimAdvances, ClaimLine
from shared.messages.clearing.outcomes import ClaimFound, ClaimReviewed, ClaimStands, FoundClaimLine


class ClaimDesk(Desk):
    """The claims of one institution; what centers say of their lines comes to its node as notices."""

    async def claim_advances(
        self, claim_id: str, month: str, advanced: Sequence[tuple[str, int]], *, id: str | None = None
    ) -> ClaimReviewed:
        """Applies for what was advanced in a month (回款申请): settlements with their fund amounts in fen.

        What persons review by the terms of its agreement stands in `to_review`.
        """
        body = ClaimAdvances(
            claim_id=claim_id,
            institution_id=self.institution_id,
            month=month,
            lines=tuple(ClaimLine(settlement_id=name, fund_fen=fund_fen) for name, fund_fen in advanced),
            fund_fen=sum(fund_fen for _, fund_fen in advanced),
        )
        return await self._ask(body, ClaimReviewed, id)

    async def answer_review(
        self,
        claim_id: str,
        settlement_id: str,
        answer: str,
        evidence: tuple[str, ...] = (),
        *,
        id: str | None = None,
    ) -> ClaimStands:
        """Answers what a center asked about a line (补充材料), with what shows it."""
        body = AnswerReview(
            claim_id=claim_id,
            institution_id=self.institution_id,
            settlement_id=settlement_id,
            answer=answer,
            evidence=evidence,
        )
        return await self._ask(body, ClaimStands, id)

    async def withdraw_claim(self, claim_id: str, reason: str = "", *, id: str | None = None) -> ClaimStands:
        """Takes a claim back (撤销回款申请) of which nothing was accepted or deducted."""
        body = WithdrawClaim(claim_id=claim_id, institution_id=self.institution_id, reason=reason)
        return await self._ask(body, ClaimStands, id)

    async def query_claim(self, claim_id: str) -> ClaimFound:
        """How a claim and each of its lines stands (回款申请查询)."""
        lines: list[FoundClaimLine] = []
        while True:
            body = QueryClaim(claim_id=claim_id, institution_id=self.institution_id, skip=len(lines))
            found = await self._ask(body, ClaimFound, None)
            lines += found.lines
            if not found.more:
                return found.model_copy(update={"lines": tuple(lines)})
