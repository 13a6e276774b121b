"""Whether the prescriptions of a bill may be used (电子处方, 001 (二十四)): by one visit at a time. Pure."""

from services.settlement.model.known import Known
from services.settlement.model.settlement import Reversal
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.settlement.visits import OutpatientBill


def unusable(known: Known, body: OutpatientBill) -> Answer | None:
    """Refuses a prescription that another visit has used, or that covers lines which the bill has not.

    Whose visit that is stays untold: it may be another person's, at another institution.
    """
    billed = {line.line for line in body.lines if line.quantity[0] != "-"}
    seen: set[str] = set()
    for place, one in enumerate(body.prescriptions):
        if strange := next((line for line in one.covers if line not in billed), None):
            return refuse("INVALID_FIELD", f"prescriptions.{place}.covers: {strange}")
        if one.prescription_id in seen:
            return refuse("INVALID_FIELD", f"prescriptions.{place}.prescription_id: {one.prescription_id}")
        if known.prescriptions.get(one.prescription_id, body.visit_id) != body.visit_id:
            return refuse("PRESCRIPTION_USED", one.prescription_id)
        seen.add(one.prescription_id)
    return None


def used_ids(body: OutpatientBill) -> str | None:
    """The ids as a settlement keeps them, in one text; None where the bill names none."""
    return " ".join(one.prescription_id for one in body.prescriptions) or None


def free(known: Known, gone: Reversal) -> None:
    """Frees the prescriptions of a settlement that is taken back, for the next message of the batch."""
    if known.prescriptions:
        held = known.prescriptions.items()
        known.prescriptions = {one: visit for one, visit in held if visit != gone.visit_id}
