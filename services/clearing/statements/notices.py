"""Whom a fact concerns (通知): the nodes of the centers and of the institution it is about. Pure."""

from collections.abc import Iterable

from services.clearing.ledger.rules import Parties
from services.clearing.model.known import Known
from shared.bus.message import Notice
from shared.messages.body import Fact


def tell_centers(known: Known, facts: Iterable[Fact], *sides: Parties) -> list[Notice]:
    """Each fact to the node of each center on these sides; a node that speaks for several hears it once."""
    ids = [id for side in sides for id in (side.insured_center, side.treatment_center)]
    nodes = sorted({known.centers[id] for id in ids if id in known.centers})
    return [Notice(node, fact) for fact in facts for node in nodes]


def tell_institution(known: Known, institution_id: str, fact: Fact) -> list[Notice]:
    """A fact to the institution's node, where it is known."""
    node = known.institutions.get(institution_id)
    return [Notice(node, fact)] if node else []
