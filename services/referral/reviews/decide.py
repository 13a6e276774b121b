"""Reviewing a filing step by step (备案审核), and auditing it afterwards (事后核查). Pure.

The steps are those of 004-4 二(二); 003 二 has none, and an audit afterwards.
"""

from datetime import date

from services.referral.model.chain import STEPS, Review
from services.referral.model.coverage import is_covered
from services.referral.model.filing import LIFE, ChangedFiling, Filing
from services.referral.model.known import Known
from services.referral.rules.closing import close, closed
from services.referral.rules.effect import take_effect, unchangeable
from services.referral.rules.permission import step_not_yours
from services.referral.rules.submission import home_of
from services.referral.rules.validity import start_is_possible
from shared.bus.message import Decision, Message, Notice
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.body import Fact
from shared.messages.referral.reviews import AuditFiling, FilingReviewed, FilingStands, ReviewFiling

_AUDIT = "audit"


def review_filing(known: Known, message: Message, body: ReviewFiling) -> Decision:
    """Takes the next step of a filing's chain: on to the one after, into force, or refused."""
    day, filing = message.day, known.filing(body.person_id, body.filing_id)
    if day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    if filing is None:
        return Decision(answer=refuse("UNKNOWN_FILING", f"filing_id: {body.filing_id}"))
    refusal = (
        step_not_yours(known, message.source, filing, body.step, home_of(known, filing, day), day)
        or _not_next(filing, body)
        or _same_officer(known, body)
    )
    if refusal:
        return Decision(answer=refusal)
    review, said = _review(message, body, body.step, day), _said(body, body.step, day)
    if body.conclusion == "refused":
        return _stands(filing._replace(state=LIFE["submitted", "refuse"]), [said], [review])
    on = filing._replace(steps_done=filing.steps_done + 1)
    if on.steps_done < len(STEPS[on.chain]):
        return _stands(on._replace(state=LIFE["submitted", "approve"]), [said], [review])
    return _approved(known, on, day, said, review)


def _approved(known: Known, filing: Filing, day: date, said: FilingReviewed, review: Review) -> Decision:
    """The last approval puts the filing into force, if it still may be as it was asked for."""
    refusal = _no_longer(known, filing, day) or unchangeable(known, filing, day)
    if refusal:
        return Decision(answer=refusal)
    effect = take_effect(known, filing, day)
    return _stands(effect.filing, [said, *effect.facts], [review, *closed(known, effect.ends)])


def _no_longer(known: Known, filing: Filing, day: date) -> Answer | None:
    periods = known.periods(filing.person_id, filing.place)
    if not is_covered(periods, day):
        return refuse("INSURANCE_SUSPENDED", f"person_id: {filing.person_id}")
    if not start_is_possible(filing.starts_on, day):
        return refuse("DATE_NOT_POSSIBLE", f"starts_on: {filing.starts_on}")
    return None


def _not_next(filing: Filing, body: ReviewFiling) -> Answer | None:
    if filing.next_step == body.step:
        return None
    return refuse("FILING_STATE", f"{filing.filing_id}: {filing.next_step or filing.state}")


def _same_officer(known: Known, body: ReviewFiling) -> Answer | None:
    officers = {review.officer for review in known.reviews.get(body.filing_id, ())}
    return refuse("SAME_OFFICER", f"officer: {body.officer}") if body.officer in officers else None


def audit_filing(known: Known, message: Message, body: AuditFiling) -> Decision:
    """Keeps a filing that was in force at once, or ends it from today on; what was settled under it stays."""
    day, filing = message.day, known.filing(body.person_id, body.filing_id)
    if day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    if filing is None:
        return Decision(answer=refuse("UNKNOWN_FILING", f"filing_id: {body.filing_id}"))
    if not known.answers_for(message.source, filing.insured_area):
        return Decision(answer=refuse("FILING_NOT_YOURS", f"filing_id: {filing.filing_id}"))
    if filing.steps_done or not filing.has_held:
        return Decision(answer=refuse("FILING_STATE", f"{filing.filing_id}: {filing.state}"))
    if any(review.step == _AUDIT for review in known.reviews.get(filing.filing_id, ())):
        return Decision(answer=refuse("ALREADY_DONE", f"filing_id: {filing.filing_id}"))
    is_wrong = body.conclusion == "ended" and filing.runs_after(day)
    ends = close(filing, "AuditFiling", max(day, filing.starts_on)) if is_wrong else []
    stands = filing.ended(ends[0]) if ends else filing
    review, said = _review(message, body, _AUDIT, day), _said(body, _AUDIT, day)
    return _stands(stands._replace(to_audit=False), [said, *ends], [review])


def _review(message: Message, body: ReviewFiling | AuditFiling, step: str, day: date) -> Review:
    return Review(body.filing_id, step, body.conclusion, body.officer, message.source, day, body.opinion)


def _said(body: ReviewFiling | AuditFiling, step: str, day: date) -> FilingReviewed:
    told = {**dict(body), "step": step, "reviewed_on": day}
    return FilingReviewed(**{name: told[name] for name in FilingReviewed.model_fields})


def _stands(filing: Filing, facts: list[Fact], rows: list[object]) -> Decision:
    """The decision that leaves a filing as given; who made it is told each conclusion."""
    fields = {name: getattr(filing, name) for name in ("filing_id", "starts_on", "ends_on", "next_step")}
    answer = accept(FilingStands(**fields, filing_state=filing.state))
    told = [Notice(filing.made_by, fact) for fact in facts if isinstance(fact, FilingReviewed)]
    return Decision(facts, [*rows, ChangedFiling(filing)], answer, told if filing.made_by else ())
