"""What travels about the life of designated institutions (定点医药机构): from application to suspension."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.messages.body import Area, Body, Fact, InstitutionId, NodeId, Proof, Request, Text
from shared.messages.enrollment.registers import Grade, Service

Stage = Literal["applied", "accepted", "connected", "published", "suspended", "refused"]
_COMMANDS = ("registry.commands",)
_EVENTS = ("enrollment.events",)


class ApplyInstitution(Request):
    """A hospital or pharmacy applies to join (申请联网, 004-1 (六)), from its own node or by its agency.

    One that was refused applies anew.
    """

    TOPICS = _COMMANDS
    KEY = "institution_id"
    institution_id: InstitutionId
    name: Text
    area: Area
    tier: Literal["1", "2", "3"]
    node_id: NodeId
    services: tuple[Service, ...] = Field(min_length=1, max_length=10)
    grade: Grade | None = None


class Move(Body):
    """A stage of an institution's life, and why or by what it was reached: for `connected` its proof."""

    institution_id: InstitutionId
    stage: Stage
    reason: Proof
    applies_from: date | None = Field(
        default=None, description="缺省为当日 / by default the day on which it is told"
    )


class MoveInstitution(Request, Move):
    """Accepts, finds connected, publishes, suspends or refuses an institution (000 三(二)3)."""

    TOPICS = _COMMANDS
    KEY = "institution_id"


class InstitutionMoved(Fact, Move):
    """An institution has reached a stage, on a day, by the word of a node."""

    TOPICS = _EVENTS
    KEY = "institution_id"
    moved_on: date | None
    node_id: NodeId


class HandOverInstitution(Request):
    """The node of a published institution offers it to another (移交); to itself: takes the offer back."""

    TOPICS = _COMMANDS
    KEY = "institution_id"
    institution_id: InstitutionId
    to_node_id: NodeId


class TakeOverInstitution(Request):
    """The node to which an institution was offered takes it over (接管) and answers for it."""

    TOPICS = _COMMANDS
    KEY = "institution_id"
    institution_id: InstitutionId
    from_node_id: NodeId


class HandOver(Body):
    """An offer of an institution from one node to another."""

    institution_id: InstitutionId
    from_node_id: NodeId
    to_node_id: NodeId
    outcome: Literal["offered", "taken_back", "taken_over"]


class InstitutionHandedOver(Fact, HandOver):
    """An institution was offered to another node, or not any more, or was taken over by it."""

    TOPICS = _EVENTS
    KEY = "institution_id"
