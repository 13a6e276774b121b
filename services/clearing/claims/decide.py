"""Decides claims for advances (回款申请): each line gets a verdict, and an accepted advance falls due.

It falls due with the month of the review's day, or with the first month that is not sorted yet.
"""

from dataclasses import replace

from services.clearing.claims.rules import Evidence, is_claimable, review
from services.clearing.lines.decide import fall_due
from services.clearing.lines.place import placed
from services.clearing.model.claim import Claim
from services.clearing.model.evidence import Review
from services.clearing.model.known import Known
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.clearing.months import AdvanceReviewed, ClaimAdvances, Verdict
from shared.messages.clearing.outcomes import ClaimReviewed
from shared.month.funds import Funds


def claim_advances(known: Known, message: Message, body: ClaimAdvances) -> Decision:
    """Reviews a claim line by line (000 三(三)3)."""
    fault = _fault(known, message, body)
    if fault or message.day is None:
        return Decision(answer=fault or refuse("NO_DAY_OPEN"))
    verdicts = _review(known, body)
    accepted = [verdict for verdict in verdicts if verdict.code == "ACCEPTED"]
    accepted_fen = sum(verdict.fund_fen for verdict in accepted)
    claim = Claim(body.claim_id, body.institution_id, body.month, body.fund_fen, accepted_fen, message.day)
    fact = AdvanceReviewed(
        claim_id=body.claim_id,
        institution_id=body.institution_id,
        month=body.month,
        claimed_fen=body.fund_fen,
        accepted_fen=accepted_fen,
        verdicts=verdicts,
        reviewed_on=message.day,
    )
    rows: list[object] = [claim]
    for verdict in accepted:
        rows += _accept(known, message, claim, verdict)
    result = ClaimReviewed(claim_id=body.claim_id, accepted_fen=accepted_fen, verdicts=verdicts)
    return Decision(facts=(fact,), rows=rows, answer=accept(result))


def _fault(known: Known, message: Message, body: ClaimAdvances) -> Answer | None:
    node = known.institutions.get(body.institution_id)
    if node is None:
        return refuse("UNKNOWN_INSTITUTION", body.institution_id)
    if node != message.source:
        return refuse("INSTITUTION_NOT_YOURS", body.institution_id)
    if body.claim_id in known.claims:
        return refuse("CLAIM_ID_TAKEN", body.claim_id)
    if body.fund_fen != sum(line.fund_fen for line in body.lines):
        return refuse("LINES_DO_NOT_ADD_UP", "fund_fen")
    if message.day and not is_claimable(body.month, message.day, _cut_off_days(known, body).values()):
        return refuse("MONTH_NOT_POSSIBLE", f"month: {body.month}")
    return None


def _cut_off_days(known: Known, body: ClaimAdvances) -> dict[str, int]:
    lines = [known.lines[one.settlement_id] for one in body.lines if one.settlement_id in known.lines]
    return {
        line.settlement_id: known.terms(line.agreement_id).months.cut_off_day
        for line in lines
        if line.agreement_id
    }


def _review(known: Known, body: ClaimAdvances) -> tuple[Verdict, ...]:
    modes = {id: known.terms(id).funding_mode for id in known.periods}
    evidence = Evidence(
        body.institution_id,
        body.month,
        known.lines,
        _cut_off_days(known, body),
        modes,
        known.reviews,
        known.case_pages,
    )
    return tuple(review(line, evidence) for line in body.lines)


def _accept(known: Known, message: Message, claim: Claim, verdict: Verdict) -> list[object]:
    """The rows of an accepted settlement: its line counts from the review on, and its advance falls due."""
    assert verdict.accepted
    id, day = verdict.settlement_id, claim.reviewed_on
    row = Review(id, claim.claim_id, day, *Funds(**verdict.accepted.model_dump()))
    seen = replace(known, reviews={**known.reviews, id: row})
    line = known.lines[id]._replace(**row.accepted._asdict())
    return [
        row,
        *placed(seen, id, (), day, message.partition),
        *fall_due(known, line, day, message.partition),
    ]
