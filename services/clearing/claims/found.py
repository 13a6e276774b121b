"""Answers how a claim and each of its lines stands (回款申请查询). Pure."""

from collections.abc import Iterator, Sequence

from services.clearing.claims.progress import claim_fault, claim_stands, institution_fault
from services.clearing.model.claim import ClaimedLine, LineState, Reviewing, ReviewStep
from services.clearing.model.known import Known
from shared.bus.message import Decision, Message
from shared.messages.amounts import FundAmounts
from shared.messages.answer import accept
from shared.messages.clearing.claims import QueryClaim
from shared.messages.clearing.outcomes import CenterOpinion, ClaimFound, FoundClaimLine
from shared.month.funds import Funds

A_PAGE = 100
_SAID = (ReviewStep.ACCEPT, ReviewStep.DEDUCT, ReviewStep.ASK)


def page_key(body: QueryClaim) -> str:
    """The page that is asked for, as a key: the claim and how many lines stand before it."""
    return f"{body.claim_id}/{body.skip}"


def query_claim(known: Known, message: Message, body: QueryClaim) -> Decision:
    """Tells the institution how its claim stands, with a page of its lines."""
    fault = institution_fault(known, message, body.institution_id)
    if fault := fault or claim_fault(known, body.claim_id, body.institution_id):
        return Decision(answer=fault)
    claim, lines = known.claims[body.claim_id], known.claim_pages[page_key(body)]
    stands, withdrawn = claim_stands(known, body.claim_id, ()), known.withdrawals.get(body.claim_id)
    found = ClaimFound(
        claim_id=claim.claim_id,
        month=claim.month,
        claimed_on=claim.reviewed_on,
        claimed_fen=claim.claimed_fen,
        accepted_fen=stands.accepted_fen,
        open_lines=stands.open_lines,
        withdrawn_on=withdrawn.withdrawn_on if withdrawn else None,
        lines=tuple(_line(known, line) for line in lines[:A_PAGE]),
        more=len(lines) > A_PAGE,
    )
    return Decision(answer=accept(found))


def _line(known: Known, line: ClaimedLine) -> FoundClaimLine:
    steps = known.reviewing.get(line.claim_id, {}).get(line.settlement_id, [])
    steps = steps if line.code == "TO_REVIEW" else []
    said = {
        "settlement_id": line.settlement_id,
        "fund_fen": line.fund_fen,
        "code": line.code,
        "line_state": (steps[-1].line_state if steps else LineState.REVIEWED).value,
        "accepted": _amounts(_accepted(known, line, steps)),
        "opinions": tuple(_opinions(steps)),
    }
    return FoundClaimLine.model_validate(said)


def _accepted(known: Known, line: ClaimedLine, steps: Sequence[Reviewing]) -> Funds | None:
    """What of a line is accepted so far: by rule, or by the last verdict."""
    review = known.reviews.get(line.settlement_id)
    if line.code == "ACCEPTED":
        return review.accepted if review else None
    return next((one.accepted for one in reversed(steps) if one.accepted is not None), None)


def _opinions(steps: Sequence[Reviewing]) -> Iterator[CenterOpinion]:
    """What each center said last, the first center first."""
    last = {step.taken_by: step for step in steps if step.step in _SAID}
    for center_id, step in last.items():
        yield CenterOpinion.model_validate(
            {
                "center_id": center_id,
                "verdict": step.step.value,
                "accepted": _amounts(step.accepted),
                "reason": step.reason,
                "given_on": step.taken_on,
            }
        )


def _amounts(funds: Funds | None) -> FundAmounts | None:
    return FundAmounts(**funds._asdict()) if funds is not None else None
