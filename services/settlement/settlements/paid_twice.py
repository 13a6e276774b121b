"""Keeps care from being paid twice (防止重复报销): refuses certain cases, reports doubtful ones. Pure."""

from services.settlement.model.known import Known
from services.settlement.model.same_care import Care, care_of, compare
from services.settlement.model.visit import Visit
from services.settlement.settlements.settle import complete
from services.settlement.settlements.work_out import Worked
from services.settlement.visits.checks import day_of
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.audit.supervision import CareInDoubt

MOST_TOLD = 20
"""The most doubts reported of one settlement, so that many bills do not make many facts of each later one."""


def paid_already(known: Known, visit: Visit, total_fen: int) -> Answer | None:
    """Refuses to settle, directly or by a claim, care that another visit was surely settled for."""
    others = _at_that_time(known, visit)
    if not others:
        return None
    care = care_of(visit, total_fen)
    same = next((one.visit_id for one in others if compare(care, one) == "paid_twice"), None)
    return refuse("PAID_TWICE", same) if same else None


def complete_once(known: Known, message: Message, worked: Worked) -> Decision:
    """Settles what `paid_already` did not refuse; reports to supervision what may have been paid before."""
    done = complete(known, message, worked)
    visit = worked.visit
    others = _at_that_time(known, visit)
    if not others:
        return done
    care = care_of(visit, worked.split.total_fen)
    told = [fact for other in others if (fact := _doubt(message, visit, care, other))]
    return Decision([*done.facts, *told[:MOST_TOLD]], done.rows, done.answer)


def _at_that_time(known: Known, visit: Visit) -> list[Care]:
    """The person's settled care that shares a day with a visit; nothing else is compared, and it is rare."""
    held = known.care.get(visit.person_id)
    if not held:
        return []
    begun, ended = visit.service_on, visit.ended_on
    return [one for one in held.values() if one.service_on <= ended and one.ended_on >= begun]


def _doubt(message: Message, visit: Visit, care: Care, other: Care) -> CareInDoubt | None:
    verdict = compare(care, other)
    if verdict is None or verdict == "paid_twice":
        return None
    return CareInDoubt(
        visit_id=visit.visit_id,
        person_id=visit.person_id,
        institution_id=visit.institution_id,
        settlement_id=message.derive("settlement"),
        other_visit_id=other.visit_id,
        other_institution_id=other.institution_id,
        doubt=verdict,
        told_on=day_of(message),
    )
