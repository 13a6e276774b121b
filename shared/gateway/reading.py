"""Reads what a transaction is about: its input, and what the gateway holds of what it names."""

from typing import Any

from pydantic import ValidationError

from shared.bus.client.unanswered import Asked
from shared.gateway.forms.envelope import Envelope, told
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.fields import Form
from shared.gateway.forms.transaction import AnyCall, Call, Transaction
from shared.gateway.kept import Kept, read
from shared.gateway.store import Store
from shared.gateway.table import REVERSE, TABLE


def read_form(transaction: Transaction, envelope: Envelope) -> Any:
    """The input as its form has it. Raises FaultError, which names the field."""
    try:
        return transaction.form.model_validate(envelope.input)
    except ValidationError as error:
        raise FaultError("FORM_INVALID", f"input.{told(error)}") from None


def named(form: Form, field: str) -> str:
    """A field of a form, in whichever of its nodes it stands; "" where it is not there."""
    for _, node in form:
        first = node[0] if isinstance(node, tuple) and node else node
        if isinstance(first, Form) and isinstance(getattr(first, field, None), str):
            return str(getattr(first, field))
    return ""


async def lane_of(store: Store, transaction: Transaction, envelope: Envelope, form: Form) -> str:
    """Whose order a transaction keeps: its person's, else its institution's; an undo that of its original."""
    original = await _held(store, transaction, envelope, form)
    return (original.lane if original else named(form, "psn_no")) or envelope.fixmedins_code


async def read_call(store: Store, transaction: Transaction, envelope: Envelope, form: Form) -> AnyCall:
    """The call of a transaction, with the outpatient bill and the original that it names, as they are now."""
    original = await _held(store, transaction, envelope, form)
    asked = _asked(envelope, form, original) if transaction.original else ()
    bill = named(form, "mdtrt_id") or (_bill_of(original) if original else "")
    return Call(envelope, form, await store.draft(bill), asked)


async def _held(store: Store, transaction: Transaction, envelope: Envelope, form: Form) -> Kept | None:
    """The transaction to undo, which is the institution's own, of the right number and person."""
    if not transaction.original:
        return None
    msgid, infnos = named(form, transaction.original), transaction.of
    if envelope.infno == REVERSE:
        infnos = (named(form, "oinfno"),)
    if not msgid.startswith(envelope.fixmedins_code) or msgid == envelope.msgid:
        raise FaultError("NOT_YOURS", f"{transaction.original}: {msgid}")
    held = await store.find(msgid)
    if held is None or not held.infno:  # never taken, or reversed before it came
        if envelope.infno != REVERSE:
            raise FaultError("UNKNOWN_MSGID", f"{transaction.original}: {msgid}")
        return None
    person = named(form, "psn_no")
    if held.infno not in infnos or (person and held.lane not in {person, envelope.fixmedins_code}):
        raise FaultError("UNKNOWN_MSGID", f"{transaction.original}: {msgid}")
    return held


def _asked(envelope: Envelope, form: Form, original: Kept | None) -> tuple[Asked, ...]:
    """What is to be cancelled; of what was never taken, what it would ask first, should it come elsewhere."""
    infno = original.infno if original else named(form, "oinfno")
    if envelope.infno == REVERSE and (infno not in TABLE or not TABLE[infno].is_reversible):
        raise FaultError("NO_COUNTERPART", f"oinfno: {infno}")
    if original:
        return original.asked
    first = TABLE[infno].changes
    if first is None:
        return ()
    key = named(form, "psn_no") if first.KEY == "person_id" else envelope.fixmedins_code
    return (Asked(f"{named(form, 'omsgid')}.1", first.TOPICS[0], key),)


def _bill_of(original: Kept) -> str:
    form = read_form(TABLE[original.infno], Envelope.model_validate(read(original.body)))
    return named(form, "mdtrt_id")
