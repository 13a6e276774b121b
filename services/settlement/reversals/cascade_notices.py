"""Notices of a cascade (连带冲正通知) to the other nodes whose settlements it replaced. Pure."""

from collections.abc import Iterable, Iterator

from services.settlement.model.known import Known
from services.settlement.model.registers.catalogue import places
from services.settlement.model.visit import Visit
from services.settlement.visits.checks import day_of
from shared.bus.message import Message, Notice
from shared.messages.outcomes import LaterSettlement
from shared.messages.settlement.notices import SettlementReplaced


def notices(
    known: Known, message: Message, caused_by: str, later: Iterable[LaterSettlement]
) -> Iterator[Notice]:
    """One notice for each settlement that was replaced; the node that asked finds its own in the answer."""
    for one in later:
        visit = known.visits[one.visit_id]
        node = _node_of(known, visit)
        if node is not None and node != message.source:
            yield Notice(node, _told(message, caused_by, visit, one))


def _node_of(known: Known, visit: Visit) -> str | None:
    """The node of the visit's institution; for a claimed visit, of its insured area's nearest agency."""
    if visit.manual:
        agencies = (known.manual.centers.get(place) for place in places(visit.insured_area))
        return next((node for node in agencies if node is not None), None)
    institution = known.institutions.get(visit.institution_id)
    return institution.node_id if institution else None


def _told(message: Message, caused_by: str, visit: Visit, one: LaterSettlement) -> SettlementReplaced:
    return SettlementReplaced.model_validate(
        {
            **one.model_dump(exclude={"code"}),
            "person_id": visit.person_id,
            "caused_by": caused_by,
            "settled_on": day_of(message),
        }
    )
