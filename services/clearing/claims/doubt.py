"""Hears which settlements are in doubt (存疑结算), so that no claim of them is accepted by rule alone. Pure.

A doubt that is told after its claim was accepted changes nothing: what was paid is recovered, after a look.
"""

from services.clearing.model.claim import Doubt
from services.clearing.model.known import Known
from shared.bus.message import Decision, Message
from shared.messages.audit.supervision import CareInDoubt


def keep_doubt(known: Known, message: Message, body: CareInDoubt) -> Decision:
    """Keeps that a settlement may be about care that another visit was settled for."""
    return Decision(rows=[Doubt(body.settlement_id, body.other_visit_id, body.doubt, body.told_on)])
