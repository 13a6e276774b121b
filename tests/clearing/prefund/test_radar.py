"""The radar: what is free, used up and left in days, as a table; and what is told of it, once."""

from datetime import date, timedelta

import pytest

from services.clearing.prefund.radar import Radar
from services.clearing.prefund.store_radar import read_radar
from shared.messages.clearing.prefunds import PrefundAlert
from tests.clearing.given.ahead import answer_top_up, ask, ask_top_up, fund
from tests.clearing.given.desk import DriverFor, confirm, decide, open_books, said, sort, sort_month
from tests.clearing.given.facts import (
    INSURED_CENTER,
    TREATMENT_CENTER,
    WUXI,
    agreement,
    reversed_,
    settled,
)
from tests.given.driver import Driver

MARCH_31, APRIL_1, APRIL_2 = date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 2)

# Quota, balance, accrued, burn of 28 days, yuan; free, days to yellow, days to red, level
SHOWN = [
    ((1000, 1000, 0, 0), (1000, None, None, "none")),
    ((1000, 1000, 0, -5), (1000, None, None, "none")),
    ((1000, 1000, 200, 280), (800, 50, 70, "none")),
    ((1000, 1000, 589, 280), (411, 11, 31, "none")),
    ((1000, 1000, 590, 280), (410, 11, 31, "none")),
    ((1000, 1000, 591, 280), (409, 10, 30, "yellow")),
    ((1000, 1000, 700, 280), (300, 0, 20, "yellow")),
    ((1000, 1000, 700, 0), (300, None, None, "yellow")),
    ((1000, 1000, 790, 280), (210, 0, 11, "yellow")),
    ((1000, 1000, 791, 280), (209, 0, 10, "red")),
    ((1000, 100, 0, 0), (100, None, None, "red")),
    ((1000, 80, 500, 280), (-420, 0, 0, "red")),
    ((10**10, 29 * 10**8, 0, 1), (29 * 10**8, 0, 10**9, "yellow")),  # no message holds more days
]


@pytest.mark.requirement("CLR-04")
@pytest.mark.requirement("AUD-08")
@pytest.mark.parametrize(("figures", "shown"), SHOWN)
def test_the_radar_counts_whole_days_down(
    figures: tuple[int, int, int, int], shown: tuple[int, int | None, int | None, str]
) -> None:
    radar = Radar(*(100 * yuan for yuan in figures))
    assert (radar.free_fen // 100, radar.days_to_yellow, radar.days_to_red, radar.level) == shown


async def seen(driver: Driver, day: date) -> Radar:
    """The only radar of a day."""
    async with driver.pool.acquire() as tx:
        [one] = await read_radar(tx, day, "", 10)
    return one.radar


async def alerts(driver: Driver, day: date) -> list[tuple[str, int, int | None]]:
    """What is told of the radar on a day, to both centers."""
    decisions = await driver.due("watch-prefunds", 0, day)
    for decision in decisions:
        nodes = {notice.node_id for notice in decision.notices}
        assert not decision.facts or nodes == {"bazhong-center", "sichuan-center"}
    return [(one.alert, one.free_fen, one.days_to_red) for one in said(decisions, PrefundAlert)]


async def test_the_month_p_is_seen_as_its_lines_come_are_paid_disputed_and_carried(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for, agreement(prefund_quota_fen=100_000))
    care = [settled("s1", date(2026, 3, 5), 30_000), settled("s2", date(2026, 3, 9), 20_000, 5_000)]
    last = settled("s3", date(2026, 3, 20), 40_000, institution_id=WUXI)
    await driver.hear(*care, last, source="settlement", day=date(2026, 3, 20))
    assert await seen(driver, date(2026, 3, 20)) == Radar(100_000, 100_000, 95_000, 95_000)
    back = reversed_(care[1], date(2026, 3, 28))
    await driver.hear(back, source="settlement", day=date(2026, 3, 28))
    assert await seen(driver, date(2026, 4, 2)) == Radar(100_000, 100_000, 70_000, 40_000 + 25_000 - 25_000)
    issued = await sort_month(driver, MARCH_31)
    assert await seen(driver, APRIL_1) == Radar(100_000, 30_000, 0, 70_000 - 30_000 + 30_000)
    await confirm(driver, issued.statement_id, INSURED_CENTER, APRIL_2, "s3")
    await confirm(driver, issued.statement_id, TREATMENT_CENTER, APRIL_2)
    await decide(driver, issued.statement_id, TREATMENT_CENTER, APRIL_2, "s3", "rejected")
    # What was carried is owed between the centers; its institution was paid.
    assert await seen(driver, date(2026, 4, 17)) == Radar(100_000, 30_000, 0, -25_000)


@pytest.mark.requirement("AUD-08")
async def test_a_level_is_told_when_it_gets_worse_and_again_after_it_was_better(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for, agreement(investigate_above_fen=10**9))
    day = date(2026, 3, 5)
    assert await alerts(driver, day) == []
    await driver.hear(settled("s1", day, 560_000), source="settlement", day=day)
    assert await alerts(driver, day) == [("yellow", 440_000, 17)]
    assert await alerts(driver, day + timedelta(days=1)) == []
    await driver.hear(settled("s2", day, 360_000), source="settlement", day=day)
    assert await alerts(driver, day + timedelta(days=2)) == [("red", 80_000, 0)]
    await sort(driver, APRIL_1)
    await ask(driver, ask_top_up(9_000_000), APRIL_1)
    await ask(driver, answer_top_up(9_000_000), APRIL_1)
    await ask(driver, fund(9_000_000, APRIL_1, "t1"), APRIL_1)
    assert await alerts(driver, APRIL_2) == []
    assert [row[0] for row in await driver.fetch("SELECT level FROM prefund_level ORDER BY number")] == [
        *("yellow", "red", "none"),
    ]
    await driver.hear(settled("s3", APRIL_2, 9_000_000), source="settlement", day=APRIL_2)
    assert await alerts(driver, date(2026, 4, 3)) == [("red", 80_000, 0)]


async def test_nothing_is_watched_where_nothing_ever_lay_ahead(driver_for: DriverFor) -> None:
    driver = await open_books(
        driver_for,
        agreement(prefund_quota_fen=0),
        agreement(agreement_id="city", funding_mode="CITY_ADVANCE", insured_area="330200"),
    )
    async with driver.pool.acquire() as tx:
        assert await read_radar(tx, APRIL_2, "", 10) == []
