"""Decides what an officer of a reviewing center says of claimed lines (审核): accept, deduct, ask. Pure.

Under TWO_STEP the insured center goes first and the treatment center second, each by another officer; both
verdicts stand in the claim, and the last one is the settlement's review in the arithmetic of its month.
"""

from collections.abc import Sequence
from datetime import date

from services.clearing.centers.rules import speaker_fault
from services.clearing.claims.accept import accepted_rows
from services.clearing.claims.notices import tell_reviewed
from services.clearing.claims.progress import claim_fault, claim_stands
from services.clearing.model.claim import REVIEW, REVIEWED_BY, LineState, Reviewing, ReviewStep
from services.clearing.model.known import Known
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.amounts import FundAmounts
from shared.messages.answer import Answer, accept
from shared.messages.clearing.claims import ClaimLinesReviewed, LineVerdict, ReviewClaim, ReviewedLine
from shared.month.funds import Funds


def review_claim(known: Known, message: Message, body: ReviewClaim) -> Decision:
    """Keeps a center's verdicts, all or none; what the last center accepts of a line falls due."""
    if message.day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    if fault := _fault(known, message, body):
        return Decision(answer=fault)
    steps = [_step(known, body, verdict, message.day) for verdict in body.verdicts]
    rows: list[object] = [*steps]
    for step in steps:
        if step.line_state == LineState.REVIEWED and step.accepted is not None:
            rows += accepted_rows(known, message, step.claim_id, step.settlement_id, step.accepted)
    fact = ClaimLinesReviewed(
        claim_id=body.claim_id,
        institution_id=body.institution_id,
        center_id=body.center_id,
        officer=body.officer,
        reviewed_on=message.day,
        reviewed=tuple(map(_told, steps)),
    )
    answer = accept(claim_stands(known, body.claim_id, steps))
    return Decision((fact,), rows, answer, tell_reviewed(known, fact))


def _step(known: Known, body: ReviewClaim, verdict: LineVerdict, day: date) -> Reviewing:
    id, step = verdict.settlement_id, ReviewStep(verdict.verdict)
    before, line = known.reviewing[body.claim_id][id], known.lines[id]
    state = REVIEW[before[-1].line_state, step]
    left = {
        ReviewStep.ACCEPT: _stands(before, line.funds),
        ReviewStep.DEDUCT: Funds(**verdict.accepted.model_dump()) if verdict.accepted else None,
    }
    return Reviewing(
        claim_id=body.claim_id,
        settlement_id=id,
        number=len(before),
        step=step,
        line_state=state,
        waits_for=getattr(line, REVIEWED_BY[state]) if state in REVIEWED_BY else "",
        taken_by=body.center_id,
        officer=body.officer,
        reason=verdict.reason,
        evidence=[],
        accepted=left.get(step),
        taken_on=day,
    )


def _stands(steps: Sequence[Reviewing], whole: Funds) -> Funds:
    """What stands of a line: what the last verdict left of it, or the whole before the first."""
    return next((one.accepted for one in reversed(steps) if one.accepted is not None), whole)


def _told(step: Reviewing) -> ReviewedLine:
    return ReviewedLine.model_validate(
        {
            "settlement_id": step.settlement_id,
            "verdict": step.step.value,
            "accepted": FundAmounts(**step.accepted._asdict()) if step.accepted is not None else None,
            "reason": step.reason,
            "line_state": step.line_state.value,
        }
    )


def _fault(known: Known, message: Message, body: ReviewClaim) -> Answer | None:
    if fault := (
        speaker_fault(known, message, body.center_id)
        or claim_fault(known, body.claim_id, body.institution_id)
    ):
        return fault
    ids = [verdict.settlement_id for verdict in body.verdicts]
    if len(set(ids)) < len(ids):
        return refuse("INVALID_FIELD", f"verdicts: {next(id for id in ids if ids.count(id) > 1)}")
    faults = (_line_fault(known, body, one) or _verdict_fault(known, one) for one in body.verdicts)
    return next(filter(None, faults), None)


def _line_fault(known: Known, body: ReviewClaim, verdict: LineVerdict) -> Answer | None:
    """Refuses a line that no person reviews, another center's turn, and an officer who has said so before."""
    id = verdict.settlement_id
    steps = known.reviewing.get(body.claim_id, {}).get(id)
    if steps is None:
        return refuse("UNKNOWN_SETTLEMENT", id)
    line, last = known.lines[id], steps[-1]
    if body.center_id not in (line.insured_center, line.treatment_center):
        return refuse("CENTER_NOT_YOURS", body.center_id)
    possible = (last.line_state, ReviewStep(verdict.verdict)) in REVIEW
    if last.waits_for != body.center_id or not possible:
        return refuse("CLAIM_STATE", f"{id}: {last.line_state}")
    if verdict.verdict != "ask" and any(one.is_verdict and one.officer == body.officer for one in steps):
        return refuse("SAME_OFFICER", f"officer: {body.officer}")
    return None


def _verdict_fault(known: Known, verdict: LineVerdict) -> Answer | None:
    """Refuses amounts where none belong, more or not less than the line's, and no reason where one is due."""
    id, deducts = verdict.settlement_id, verdict.verdict == "deduct"
    if (verdict.accepted is not None) != deducts:
        return refuse("ACCEPTED_NOT_POSSIBLE", f"accepted: {id}: {verdict.verdict}")
    whole = known.lines[id].funds
    if verdict.accepted:
        left = Funds(**verdict.accepted.model_dump())
        if left == whole or not left.is_part_of(whole):
            return refuse("ACCEPTED_NOT_POSSIBLE", f"accepted: {id}: 0 … {whole.due_fen}")
    if verdict.verdict != "accept" and not verdict.reason.strip():
        return refuse("INVALID_FIELD", f"reason: {id}")
    return None
