"""2206 门诊预结算, 2207 门诊结算: what the patient would pay of a bill, and its settlement whole."""

from collections.abc import Generator
from typing import Any

from shared.gateway.forms.asking import ask
from shared.gateway.forms.draft import Draft
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.fields import Amount, Credential, CredentialNumber, Data, Flag, Scheme
from shared.gateway.forms.settled import setldetail, setlinfo
from shared.gateway.forms.transaction import Call, Steps, Told, Wanted
from shared.gateway.forms.visit import MedType, VisitName, control
from shared.gateway.outpatient.drafts import draft_of
from shared.gateway.person.shown import credential_of
from shared.messages.body import Result
from shared.messages.outcomes import Quoted, Settled
from shared.messages.settlement.outpatient.prescriptions import Prescription
from shared.messages.settlement.visits import QuoteOutpatient, SettleOutpatient


class Bill(VisitName):
    """The bill to settle: its total as the HIS has it, and whether the patient's account is used."""

    medfee_sumamt: Amount
    acct_used_flag: Flag = "0"
    insutype: Scheme
    mdtrt_cert_type: Credential | None = None
    mdtrt_cert_no: CredentialNumber | None = None
    med_type: MedType | None = None


Settle = Data[Bill]  # 2206 and 2207


def quote(call: Call[Settle]) -> Steps:
    """Tells what a settlement of the bill would be now; changes nothing."""
    bill = call.form.data
    draft = draft_of(call.draft, bill, call.institution_id)
    body = _body(draft, bill)
    shown = yield from _shown(draft, bill)
    quoted = yield from ask(QuoteOutpatient.model_validate({**body, **shown}), Quoted)
    return Told(_told(bill, quoted))


def settle(call: Call[Settle]) -> Steps:
    """Settles the bill."""
    bill = call.form.data
    draft = draft_of(call.draft, bill, call.institution_id)
    body = _body(draft, bill)
    shown = yield from _shown(draft, bill)
    settled = yield from ask(SettleOutpatient.model_validate({**body, **shown}), Settled)
    return Told(_told(bill, settled), draft.model_copy(update={"closed": "settled"}))


def _body(draft: Draft, bill: Bill) -> dict[str, Any]:
    if bill.insutype != draft.scheme:
        raise FaultError("FORM_INVALID", f"data.insutype: {draft.scheme}")
    if not draft.lines:
        raise FaultError("UNKNOWN_LINE", f"mdtrt_id: {draft.mdtrt_id}")
    return {
        "visit_id": draft.mdtrt_id,
        "person_id": draft.psn_no,
        "institution_id": draft.institution_id,
        "kind": draft.kind,
        "disease": draft.disease,
        "service_on": draft.service_on,
        "third_party": draft.third_party,
        "liability_statement_id": draft.liability_statement_id,
        "lines": tuple(one.line for one in draft.lines),
        "prescriptions": _prescriptions(draft),
        "control": control(len(draft.lines), bill.medfee_sumamt),
        "use_account": bill.acct_used_flag == "1",
    }


def _prescriptions(draft: Draft) -> tuple[Prescription, ...]:
    """The electronic prescriptions of the lines, each once with all its lines, in the order of the bill."""
    covers: dict[str, list[str]] = {}
    for one in draft.lines:
        if one.prescription_id:
            covers.setdefault(one.prescription_id, []).append(one.line.line)
    return tuple(Prescription(prescription_id=id, covers=tuple(lines)) for id, lines in covers.items())


def _shown(draft: Draft, bill: Bill) -> Generator[Wanted, Result, dict[str, Any]]:
    """What was shown: with the bill, else when it was registered."""
    kind = bill.mdtrt_cert_type or draft.credential
    credential_id = draft.credential_id if kind == draft.credential else None
    if bill.mdtrt_cert_no:
        credential_id = yield from credential_of(draft.institution_id, kind, bill.mdtrt_cert_no)
    return {"credential": kind, "credential_id": credential_id}


def _told(bill: Bill, outcome: Quoted | Settled) -> dict[str, Any]:
    setl_id = outcome.settlement_id if isinstance(outcome, Settled) else ""
    info = setlinfo(outcome.payments, bill.mdtrt_id, bill.psn_no, setl_id)
    if isinstance(outcome, Settled):
        info["setl_time"] = outcome.settled_on.isoformat()
    return {"setlinfo": info, "setldetail": setldetail(outcome.payments, bill.insutype)}
