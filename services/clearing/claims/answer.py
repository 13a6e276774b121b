"""Decides what the hospital does about its claim under review: it answers, or takes the claim back. Pure."""

from services.clearing.claims.notices import tell_center
from services.clearing.claims.progress import claim_fault, claim_stands, institution_fault
from services.clearing.model.claim import REVIEW, ClaimWithdrawal, Reviewing, ReviewStep
from services.clearing.model.known import Known
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.clearing.claims import (
    AnswerReview,
    ClaimWithdrawn,
    ReviewAnswered,
    WithdrawClaim,
)
from shared.messages.settlement.visits import SettlementReversed

_SHOWN = 10


def answer_review(known: Known, message: Message, body: AnswerReview) -> Decision:
    """Keeps the hospital's answer; it is the turn of the center that asked."""
    if message.day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    fault = institution_fault(known, message, body.institution_id)
    if fault := fault or claim_fault(known, body.claim_id, body.institution_id):
        return Decision(answer=fault)
    steps = known.reviewing.get(body.claim_id, {}).get(body.settlement_id)
    if steps is None:
        return Decision(answer=refuse("UNKNOWN_SETTLEMENT", body.settlement_id))
    last = steps[-1]
    state = REVIEW.get((last.line_state, ReviewStep.ANSWER))
    if state is None:
        return Decision(answer=refuse("CLAIM_STATE", f"{body.settlement_id}: {last.line_state}"))
    step = _next(last, ReviewStep.ANSWER, body.institution_id)._replace(
        waits_for=last.waits_for, reason=body.answer, evidence=list(body.evidence), taken_on=message.day
    )
    fact = ReviewAnswered(**body.model_dump(), center_id=last.waits_for, answered_on=message.day)
    answer = accept(claim_stands(known, body.claim_id, [step]))
    return Decision((fact,), (step,), answer, tell_center(known, last.waits_for, fact))


def withdraw_claim(known: Known, message: Message, body: WithdrawClaim) -> Decision:
    """Takes a claim back with all lines that wait, while nothing of it was accepted or deducted."""
    if message.day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    fault = institution_fault(known, message, body.institution_id)
    fault = fault or claim_fault(known, body.claim_id, body.institution_id) or _built_upon(known, body)
    if fault:
        return Decision(answer=fault)
    last = [steps[-1] for steps in known.reviewing.get(body.claim_id, {}).values()]
    waiting = [one for one in last if one.is_open]
    steps = [
        _next(one, ReviewStep.WITHDRAW, body.institution_id)._replace(
            reason=body.reason, taken_on=message.day
        )
        for one in waiting
    ]
    fact = ClaimWithdrawn(**body.model_dump(), withdrawn_on=message.day)
    centers = sorted({one.waits_for for one in waiting})
    notices = [notice for id in centers for notice in tell_center(known, id, fact)]
    row = ClaimWithdrawal(body.claim_id, body.reason, message.day)
    return Decision((fact,), (row, *steps), accept(claim_stands(known, body.claim_id, steps)), notices)


def closed_by_reversal(known: Known, body: SettlementReversed) -> list[object]:
    """The step by which a settlement that was taken back leaves its claim: nobody reviews it any more."""
    last = known.open_reviews().get(body.settlement_id)
    if last is None:
        return []
    return [_next(last, ReviewStep.REVERSE, body.institution_id)._replace(taken_on=body.reversed_on)]


def _next(last: Reviewing, step: ReviewStep, by: str) -> Reviewing:
    """A step after the last one that no officer takes; nobody is waited for then, unless it is said."""
    return last._replace(
        number=last.number + 1,
        step=step,
        line_state=REVIEW[last.line_state, step],
        waits_for="",
        taken_by=by,
        officer="",
        reason="",
        evidence=[],
        accepted=None,
    )


def _built_upon(known: Known, body: WithdrawClaim) -> Answer | None:
    """Refuses a claim that was taken back already, or of which something was accepted or deducted."""
    id = body.claim_id
    if id in known.withdrawals:
        return refuse("CLAIM_STATE", f"{id}: WITHDRAWN")
    if known.claims[id].accepted_lines:
        return refuse("NOT_CANCELLABLE", f"accepted: {id}")
    lines = known.reviewing.get(id, {})
    said = sorted(one for one, steps in lines.items() if any(step.is_verdict for step in steps))
    return refuse("NOT_CANCELLABLE", f"reviewed: {', '.join(said[:_SHOWN])}") if said else None
