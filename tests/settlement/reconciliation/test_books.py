"""An institution's settlements of a period, listed and compared with its own books."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.settlement.reconciliation import decide, keys
from shared.messages.settlement.found import Reconciled, SettlementsFound
from shared.messages.settlement.queries import (
    QuerySettlements,
    ReconcileSettlements,
    StatedSettlement,
    Totals,
)
from tests.given.driver import Driver
from tests.settlement.given.world import (  # fmt: skip
    D1,
    D3,
    D4,
    D9,
    HUAXI,
    PUREN,
    DriverFor,
    accepted,
    ask,
    line,
    open_world,
    outpatient,
    refusals,
    result,
    reverse,
    settle,
    stay,
)

PERIOD: dict[str, Any] = {"institution_id": HUAXI, "from_on": D1, "until_on": D9}
FOREVER = (date(9999, 12, 1), date(9999, 12, 31))
NOTHING = Totals(settlements=0, total_fen=0, fund_fen=0, account_fen=0, cash_fen=0)


async def month(driver: Driver) -> list[str]:
    """Three settlements: a stay and a bill that hold, a bill that was taken back; their ids in that order."""
    await accepted(driver, *stay(1000))
    [first] = await accepted(driver, settle(1, 100_000), day=D3)
    bills = [outpatient(line(1), total_fen=10_000, visit_id=name, service_on=on) for name, on in BILLS]
    second, third = await accepted(driver, *bills, day=D4)
    ids = [result(one.answer).settlement_id for one in (first, second, third)]
    await accepted(driver, reverse(ids[2], visit_id="B2"), day=D4)
    return ids


BILLS = (("B1", D3), ("B2", D4))


async def reconcile(driver: Driver, totals: Totals, *lines: StatedSettlement, **given: Any) -> Reconciled:
    body = ReconcileSettlements(**{**PERIOD, **given}, totals=totals, lines=lines)
    told: Reconciled = result(await ask(driver, body, day=D9))
    return told


@pytest.mark.requirement("HUB-30")
async def test_the_settlements_of_a_period_are_listed_those_taken_back_too(
    driver_for: DriverFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (decide, keys):
        monkeypatch.setattr(module, "LISTED", 2)
    driver = await open_world(driver_for)
    ids = await month(driver)
    first: SettlementsFound = result(await ask(driver, QuerySettlements(**PERIOD), day=D9))
    last: dict[str, Any] = {
        "after_on": first.settlements[-1].settled_on,
        "after_settlement_id": first.settlements[-1].settlement_id,
    }
    rest: SettlementsFound = result(await ask(driver, QuerySettlements(**PERIOD, **last), day=D9))
    assert (first.more, rest.more) == (True, False)
    listed = {one.settlement_id: one for one in (*first.settlements, *rest.settlements)}
    assert set(listed) == set(ids)
    assert (listed[ids[0]].kind, listed[ids[0]].settled_on, listed[ids[0]].total_fen) == (
        "inpatient",
        D3,
        100_000,
    )
    assert [listed[id].reversed_on for id in ids] == [None, None, D4]
    one_day = QuerySettlements(**{**PERIOD, "from_on": D3, "until_on": D4})
    assert [one.settlement_id for one in result(await ask(driver, one_day, day=D9)).settlements] == ids[:1]


@pytest.mark.requirement("HUB-30")
async def test_books_that_agree_are_told_so_and_others_with_each_cause(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    stay_id, bill_id, gone_id = await month(driver)
    held = (await reconcile(driver, NOTHING)).held
    assert (held.settlements, held.total_fen) == (2, 110_000)
    assert held.total_fen == held.fund_fen + held.account_fen + held.cash_fen
    assert (await reconcile(driver, held)).equal
    assert not (await reconcile(driver, NOTHING)).equal
    lines = [
        StatedSettlement(settlement_id=stay_id, total_fen=100_000, fund_fen=1),
        StatedSettlement(settlement_id=gone_id, total_fen=9_000, fund_fen=0),  # one cause, though two fit
        StatedSettlement(settlement_id="never-heard", total_fen=1, fund_fen=0),
    ]
    both = [StatedSettlement(settlement_id=id, total_fen=10_000, fund_fen=0) for id in (bill_id, bill_id)]
    twice = await reconcile(driver, held, *both)
    assert {one.settlement_id: one.cause for one in twice.differences}[bill_id] == "STATED_TWICE"
    told = await reconcile(driver, held, *lines)
    assert not told.equal
    causes = {one.settlement_id: one.cause for one in told.differences}
    assert causes == {
        stay_id: "AMOUNT_DIFFERS",
        bill_id: "NOT_STATED",
        gone_id: "TAKEN_BACK",
        "never-heard": "NOT_HERE",
    }
    [amount] = [one for one in told.differences if one.cause == "AMOUNT_DIFFERS"]
    assert (amount.stated_fund_fen, amount.held_total_fen) == (1, 100_000)


async def test_only_a_place_or_another_institution_has_books_of_its_own(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await month(driver)
    assert (await reconcile(driver, NOTHING, insured_area="330100")).equal
    assert (await reconcile(driver, NOTHING, institution_id=PUREN)).equal


async def test_a_period_that_is_none_is_refused(
    driver_for: DriverFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = await open_world(driver_for)
    periods = (
        (D3, D3),
        (D3, D1),
        (D1, D1 + timedelta(days=32)),
        (date(2026, 5, 1), date(2026, 5, 2)),
        FOREVER,
    )
    asked = [QuerySettlements(institution_id=HUAXI, from_on=start, until_on=end) for start, end in periods]
    assert await refusals(driver, asked, day=D9) == ["DATE_NOT_POSSIBLE"] * 5
    assert (await ask(driver, QuerySettlements(**PERIOD), source="stranger")).code == "INSTITUTION_NOT_YOURS"
    await month(driver)
    for module in (decide, keys):
        monkeypatch.setattr(module, "MOST_ENTRIES", 2)
    stated = StatedSettlement(settlement_id="any", total_fen=1, fund_fen=0)
    compared = ReconcileSettlements(**PERIOD, totals=NOTHING, lines=(stated,))
    assert await refusals(driver, [compared], day=D9) == ["ANSWER_TOO_LARGE"]
