"""2601 冲正: undoes an earlier transaction by its msgid; one that was never heard can never take effect."""

from shared.gateway.forms.asking import ask
from shared.gateway.forms.fields import Form, Id
from shared.gateway.forms.transaction import Call, Steps, Told
from shared.messages.body import CancelRequest
from shared.messages.outcomes import Cancelled


class Original(Form):
    """The transaction to undo: its msgid and number."""

    psn_no: Id
    omsgid: Id
    oinfno: Id


class Reverse(Form):
    """The input of 2601."""

    data: Original


def reverse(call: Call[Reverse]) -> Steps:
    """Undoes all that the original has asked the bus, the last first."""
    told = call.form.data
    for asked in reversed(call.asked):
        body = CancelRequest(subject_id=asked.key, original_id=asked.id, reason="2601")
        yield from ask(body, Cancelled, asked.topic)
    return Told({}, reverses=told.omsgid)
