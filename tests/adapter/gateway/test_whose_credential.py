"""1101 by what a patient shows: its number leaves the gateway sealed, and the person is told by a number."""

from pathlib import Path
from typing import Any

import pytest

from shared.gateway.forms.envelope import Envelope
from shared.gateway.forms.transaction import Call, Told
from shared.gateway.person.entitlement import FindPerson, Shown, find_person
from shared.messages.enrollment import persons
from shared.messages.settlement.found import PersonFound
from shared.messages.settlement.queries import QueryPerson
from shared.trust.key_ring import ring_of

HOSPITAL, NUMBER = "H51010000001", "511900198002291240"


@pytest.mark.requirement("ENR-02")
@pytest.mark.requirement("SEC-12")
def test_a_credential_is_sealed_and_its_person_asked_for(tmp_path: Path) -> None:
    ring = ring_of(tmp_path)
    shown = Shown.model_validate(
        {"mdtrt_cert_type": "02", "mdtrt_cert_no": NUMBER, "begntime": "2026-03-02 08:00:00"}
    )
    named: dict[str, Any] = {"fixmedins_code": HOSPITAL, "msgid": "M1"}
    envelope = Envelope.model_construct(**named)
    steps = find_person(Call(envelope, FindPerson(data=shown)))
    assert isinstance(next(steps).body, persons.QuerySealingKey)
    asked = steps.send(persons.SealingKeyFound(**ring.sealing_key()._asdict())).body
    assert isinstance(asked, persons.FindPerson) and NUMBER not in asked.model_dump_json()
    assert ring.open(f"credential {HOSPITAL} 02", asked.sealed) == NUMBER.encode()
    who = persons.PersonIdentified(
        person_id="P1", credential_id="0" * 32, sex="female", birth_month="1980-02", coverages=()
    )
    question = steps.send(who).body
    assert isinstance(question, QueryPerson) and question.person_id == "P1"
    with pytest.raises(StopIteration) as end:
        steps.send(_found())
    told: Told = end.value.value
    assert told.output["baseinfo"] == {"psn_no": "P1", "gend": "2"}


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
