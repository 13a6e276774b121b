"""Addresses notices (通知) to the nodes of the centers and the institution that a fact concerns. Pure."""

from collections.abc import Iterable

from services.clearing.ledger.rules import Parties
from services.clearing.model.known import Known
from shared.bus.message import Notice
from shared.messages.body import Fact


def tell_centers(known: Known, facts: Iterable[Fact], *sides: Parties) -> list[Notice]:
    """A notice of each fact to each node of these parties' centers; a node of several centers gets one."""
    ids = [id for side in sides for id in (side.insured_center, side.treatment_center)]
    nodes = sorted({known.centers[id].node_id for id in ids if id in known.centers})
    return [Notice(node, fact) for fact in facts for node in nodes]


def tell_institution(known: Known, institution_id: str, fact: Fact) -> list[Notice]:
    """A notice of a fact to the institution's node; none if the institution is not known."""
    node = known.institutions.get(institution_id)
    return [Notice(node, fact)] if node else []
