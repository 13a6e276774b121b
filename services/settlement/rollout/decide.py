"""Keeps the stage of an area as enrollment tells it. Pure."""

from services.settlement.model.known import Known
from services.settlement.rollout.model import AreaStage
from shared.bus.message import Decision, Message
from shared.messages.enrollment.network.rollout import RolloutMoved


def keep_stage(known: Known, message: Message, body: RolloutMoved) -> Decision:
    """Keeps an area's stage from a day on."""
    of = (body.area, body.service or "", body.disease or "")
    return Decision(rows=[AreaStage(*of, body.applies_from, body.stage)])
