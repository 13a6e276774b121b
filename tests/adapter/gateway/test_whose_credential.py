"""1101 by what a patient shows: its number leaves the gateway sealed, and the person is told by a number."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shared.gateway.forms.draft import Draft, DraftLine
from shared.gateway.forms.envelope import Envelope
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.transaction import Call, Steps, Told
from shared.gateway.inpatient.admit import Admit, Change, admit, change
from shared.gateway.kept import keep, read
from shared.gateway.outpatient.settle import Settle, settle
from shared.gateway.person.entitlement import FindPerson, Shown, find_person
from shared.gateway.store import Store
from shared.messages.body import Request
from shared.messages.enrollment import persons
from shared.messages.outcomes import Admitted
from shared.messages.settlement.admissions import ChangeAdmission
from shared.messages.settlement.found import PersonFound
from shared.messages.settlement.queries import QueryPerson
from shared.messages.settlement.shown import ShowCredential
from shared.messages.settlement.visits import AdmitPatient, FeeLine, SettleOutpatient
from shared.trust.key_ring import ring_of

HOSPITAL, NUMBER = "H51010000001", "511900198002291240"
LINE = FeeLine(line="1", item="XY001", category="09", quantity="1", price="1.00")
WHO = persons.PersonIdentified(
    person_id="P1", credential_id="0" * 32, sex="female", birth_month="1980-02", coverages=()
)
DRAFT = Draft(
    mdtrt_id="M1",
    psn_no="P1",
    institution_id=HOSPITAL,
    service_on=date(2026, 3, 2),
    scheme="390",
    credential="01",
    lines=(DraftLine(batch="1", line=LINE, amount=Decimal("1.00")),),
)


@pytest.mark.requirement("ENR-02")
@pytest.mark.requirement("SEC-12")
def test_a_credential_is_sealed_and_its_person_asked_for(tmp_path: Path) -> None:
    ring = ring_of(tmp_path)
    shown = Shown.model_validate(
        {"mdtrt_cert_type": "02", "mdtrt_cert_no": NUMBER, "begntime": "2026-03-02 08:00:00"}
    )
    steps = find_person(Call(_envelope(), FindPerson(data=shown)))
    assert isinstance(next(steps).body, persons.QuerySealingKey)
    asked = steps.send(persons.SealingKeyFound(**ring.sealing_key()._asdict())).body
    assert isinstance(asked, persons.FindPerson) and NUMBER not in asked.model_dump_json()
    assert ring.open(f"credential {HOSPITAL} 02", asked.sealed) == NUMBER.encode()
    question = steps.send(WHO).body
    assert isinstance(question, QueryPerson) and question.person_id == "P1"
    with pytest.raises(StopIteration) as end:
        steps.send(_found())
    told: Told = end.value.value
    assert told.output["baseinfo"] == {"psn_no": "P1", "gend": "2"}


@pytest.mark.requirement("ENR-02")
def test_what_a_patient_shows_goes_with_the_admission_and_the_bill(tmp_path: Path) -> None:
    shown = {"mdtrt_cert_type": "02", "mdtrt_cert_no": NUMBER, "psn_no": "P1"}
    day = {"begntime": "2026-03-02 08:00:00"}
    admission = Admit.model_validate({"mdtrtinfo": {**shown, **day, "med_type": "21"}})
    admitted = _after_finding(tmp_path, admit(Call(_envelope(), admission)))
    assert isinstance(admitted, AdmitPatient) and NUMBER not in admitted.model_dump_json()
    assert (admitted.credential, admitted.credential_id) == ("02", "0" * 32)
    bill = {**shown, "mdtrt_id": "M1", "insutype": "390", "medfee_sumamt": Decimal("1.00")}
    settled = _after_finding(
        tmp_path, settle(Call(_envelope(), Settle.model_validate({"data": bill}), DRAFT))
    )
    assert isinstance(settled, SettleOutpatient)
    assert (settled.credential, settled.credential_id) == ("02", "0" * 32)
    del bill["mdtrt_cert_no"]
    again = next(settle(Call(_envelope(), Settle.model_validate({"data": bill}), DRAFT))).body
    assert isinstance(again, SettleOutpatient) and again.credential_id is None


@pytest.mark.requirement("ENR-02")
def test_what_a_patient_shows_late_goes_before_the_change_of_the_admission(tmp_path: Path) -> None:
    told = {"mdtrt_id": "M1", "psn_no": "P1", "begntime": "2026-03-02 08:00:00", "med_type": "21"}
    card = {"mdtrt_cert_type": "02", "mdtrt_cert_no": NUMBER}

    def changing(**shown: str) -> Steps:
        return change(Call(_envelope(), Change.model_validate({"adminfo": {**told, **shown}})))

    steps = changing(**card)
    shown = _after_finding(tmp_path, steps)
    assert isinstance(shown, ShowCredential)
    assert (shown.visit_id, shown.credential, shown.credential_id) == ("M1", "02", "0" * 32)
    assert isinstance(steps.send(Admitted(visit_id="M1", filing="none")).body, ChangeAdmission)
    kind_only = next(changing(mdtrt_cert_type="03")).body
    assert isinstance(kind_only, ShowCredential) and kind_only.credential_id is None
    assert isinstance(next(changing()).body, ChangeAdmission)
    with pytest.raises(FaultError, match="mdtrt_cert_type"):
        next(changing(mdtrt_cert_no=NUMBER))


@pytest.mark.requirement("SEC-12")
@pytest.mark.parametrize("node", ["data", "mdtrtinfo", "adminfo"])
@pytest.mark.parametrize("reversed_by", ["", "M2"])
async def test_a_number_that_was_shown_is_not_kept_once_it_is_answered(
    node: str, reversed_by: str, tmp_path: Path
) -> None:
    given = {"psn_no": "P1", "medfee": Decimal("1.10")}
    named: dict[str, Any] = {
        "infno": "2401",
        "msgid": "M1",
        "input": {node: {**given, "mdtrt_cert_no": NUMBER}},
    }
    store = Store(tmp_path)
    await store.open()
    asked = keep(Envelope.model_construct(**named), "P1", datetime(2026, 3, 2, tzinfo=UTC), 1.0)
    assert NUMBER in (await store.take(asked)).body  # until it is delivered
    told = Told({}, reverses="M1") if reversed_by else Told({})
    for _ in range(2):  # once more changes nothing
        await store.finish(reversed_by or "M1", "{}", told, "2026-03-02")
    held = await store.find("M1")
    await store.close()
    assert held and held.digest == asked.digest
    assert read(held.body)["input"] == {node: given}


def _after_finding(home: Path, steps: Steps) -> Request:
    """What is asked once enrollment has said whose the credential is."""
    next(steps)
    steps.send(persons.SealingKeyFound(**ring_of(home).sealing_key()._asdict()))
    return steps.send(WHO).body


def _envelope() -> Envelope:
    named: dict[str, Any] = {"fixmedins_code": HOSPITAL, "msgid": "M1"}
    return Envelope.model_construct(**named)


def _found() -> PersonFound:
    return PersonFound(
        person_id="P1",
        insured_area="511900",
        pooling_area="511900",
        scheme="390",
        retired=False,
        identities=(),
        account_balance_fen=0,
        filing="none",
        filing_id=None,
        diseases=(),
        eligible=(),
    )
