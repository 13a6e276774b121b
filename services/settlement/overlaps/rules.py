"""Refuses a stay (住院) beside another under way, or after a death, and says what is known of it. Pure."""

from collections.abc import Collection

from services.settlement.model.known import Known
from services.settlement.model.visit import Visit
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.settlement.admissions import ChangeAdmission
from shared.messages.settlement.visits import AdmitPatient

DEATH = "5"
"""The way of leaving (离院方式) that ends all care."""


def not_beside(
    known: Known, body: AdmitPatient | ChangeAdmission, continued: Collection[str]
) -> Answer | None:
    """Refuses an admission while the person is in hospital, or after the person's death.

    Named are the other stay, its institution, and since when. A transfer (转院) may begin before the earlier
    place has told the discharge: `continued` are the stays before it. Stays that ended and share nights are
    told to supervision when the later one is settled (`paid_twice`).
    """
    stays = [known.visits[visit_id] for visit_id in known.stays.get(body.person_id, ())]
    others = [stay for stay in stays if stay.visit_id != body.visit_id]
    told = [stay for stay in others if stay.state not in ("announced", "cancelled")]
    if dead := next((stay for stay in told if _has_died_before(stay, body)), None):
        return refuse("AFTER_DEATH", f"{dead.visit_id} {dead.institution_id} {dead.discharged_on}")
    apart = (one for one in told if one.visit_id not in continued and body.visit_id not in one.chain)
    if other := next((stay for stay in apart if _is_under_way(stay, body)), None):
        return refuse("OVERLAPPING_STAY", f"{other.visit_id} {other.institution_id} {other.service_on}")
    return None


def _has_died_before(stay: Visit, body: AdmitPatient | ChangeAdmission) -> bool:
    left_on = stay.discharged_on
    return stay.discharge_way == DEATH and left_on is not None and left_on <= body.admitted_on


def _is_under_way(stay: Visit, body: AdmitPatient | ChangeAdmission) -> bool:
    return stay.state == "admitted" and stay.service_on <= body.admitted_on
