"""Registering an agency (登记经办机构): by an operator, below one of a higher level."""

from services.enrollment.agencies.tree import LEVELS
from services.enrollment.model import Known
from services.enrollment.rules.permission import require_operator
from services.enrollment.rules.register import register
from services.enrollment.rules.subjects import unknown_node
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.enrollment.network.agencies import AgencyRegistered, RegisterAgency


def register_agency(known: Known, message: Message, body: RegisterAgency) -> Decision:
    """An agency in its place in the tree; its level stays, or those below it might stand above it."""
    refusal = require_operator(known, message.source) or _unreachable(known, body) or _misplaced(known, body)
    return Decision(answer=refusal) if refusal else register(known, "agency", body, AgencyRegistered)


def _unreachable(known: Known, body: RegisterAgency) -> Answer | None:
    if body.node_id is not None:
        return unknown_node(known, body.node_id)
    return None if body.under_agency_id else refuse("INVALID_FIELD", "node_id: -")


def _misplaced(known: Known, body: RegisterAgency) -> Answer | None:
    held = known.entry("agency", body.agency_id)
    if held and held.content["level"] != body.level:
        return refuse("INVALID_FIELD", f"level: {held.content['level']} → {body.level}")
    if body.under_agency_id is None:
        return None
    above = known.entry("agency", body.under_agency_id)
    if above is None or LEVELS.index(above.content["level"]) >= LEVELS.index(body.level):
        return refuse("INVALID_FIELD", f"under_agency_id: {body.under_agency_id}")
    return None
