"""2404 入院撤销: takes an admission back on which nothing was built."""

from shared.gateway.forms.asking import ask
from shared.gateway.forms.fields import Form
from shared.gateway.forms.transaction import Call, Steps, Told
from shared.gateway.forms.visit import VisitName
from shared.messages.body import CancelRequest
from shared.messages.outcomes import Cancelled
from shared.messages.settlement.visits import AdmitPatient


class CancelAdmission(Form):
    """The input of 2404."""

    data: VisitName


def cancel_admission(call: Call[CancelAdmission]) -> Steps:
    """Undoes the admission, whose request has the id that its msgid led to."""
    told = call.form.data
    body = CancelRequest(subject_id=told.psn_no, original_id=f"{told.mdtrt_id}.1", reason="2404")
    yield from ask(body, Cancelled, AdmitPatient.TOPICS[0])
    return Told({})
