"""`yidi radar`: what is shown of money that lies ahead, from a real database."""

import json
from datetime import date

import pytest

from tests.clearing.given.command import run
from tests.clearing.given.desk import DriverFor, open_books
from tests.clearing.given.facts import agreement, settled

MARCH_5 = date(2026, 3, 5)


@pytest.mark.requirement("AUD-08")
async def test_the_radar_shows_each_agreement_under_which_money_lies_ahead(
    driver_for: DriverFor, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIDI_POSTGRES", database)
    driver = await open_books(driver_for, agreement())
    none = await run("radar", "--on", "2026-03-05")
    assert (none.exit_code, none.stdout.splitlines()[1]) == (
        0,
        "    正常 / fine: 黄色 / yellow: —, 红色 / red: —",
    )
    await driver.hear(settled("s1", MARCH_5, 280_000, 280_000), source="settlement", day=MARCH_5)
    shown = await run("radar", "--on", "2026-03-05")
    assert shown.stdout.splitlines() == [
        "协议 / agreement prefund  2026-03-05",
        "    黄色 / yellow: 黄色 / yellow: 7 天 / days, 红色 / red: 17 天 / days",
        "    额度 / quota 10000.00 元, 余额 / balance 10000.00 元",
        "    应付 / owed 5600.00 元, 可用 / free 4400.00 元",
        "    近 28 日发生 / in the last 28 days 5600.00 元",
    ]
    [one] = json.loads((await run("radar", "--on", "2026-04-03", "--json")).stdout)
    assert (one["burn_fen"], one["free_fen"], one["days_to_red"], one["level"]) == (0, 440_000, None, "none")


async def test_before_any_day_nothing_is_shown_and_what_is_no_day_is_refused(
    driver_for: DriverFor, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIDI_POSTGRES", database)
    await open_books(driver_for, agreement())
    assert (await run("radar")).exit_code == 1
    assert (await run("radar", "--on", "2026-02-30")).exit_code == 2
