"""What persons were settled for and is not taken back, so that nothing is paid twice."""

from services.settlement.model.same_care import Care
from services.settlement.model.visit import Visit

CareOf = dict[str, dict[str, Care]]
"""By person, then by visit."""


def care_of(visit: Visit, total_fen: int) -> Care:
    """What a visit is for."""
    days = visit.service_on, visit.ended_on
    return Care(visit.visit_id, visit.institution_id, visit.kind, *days, total_fen, visit.manual)
