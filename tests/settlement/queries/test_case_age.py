"""How long a manual reimbursement waits is told for what it waits for, and how long it took once paid."""

from datetime import date

import pytest

from services.cli.case.age_command import _line
from services.settlement.queries.store_case_age import CaseAge, read_ages
from shared.messages.settlement.visits import DischargePatient
from tests.settlement.given.by_hand import AGENCY, claim, open_by_hand, ordered, paid_stay, report
from tests.settlement.given.world import D3, D9, DriverFor, accepted, admit, discharge

DAY = date(2026, 3, 22)


def left_at_own_cost(visit_id: str) -> DischargePatient:
    return discharge(visit_id=visit_id, paid="self")


@pytest.mark.requirement("MAN-11")
async def test_a_case_ages_through_its_stages(driver_for: DriverFor, database: str) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, admit(visit_id="V9"), left_at_own_cost("V9"))
    waits = CaseAge("511900", "bill", 1, *[(DAY - D3).days] * 3)
    assert await read_ages(database, DAY) == [waits]
    await accepted(driver, paid_stay(3000), day=D3)
    assert await read_ages(database, DAY) == [waits, CaseAge("511900", "claim", 1, *[(DAY - D3).days] * 3)]
    [done] = await accepted(driver, claim(), day=D3)
    assert (await read_ages(database, DAY))[1] == CaseAge("511900", "payment", 1, *[(DAY - D3).days] * 3)
    await accepted(driver, *map(report, ordered(done)), source=AGENCY, day=D9)
    [_, paid] = await read_ages(database, DAY)
    assert (paid.stage, paid.cases) == ("paid", 1)
    assert paid.oldest_days < (DAY - D3).days
    assert "中位、95%、最长" in _line(paid)
