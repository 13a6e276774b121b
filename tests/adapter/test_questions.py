"""What a hospital asks, against the services."""

from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from services.cli.demo.stage import Stage
from shared.adapter import Hospital, RefusedError, Visit
from shared.messages.settlement.queries import Totals
from shared.messages.settlement.visits import FeeLine
from tests.adapter.given.town import TODAY


@pytest.mark.requirement("HUB-16")
async def test_a_hospital_asks_all_that_its_desk_has_to_know(town: Stage, hospital: Hospital) -> None:
    visit = Visit(uuid4().hex, "SAMPLE-0020")
    today = (await hospital.query_day()).opened_on
    assert today >= TODAY
    person = await hospital.query_person(visit.person_id, today)
    assert (person.insured_area, person.scheme) == ("511900", "310")
    assert person.account_balance_fen > 0
    bed, other = (
        FeeLine(line=number, item="X01-001", category="01", quantity="3", price="80") for number in "12"
    )
    await hospital.admit(visit, today)
    await hospital.upload_costs(visit, f"{visit.visit_id}-1", today, [bed, other], now=True)
    gone = await hospital.withdraw_upload(visit, f"{visit.visit_id}-1", now=True)
    assert gone.upload_id == f"{visit.visit_id}-1"
    await hospital.upload_costs(visit, f"{visit.visit_id}-2", today, [bed], now=True)
    await hospital.discharge(visit, today)
    settled = await hospital.settle(visit, [bed])
    found = await hospital.query_visit(visit)
    assert found.settlement is not None
    assert (found.settlement.settlement_id, found.settlement.payments) == (
        settled.settlement_id,
        settled.payments,
    )
    [line] = await hospital.query_fees(visit)
    assert line.amount_fen == 24_000
    until = today + timedelta(days=1)
    listed = await hospital.query_settlements(today, until)
    assert settled.settlement_id in {one.settlement_id for one in listed}
    nothing = Totals(settlements=0, total_fen=0, fund_fen=0, account_fen=0, cash_fen=0)
    told = await hospital.reconcile(today, until, nothing)
    assert (told.equal, (await hospital.reconcile(today, until, told.held)).equal) == (False, True)
    with pytest.raises(RefusedError, match="UNKNOWN_VISIT"):
        await hospital.query_visit(Visit("no-such-visit", visit.person_id))
    database = await asyncpg.connect(town.servers.postgres)
    kept = await database.fetch("SELECT type FROM settlement.inbox WHERE type ~ '(Query|Reconcile)'")
    await database.close()
    assert not kept  # what is asked leaves nothing behind
