"""2201 门诊挂号, 2202 门诊挂号撤销: opens an outpatient bill, and drops it."""

from shared.gateway.forms.asking import ask
from shared.gateway.forms.draft import Draft
from shared.gateway.forms.fields import Credential, CredentialNumber, Data, Day, Form, Id
from shared.gateway.forms.transaction import Call, Steps, Told
from shared.gateway.forms.visit import VisitName
from shared.gateway.outpatient.drafts import draft_of
from shared.gateway.person.shown import credential_of
from shared.messages.settlement.found import PersonFound
from shared.messages.settlement.queries import QueryPerson


class Registration(Form):
    """Who comes, and when."""

    psn_no: Id
    begntime: Day
    mdtrt_cert_type: Credential
    mdtrt_cert_no: CredentialNumber | None = None
    ipt_otp_no: Id | None = None


Register = Data[Registration]  # 2201


CancelRegistration = Data[VisitName]  # 2202


def register(call: Call[Register]) -> Steps:
    """Opens the bill of a person who is insured on that day; `mdtrt_id` is its msgid."""
    told = call.form.data
    person = QueryPerson(person_id=told.psn_no, institution_id=call.institution_id, service_on=told.begntime)
    found = yield from ask(person, PersonFound)
    kind = told.mdtrt_cert_type
    credential_id = yield from credential_of(call.institution_id, kind, told.mdtrt_cert_no)
    draft = Draft(
        mdtrt_id=call.msgid,
        psn_no=told.psn_no,
        institution_id=call.institution_id,
        service_on=told.begntime,
        scheme=found.scheme,
        credential=kind,
        credential_id=credential_id,
    )
    output = {"mdtrt_id": call.msgid, "psn_no": told.psn_no, "ipt_otp_no": told.ipt_otp_no}
    return Told({"data": output}, draft)


def cancel_registration(call: Call[CancelRegistration]) -> Steps:
    """Drops the bill; nothing of it has left the gateway."""
    draft = draft_of(call.draft, call.form.data, call.institution_id)
    yield from ()
    return Told({}, draft.model_copy(update={"closed": "cancelled"}))
