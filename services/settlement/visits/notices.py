"""Addresses notices (通知) to the node of the institution that a fact about a visit concerns. Pure."""

from services.settlement.model.known import Known
from shared.bus.message import Notice
from shared.messages.settlement.visits import VisitSubject


def tell_institution(known: Known, *facts: VisitSubject) -> list[Notice]:
    """A notice of each fact to its institution's node; none to one that is not known."""
    held = ((known.institutions.get(fact.institution_id), fact) for fact in facts)
    return [Notice(institution.node_id, fact) for institution, fact in held if institution]
