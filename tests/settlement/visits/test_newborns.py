"""A newborn (新生儿) is treated before anybody enrols it: its stay waits for a coverage from its birth."""

from datetime import date
from typing import Any

from services.audit.rules.deadlines import exchange_of
from shared.messages.settlement.visits import VisitAdmitted
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import D1, D3, D5, admit, bed, coverage, discharge, page, settle

CHILD: dict[str, Any] = {"person_id": "Child"}


def enrolled(memory: Memory, covered_from: date) -> None:
    told = coverage("Child", covered_from=covered_from, applies_from=covered_from)
    memory.decide(memory.message(told, source="enrollment"))


def test_a_stay_from_birth_is_settled_once_the_child_is_enrolled_from_that_day() -> None:
    memory = Memory()
    assert memory.ask(admit(**CHILD)).code == "UNKNOWN_PERSON"
    enrolled(memory, covered_from=D3)
    assert memory.ask(admit(**CHILD)).code == "INSURANCE_SUSPENDED"  # not yet insured when it was born
    enrolled(memory, covered_from=D1)

    done = memory.decide(memory.message(admit(**CHILD), day=D5))
    left = [bed("U1", 3000, **CHILD), discharge(discharged_on=D5, **CHILD), settle(1, 300_000, **CHILD)]
    born = page(discharged_on=D5, main_diagnosis="P59.9", age_days=0, total_fen=300_000, **CHILD)
    memory.accepted(*left, born)

    [told] = [fact for fact in done.facts if isinstance(fact, VisitAdmitted)]
    exchange = exchange_of(told)
    assert (told.admitted_on, told.heard_on, exchange and exchange.late) == (D1, D5, True)
    assert memory.paid["V1"][1] > 0
