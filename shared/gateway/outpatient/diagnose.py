"""2203 门诊就诊信息上传: what kind of outpatient care it is, and for which chronic disease."""

from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.fields import Code, Form
from shared.gateway.forms.transaction import Call, Steps, Told
from shared.gateway.forms.visit import KIND_OF, Diagnosis, Liability, MedType, VisitName
from shared.gateway.outpatient.drafts import draft_of


class Care(VisitName, Liability):
    """The kind of care; `dise_codg`: the chronic disease it is for."""

    med_type: MedType
    dise_codg: Code | None = None


class Diagnose(Form):
    """The input of 2203; the diagnoses have no counterpart in an outpatient bill."""

    mdtrtinfo: Care
    diseinfo: tuple[Diagnosis, ...] = ()


def diagnose(call: Call[Diagnose]) -> Steps:
    """Keeps the kind of care with the bill."""
    told = call.form.mdtrtinfo
    draft = draft_of(call.draft, told, call.institution_id)
    kind = KIND_OF[told.med_type]
    if kind == "inpatient":
        raise FaultError("FORM_INVALID", f"mdtrtinfo.med_type: {told.med_type}")
    yield from ()
    changed = {
        "kind": kind,
        "disease": told.dise_codg,
        "third_party": told.ttp_pay_flag == "1",
        "liability_statement_id": told.exp_content,
    }
    return Told({}, draft.model_copy(update=changed))
