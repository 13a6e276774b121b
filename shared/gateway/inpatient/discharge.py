"""2402 出院办理, 2405 出院撤销: registers a discharge, and takes it back."""

from pydantic import Field

from shared.gateway.forms.asking import ask, names
from shared.gateway.forms.fields import Data, Day, Form
from shared.gateway.forms.transaction import Call, Steps, Told
from shared.gateway.forms.visit import Diagnosis, VisitName, codes
from shared.messages.outcomes import Admitted, Discharged
from shared.messages.settlement.corrections import CancelDischarge
from shared.messages.settlement.visits import DischargePatient, DischargeWay


class Leaving(VisitName):
    """When and how the patient leaves."""

    endtime: Day
    dscg_way: DischargeWay


class Discharge(Form):
    """The input of 2402."""

    dscginfo: Leaving
    diseinfo: tuple[Diagnosis, ...] = Field(default=(), max_length=100)


Return = Data[VisitName]  # 2405


def discharge(call: Call[Discharge]) -> Steps:
    """Registers the discharge; the day by which the case page is due is told."""
    told = call.form.dscginfo
    body = DischargePatient(
        **names(call.institution_id, told),
        discharged_on=told.endtime,
        way=told.dscg_way,
        diagnoses=codes(call.form.diseinfo),
    )
    done = yield from ask(body, Discharged)
    return Told({"result": {"mdtrt_id": told.mdtrt_id, "due_date": done.case_page_due_on.isoformat()}})


def cancel_discharge(call: Call[Return]) -> Steps:
    """Takes the discharge back: the stay goes on."""
    yield from ask(CancelDischarge(**names(call.institution_id, call.form.data)), Admitted)
    return Told({})
