"""2601 冲正: undoes an earlier transaction by its msgid; one that was never heard can never take effect."""

from collections.abc import Generator, Sequence

from shared.adapter.refused import RefusedError
from shared.bus.client.unanswered import Asked
from shared.gateway.forms.asking import ask
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.fields import Data, Form, Id
from shared.gateway.forms.transaction import Call, Steps, Told, Wanted
from shared.messages.body import CancelRequest, Result
from shared.messages.outcomes import Cancelled


class Original(Form):
    """The transaction to undo: its msgid and number."""

    psn_no: Id
    omsgid: Id
    oinfno: Id


Reverse = Data[Original]  # 2601


def reverse(call: Call[Reverse]) -> Steps:
    """Undoes all that the original has asked the bus, the last first; a bill that it closed is open again."""
    told = call.form.data
    yield from take_back(call.asked, call.envelope.infno)
    draft = call.draft if told.oinfno == "2207" else None
    return Told({}, draft and draft.model_copy(update={"closed": ""}), reverses=told.omsgid)


def take_back(asked: Sequence[Asked], reason: str) -> Generator[Wanted, Result, None]:
    """Cancels requests, the last first. Raises FaultError where the first went and a later one cannot."""
    for number, one in enumerate(reversed(asked)):
        try:
            body = CancelRequest(subject_id=one.key, original_id=one.id, reason=reason)
            yield from ask(body, Cancelled, one.topic)
        except RefusedError as refused:
            if number == 0:
                raise
            raise FaultError("PARTLY_DONE", f"{one.id} {refused.code}") from None
