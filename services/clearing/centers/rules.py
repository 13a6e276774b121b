"""Who may speak for a center, and on which days. Pure."""

from services.clearing.model.known import Known
from shared.bus.message import Message
from shared.errors import refuse
from shared.messages.answer import Answer


def speaker_fault(known: Known, message: Message, center_id: str) -> Answer | None:
    """Refuses a node that speaks for another's center, and a center that is not in force on the day.

    What a center leaves undone that has ended, it does once it is registered with a longer period.
    """
    center = known.centers.get(center_id)
    if center is None or center.node_id != message.source:
        return refuse("CENTER_NOT_YOURS", center_id)
    if message.day and not center.is_in_force(message.day):
        return refuse("CENTER_NOT_IN_FORCE", f"center_id: {center_id}, {message.day}")
    return None
