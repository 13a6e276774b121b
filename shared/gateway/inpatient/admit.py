"""2401 入院办理, 2403 住院信息变更: an admission, whose msgid is the `mdtrt_id`; a change of it."""

from collections.abc import Generator

from pydantic import Field

from shared.gateway.forms.asking import ask, names
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.fields import Credential, CredentialNumber, Day, Form, Id
from shared.gateway.forms.transaction import Call, Steps, Told, Wanted
from shared.gateway.forms.visit import (
    EMERGENCY,
    KIND_OF,
    TRAUMA,
    Diagnosis,
    Liability,
    MedType,
    VisitName,
    codes,
)
from shared.gateway.person.shown import credential_of
from shared.messages.body import Result
from shared.messages.outcomes import Admitted
from shared.messages.settlement.admissions import ChangeAdmission
from shared.messages.settlement.shown import ShowCredential
from shared.messages.settlement.visits import AdmitPatient


class Admission(Liability):
    """Who comes, when, for what kind of care; `refl_old_mdtrt_id`: the stay that this one continues."""

    psn_no: Id
    begntime: Day
    mdtrt_cert_type: Credential
    mdtrt_cert_no: CredentialNumber | None = None
    med_type: MedType
    refl_old_mdtrt_id: Id | None = None


class Admit(Form):
    """The input of 2401."""

    mdtrtinfo: Admission
    diseinfo: tuple[Diagnosis, ...] = Field(default=(), max_length=100)


class Changed(VisitName, Liability):
    """The admission as it was in truth; what is left out was not so, but for what the patient shows.

    `mdtrt_cert_type` is told where the patient shows something only now (补验凭证).
    """

    mdtrt_cert_type: Credential | None = None
    mdtrt_cert_no: CredentialNumber | None = None
    begntime: Day
    med_type: MedType
    adm_dept_codg: Id | None = None
    refl_old_mdtrt_id: Id | None = None


class Change(Form):
    """The input of 2403."""

    adminfo: Changed
    diseinfo: tuple[Diagnosis, ...] = Field(default=(), max_length=100)


def admit(call: Call[Admit]) -> Steps:
    """Opens a stay."""
    told = call.form.mdtrtinfo
    _only_stays("mdtrtinfo", told.med_type)
    kind = told.mdtrt_cert_type
    credential_id = yield from credential_of(call.institution_id, kind, told.mdtrt_cert_no)
    body = AdmitPatient(
        visit_id=call.msgid,
        person_id=told.psn_no,
        institution_id=call.institution_id,
        admitted_on=told.begntime,
        credential=kind,
        credential_id=credential_id,
        emergency=told.med_type in EMERGENCY,
        trauma=told.med_type in TRAUMA,
        third_party=told.ttp_pay_flag == "1",
        liability_statement_id=told.exp_content,
        diagnoses=codes(call.form.diseinfo),
        continues_visit_id=told.refl_old_mdtrt_id,
    )
    done = yield from ask(body, Admitted)
    return Told({"result": {"mdtrt_id": done.visit_id}})


def change(call: Call[Change]) -> Steps:
    """Tells the admission anew, as a whole; before it, what the patient shows late.

    A credential that is refused leaves the admission as it was; one that counts stays shown, 001 (十六), even
    if the change is refused, or reversed by 2601, which says so (PARTLY_DONE).
    """
    told = call.form.adminfo
    _only_stays("adminfo", told.med_type)
    yield from _show(call)
    body = ChangeAdmission(
        **names(call.institution_id, told),
        admitted_on=told.begntime,
        emergency=told.med_type in EMERGENCY,
        trauma=told.med_type in TRAUMA,
        third_party=told.ttp_pay_flag == "1",
        liability_statement_id=told.exp_content,
        ward=told.adm_dept_codg,
        diagnoses=codes(call.form.diseinfo),
        continues_visit_id=told.refl_old_mdtrt_id,
    )
    yield from ask(body, Admitted)
    return Told({})


def _show(call: Call[Change]) -> Generator[Wanted, Result, None]:
    told = call.form.adminfo
    if told.mdtrt_cert_type is None:
        if told.mdtrt_cert_no:
            raise FaultError("FORM_INVALID", "adminfo.mdtrt_cert_type")
        return
    kind = told.mdtrt_cert_type
    credential_id = yield from credential_of(call.institution_id, kind, told.mdtrt_cert_no)
    body = ShowCredential(**names(call.institution_id, told), credential=kind, credential_id=credential_id)
    yield from ask(body, Admitted)


def _only_stays(node: str, med_type: MedType) -> None:
    if KIND_OF[med_type] != "inpatient":
        raise FaultError("FORM_INVALID", f"{node}.med_type: {med_type}")
