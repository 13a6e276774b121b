"""2404 入院撤销: takes an admission back on which nothing was built."""

from shared.gateway.forms.fields import Data
from shared.gateway.forms.transaction import Call, Steps, Told
from shared.gateway.forms.visit import VisitName
from shared.gateway.person.reverse import take_back

CancelAdmission = Data[VisitName]  # 2404


def cancel_admission(call: Call[CancelAdmission]) -> Steps:
    """Undoes what the 2401 has asked whose msgid is the number of the visit."""
    yield from take_back(call.asked, call.envelope.infno)
    return Told({})
