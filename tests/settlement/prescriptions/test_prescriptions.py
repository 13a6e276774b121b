"""An electronic prescription is used once, wherever it is shown; a reversal frees it, a cascade does not."""

from typing import Any

import pytest

from shared.messages.settlement.outpatient.prescriptions import Prescription
from shared.messages.settlement.visits import QuoteOutpatient, SettleOutpatient
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import (  # fmt: skip
    PHARMACY,
    PUREN,
    DriverFor,
    accepted,
    coverage,
    line,
    open_world,
    outpatient,
    refusals,
    result,
    reverse,
    rows,
)

AT_HOME_DRUGSTORE = {"kind": "pharmacy", "institution_id": PHARMACY}


def bill(visit_id: str, *ids: str, lines: tuple[str, ...] = ("L1",), **given: Any) -> SettleOutpatient:
    """A bill of one line that dispenses prescriptions."""
    used = tuple(Prescription(prescription_id=id, covers=lines) for id in ids)
    return outpatient(line(1), total_fen=10_000, visit_id=visit_id, prescriptions=used, **given)


@pytest.mark.requirement("OUT-11")
def test_a_prescription_is_dispensed_once_wherever_it_is_shown() -> None:
    memory = Memory(coverage("Wang"))
    memory.accepted(bill("V1", "RX1", "RX2"))
    elsewhere: list[dict[str, Any]] = [{"institution_id": PUREN}, AT_HOME_DRUGSTORE, {"person_id": "Wang"}]
    for given in elsewhere:
        answer = memory.ask(bill("V2", "RX3", "RX2", **given))
        assert (answer.code, answer.where) == ("PRESCRIPTION_USED", "RX2")
        asked = QuoteOutpatient(**dict(bill("V2", "RX2", **given)))
        assert memory.ask(asked).code == "PRESCRIPTION_USED"
    memory.accepted(bill("V2", "RX3", institution_id=PUREN))


@pytest.mark.requirement("OUT-11")
def test_a_reversal_frees_it_and_a_bill_settled_again_uses_what_it_names_then() -> None:
    memory = Memory()
    memory.accepted(bill("V1", "RX1"))
    memory.accepted(reverse(memory.in_force["V1"].settlement_id))
    memory.accepted(bill("V1", "RX2"), bill("V2", "RX1", institution_id=PUREN))
    assert memory.ask(bill("V3", "RX1")).code == "PRESCRIPTION_USED"
    assert memory.ask(bill("V3", "RX2")).code == "PRESCRIPTION_USED"


WRONG: list[tuple[SettleOutpatient, str]] = [
    (bill("V1", "RX1", lines=("L9",)), "prescriptions.0.covers: L9"),
    (bill("V1", "RX1", "RX1"), "prescriptions.1.prescription_id: RX1"),
]


@pytest.mark.parametrize(("wrong", "where"), WRONG, ids=[where for _, where in WRONG])
def test_a_prescription_covers_lines_of_its_bill_and_is_named_once(
    wrong: SettleOutpatient, where: str
) -> None:
    answer = Memory().ask(wrong)
    assert (answer.code, answer.where) == ("INVALID_FIELD", where)


@pytest.mark.requirement("OUT-11")
async def test_it_stays_used_in_the_database_also_after_a_cascade(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    [first, _] = await accepted(driver, bill("V1"), bill("V2", "RX1"))
    assert await refusals(driver, [bill("V3", "RX1", institution_id=PUREN)]) == ["PRESCRIPTION_USED"]
    earlier = result(first.answer).settlement_id
    await accepted(driver, reverse(earlier, cascade=True))
    assert await refusals(driver, [bill("V3", "RX1", institution_id=PUREN)]) == ["PRESCRIPTION_USED"]
    found = await rows(driver, "SELECT settlement_id FROM settlement WHERE visit_id = 'V2' ORDER BY attempt")
    await accepted(driver, reverse(found[-1][0], visit_id="V2"))
    await accepted(driver, bill("V3", "RX1", institution_id=PUREN))
