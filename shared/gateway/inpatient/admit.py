"""2401 入院办理: registers an admission; `mdtrt_id`, the number of the visit, is its msgid."""

from pydantic import Field

from shared.gateway.forms.asking import ask
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.fields import Credential, Day, Form, Id
from shared.gateway.forms.transaction import Call, Steps, Told
from shared.gateway.forms.visit import EMERGENCY, KIND_OF, TRAUMA, Diagnosis, Liability, MedType, codes
from shared.messages.outcomes import Admitted
from shared.messages.settlement.visits import AdmitPatient


class Admission(Liability):
    """Who comes, when, for what kind of care; `refl_old_mdtrt_id`: the stay that this one continues."""

    psn_no: Id
    begntime: Day
    mdtrt_cert_type: Credential
    med_type: MedType
    refl_old_mdtrt_id: Id | None = None


class Admit(Form):
    """The input of 2401."""

    mdtrtinfo: Admission
    diseinfo: tuple[Diagnosis, ...] = Field(default=(), max_length=100)


def admit(call: Call[Admit]) -> Steps:
    """Opens a stay."""
    told = call.form.mdtrtinfo
    if KIND_OF[told.med_type] != "inpatient":
        raise FaultError("FORM_INVALID", f"mdtrtinfo.med_type: {told.med_type}")
    body = AdmitPatient(
        visit_id=call.msgid,
        person_id=told.psn_no,
        institution_id=call.institution_id,
        admitted_on=told.begntime,
        credential=told.mdtrt_cert_type,
        emergency=told.med_type in EMERGENCY,
        trauma=told.med_type in TRAUMA,
        third_party=told.ttp_pay_flag == "1",
        liability_statement_id=told.exp_content,
        diagnoses=codes(call.form.diseinfo),
        continues_visit_id=told.refl_old_mdtrt_id,
    )
    done = yield from ask(body, Admitted)
    return Told({"result": {"mdtrt_id": done.visit_id}})
