"""What a patient shows at the desk: each kind of credential is taken, and nothing else is one."""

import json
from typing import get_args
from uuid import uuid4

import pytest

from shared.adapter import Asked, Hospital, Visit
from shared.bus.wire import Undecoded, decode_body
from shared.messages.settlement.visits import AdmitPatient, Credential
from tests.adapter.given.town import TODAY

PERSON = "TOWN-08"
ELECTRONIC, ID_CARD, SOCIAL_CARD, HEALTH_CARD = "01", "02", "03", "04"


@pytest.mark.requirement("ENR-01")
@pytest.mark.requirement("ENR-02")
async def test_each_kind_of_credential_admits_a_patient(hospital: Hospital) -> None:
    assert get_args(Credential) == (ELECTRONIC, ID_CARD, SOCIAL_CARD, HEALTH_CARD)
    for credential in get_args(Credential):
        name, visit = uuid4().hex, Visit(uuid4().hex, PERSON)
        admitted = await hospital.admit(visit, TODAY, credential=credential, id=name)
        assert admitted.visit_id == visit.visit_id
        await hospital.cancel(Asked(name, AdmitPatient.TOPICS[0], PERSON))


@pytest.mark.requirement("ENR-03")
@pytest.mark.parametrize("shown", ["", "05"])
def test_nobody_is_admitted_with_what_is_no_credential(shown: str) -> None:
    body = {
        "visit_id": "V",
        "person_id": PERSON,
        "institution_id": "H51010000001",
        "admitted_on": "2026-03-02",
        "credential": shown,
    }
    read = decode_body(AdmitPatient.wire_type(), json.dumps(body).encode())
    assert isinstance(read, Undecoded)
    assert (read.code, "credential" in read.where) == ("INVALID_FIELD", True)
