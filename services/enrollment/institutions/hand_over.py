"""Changing hands (移交与接管): a published institution goes to another node when both nodes say so."""

import json
from typing import Literal

from services.enrollment.institutions.publish import of_its_day
from services.enrollment.model import Entry, Known
from services.enrollment.rules.permission import require_area
from services.enrollment.rules.register import register
from services.enrollment.rules.subjects import unknown_node
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.enrollment.network.institutions import (
    HandOver,
    HandOverInstitution,
    InstitutionHandedOver,
    TakeOverInstitution,
)
from shared.messages.enrollment.registers import InstitutionPublished, PublishInstitution


def hand_over(known: Known, message: Message, body: HandOverInstitution) -> Decision:
    """Its node, or who answers for its area, offers an institution to another; offered back, it stays.

    A newer offer takes the place of one that nobody took.
    """
    held = known.entry("institution", body.institution_id)
    if held is None:
        return Decision(answer=refuse("UNKNOWN_INSTITUTION", body.institution_id))
    refusal = _not_the_giver(known, message.source, held) or unknown_node(known, body.to_node_id)
    if refusal:
        return Decision(answer=refusal)
    here = held.content["node_id"]
    offer = _offer(held, body.to_node_id, "taken_back" if body.to_node_id == here else "offered")
    return register(known, "hand_over", offer, InstitutionHandedOver, subject_id=body.institution_id)


def take_over(known: Known, message: Message, body: TakeOverInstitution) -> Decision:
    """The node that an institution was offered to takes it: from that day on it answers for it.

    Undone by an offer back, which the other node takes.
    """
    held = known.entry("institution", body.institution_id)
    if held is None:
        return Decision(answer=refuse("UNKNOWN_INSTITUTION", body.institution_id))
    offer = _offer(held, message.source, "offered")
    open_offer = known.entry("hand_over", body.institution_id)
    if open_offer is None or open_offer.content != offer.model_dump(mode="json"):
        return Decision(answer=refuse("HAND_OVER_FIRST", f"to_node_id: {message.source}"))
    if body.from_node_id != offer.from_node_id:
        return Decision(answer=refuse("INVALID_FIELD", f"from_node_id: {offer.from_node_id}"))
    shown = PublishInstitution.model_validate_json(json.dumps(held.content))
    moved = shown.model_copy(update={"node_id": message.source, "applies_from": None})
    told = register(known, "institution", of_its_day(known, message.day, moved), InstitutionPublished)
    done = offer.model_copy(update={"outcome": "taken_over"})
    closed = register(known, "hand_over", done, InstitutionHandedOver, subject_id=body.institution_id)
    return Decision([*closed.facts, *told.facts], [*closed.rows, *told.rows], told.answer)


def _offer(held: Entry, to_node_id: str, outcome: Literal["offered", "taken_back"]) -> HandOver:
    return HandOver(
        institution_id=held.subject_id,
        from_node_id=held.content["node_id"],
        to_node_id=to_node_id,
        outcome=outcome,
    )


def _not_the_giver(known: Known, source: str, held: Entry) -> Answer | None:
    return None if source == held.content["node_id"] else require_area(known, source, held.content["area"])
