"""Decides claims for advances (回款申请): the rules look at each line, and what passes is accepted.

Where its agreement asks for persons, or its settlement is in doubt (`doubt`), a line that passes waits for
them instead (`review`).
"""

from collections.abc import Iterable
from datetime import date

from services.clearing.claims.accept import accepted_rows
from services.clearing.claims.notices import tell_turn
from services.clearing.claims.progress import institution_fault
from services.clearing.claims.rules import Evidence, is_claimable, review
from services.clearing.model.claim import BEGINS, REVIEWED_BY, Claim, ClaimedLine, Reviewing, ReviewStep
from services.clearing.model.known import Known
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.clearing.months import AdvanceReviewed, ClaimAdvances, ClaimLine, Verdict
from shared.messages.clearing.outcomes import ClaimReviewed
from shared.month.funds import Funds


def claim_advances(known: Known, message: Message, body: ClaimAdvances) -> Decision:
    """Reviews a claim line by line (000 三(三)3)."""
    fault = _fault(known, message, body)
    if fault or message.day is None:
        return Decision(answer=fault or refuse("NO_DAY_OPEN"))
    verdicts = _review(known, body)
    waiting = _waiting(known, body, verdicts, message.day)
    codes = ["TO_REVIEW" if _passed(one) and one.settlement_id in waiting else one.code for one in verdicts]
    decided = tuple(one for one, code in zip(verdicts, codes, strict=True) if code != "TO_REVIEW")
    accepted = [one for one in decided if _passed(one)]
    accepted_fen = sum(one.fund_fen for one in accepted)
    claim = Claim(
        body.claim_id,
        body.institution_id,
        body.month,
        body.fund_fen,
        accepted_fen,
        message.day,
        len(accepted),
    )
    rows: list[object] = [claim, *_lines(body, codes), *waiting.values()]
    for one in accepted:
        assert one.accepted
        funds = Funds(**one.accepted.model_dump())
        rows += accepted_rows(known, message, body.claim_id, one.settlement_id, funds)
    to_review = tuple(line for line, code in zip(body.lines, codes, strict=True) if code == "TO_REVIEW")
    fact = _reviewed(claim, decided, to_review)
    result = ClaimReviewed(
        claim_id=body.claim_id, accepted_fen=accepted_fen, verdicts=decided, to_review=to_review
    )
    return Decision((fact,), rows, accept(result), tell_turn(known, fact, waiting))


def _passed(verdict: Verdict) -> bool:
    return verdict.code == "ACCEPTED"


def _fault(known: Known, message: Message, body: ClaimAdvances) -> Answer | None:
    if fault := institution_fault(known, message, body.institution_id):
        return fault
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
    evidence = Evidence(
        body.institution_id,
        body.month,
        known.lines,
        _cut_off_days(known, body),
        {id for id in known.periods if is_claimed(known, id)},
        known.reviews.keys() | known.open_reviews().keys(),
        known.case_pages,
    )
    return tuple(review(line, evidence) for line in body.lines)


def is_claimed(known: Known, agreement_id: str) -> bool:
    """Whether settlements of an agreement are claimed: hospitals advance them, or its terms require it."""
    terms = known.terms(agreement_id)
    return terms.are_claims_required or terms.funding_mode == "HOSPITAL_ADVANCE"


def _waiting(
    known: Known, body: ClaimAdvances, verdicts: Iterable[Verdict], day: date
) -> dict[str, Reviewing]:
    """The first step of each settlement that passed and that persons review, by settlement."""
    waiting: dict[str, Reviewing] = {}
    for id in (one.settlement_id for one in verdicts if _passed(one)):
        line = known.lines[id]
        state = BEGINS.get(known.terms_on(line.agreement_id or "", day).review)
        if id in known.doubts:
            state = state or BEGINS["ONE_STEP"]
        if state is None:
            continue
        center_id = getattr(line, REVIEWED_BY[state])
        claimed = (body.claim_id, id, 0, ReviewStep.CLAIM, state, center_id)
        waiting[id] = Reviewing(*claimed, body.institution_id, "", "", [], None, day)
    return waiting


def _lines(body: ClaimAdvances, codes: Iterable[str]) -> list[ClaimedLine]:
    return [
        ClaimedLine(body.claim_id, number, line.settlement_id, line.fund_fen, code)
        for number, (line, code) in enumerate(zip(body.lines, codes, strict=True))
    ]


def _reviewed(
    claim: Claim, verdicts: tuple[Verdict, ...], to_review: tuple[ClaimLine, ...]
) -> AdvanceReviewed:
    return AdvanceReviewed(
        claim_id=claim.claim_id,
        institution_id=claim.institution_id,
        month=claim.month,
        claimed_fen=claim.claimed_fen,
        accepted_fen=claim.accepted_fen,
        verdicts=verdicts,
        reviewed_on=claim.reviewed_on,
        to_review=to_review,
    )
