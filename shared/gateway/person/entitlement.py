"""1101 人员信息获取, 2001 人员待遇享受检查: a person's insurance, and what is open to them."""

from collections.abc import Generator
from datetime import date
from typing import Any

from shared.gateway.forms.asking import ask
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.fields import Credential, CredentialNumber, Data, Day, Form, Id, yuan
from shared.gateway.forms.transaction import Call, Steps, Told, Wanted
from shared.gateway.forms.visit import KIND_OF, MedType
from shared.gateway.person.shown import whose
from shared.messages.body import Result
from shared.messages.enrollment.registers import DayOpen
from shared.messages.settlement.found import PersonFound
from shared.messages.settlement.queries import QueryDay, QueryPerson

_IDENTITY_NUMBER = 18
_GENDER = {"male": "1", "female": "2"}
_IN_SERVICE, _RETIRED, _RESIDENT = "11", "12", "14"  # assumed


class Shown(Form):
    """What the patient shows, by its kind; without a kind, `mdtrt_cert_no` is the psn_no."""

    mdtrt_cert_type: Credential | None = None
    mdtrt_cert_no: CredentialNumber
    begntime: Day | None = None


FindPerson = Data[Shown]  # 1101


class Check(Form):
    """Whose entitlement to what care, from which day."""

    psn_no: Id
    med_type: MedType
    begntime: Day | None = None


CheckEntitlement = Data[Check]  # 2001


def find_person(call: Call[FindPerson]) -> Steps:
    """Tells whose a credential is, and the insurance on a day: scheme, area, account, identities, filing."""
    told = call.form.data
    kind, number = told.mdtrt_cert_type, told.mdtrt_cert_no
    who = (yield from whose(call.institution_id, kind, number)) if kind else None
    if who is None and len(number) == _IDENTITY_NUMBER and number[:-1].isdigit():
        raise FaultError("IDENTITY_NUMBER", "mdtrt_cert_no")
    found = yield from _person(call, who.person_id if who else number, told.begntime)
    insured = {
        "insutype": found.scheme,
        "psn_type": _psn_type(found),
        "psn_insu_stas": "1",
        "balc": yuan(found.account_balance_fen),
        "insuplc_admdvs": found.insured_area,
    }
    identities = [{"psn_idet_type": name} for name in found.identities]
    gender = {"gend": _GENDER[who.sex]} if who and who.sex else {}
    base = {"psn_no": found.person_id, **gender}
    return Told({"baseinfo": base, "insuinfo": [insured], "idetinfo": identities})


def check_entitlement(call: Call[CheckEntitlement]) -> Steps:
    """Tells whether a kind of care can be settled directly here, and if not, why."""
    told = call.form.data
    found = yield from _person(call, told.psn_no, told.begntime)
    code = next(one.code for one in found.eligible if one.kind == KIND_OF[told.med_type])
    checked = {
        "psn_no": found.person_id,
        "trt_enjymnt_flag": "1" if code == "OK" else "0",
        "trt_chk_rslt": code,
        "rloc_rea": found.filing,
        "trt_dcla_detl_sn": found.filing_id,
        "dise_codg": list(found.diseases),
    }
    return Told({"trtinfo": [checked]})


def _person(call: Call[Any], psn_no: str, day: date | None) -> Generator[Wanted, Result, PersonFound]:
    if day is None:
        day = (yield from ask(QueryDay(institution_id=call.institution_id), DayOpen)).opened_on
    body = QueryPerson(person_id=psn_no, institution_id=call.institution_id, service_on=day)
    return (yield from ask(body, PersonFound))


def _psn_type(found: PersonFound) -> str:
    if found.scheme != "310":
        return _RESIDENT
    return _RETIRED if found.retired else _IN_SERVICE
