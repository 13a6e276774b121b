"""`yidi center quota`, `fund`, `top-up` and `charge`: both centers by their commands, on a real database."""

import json
from datetime import date

import pytest

from tests.clearing.given.command import Wire, run
from tests.clearing.given.desk import DriverFor, assert_books_agree, balance, open_books, sort_month
from tests.clearing.given.facts import INSURED_CENTER, TREATMENT_CENTER, agreement, settled
from tests.given.driver import Driver

MARCH_5, MARCH_31, APRIL_2 = date(2026, 3, 5), date(2026, 3, 31), date(2026, 4, 2)
INSURED, TREATMENT = (INSURED_CENTER, "prefund"), (TREATMENT_CENTER, "prefund")
ZHOU, LI = ("--officer", "zhou"), ("--officer", "li")
ON = ("--on", "2026-04-02")


async def _kafka(_: object) -> str:
    return "nowhere"


@pytest.fixture
async def driver(driver_for: DriverFor, database: str, monkeypatch: pytest.MonkeyPatch) -> Driver:
    """A prefund of 10 000 yuan of which 9 200 were paid out; the commands are pointed at its rules."""
    monkeypatch.setenv("YIDI_POSTGRES", database)
    driver = await open_books(driver_for, agreement())
    await driver.hear(settled("s1", MARCH_5, 920_000), source="settlement", day=MARCH_5)
    await sort_month(driver, MARCH_31)
    monkeypatch.setattr("services.cli.center.act.Connection", Wire(driver, APRIL_2))
    monkeypatch.setattr("services.cli.center.act.kafka_at_work", _kafka)
    return driver


async def _listed() -> list[str]:
    return (await run("center", "quota", "list", TREATMENT_CENTER)).stdout.splitlines()


@pytest.mark.requirement("CLR-02")
@pytest.mark.requirement("CLR-04")
async def test_a_top_up_and_a_quota_go_from_asked_to_paid_by_the_commands_of_both_centers(
    driver: Driver,
) -> None:
    steps: list[tuple[tuple[str, ...], str]] = [
        (("top-up", "ask", *TREATMENT, "t1", *ZHOU, "--fen", "600000", "--reason", "返乡"), "2026-04-08"),
        (("top-up", "answer", *INSURED, "t1", *LI, "--fen", "500000"), "2026-04-17"),
        (("fund", *INSURED, "t1", "--fen", "500000", *ON), "5000.00 元"),
        (("quota", "measure", *INSURED, "q1", *LI, "--from", "2026-04-02"), "10000.00 元"),
        (("quota", "approve", *INSURED, "q1", *LI), "待第二人复核"),
        (("quota", "approve", *INSURED, "q1", "--officer", "wang"), "已生效"),
        (("fund", *TREATMENT, "q1", "--fen", "500000", *ON), "5000.00 元"),
    ]
    listed = []
    for step, said in steps:
        done = await run("center", *step)
        assert (done.exit_code, said in done.stdout) == (0, True), done.output
        listed.append([line.strip().split(":")[0].split(",")[0] for line in await _listed()][1:])
    quota, q1 = "额度 / quota {} 元", "核定 / measured q1"
    assert listed == [
        ["待答复 / to be answered t1"],
        [quota.format("15000.00"), "待拨付 / to be paid t1"],
        [quota.format("15000.00")],
        [quota.format("15000.00"), q1],
        [quota.format("15000.00"), q1],
        [quota.format("10000.00"), q1, "待拨付 / to be paid q1"],
        [quota.format("10000.00"), q1],
    ]
    [one] = json.loads((await run("center", "quota", "list", INSURED_CENTER, "--json")).stdout)
    assert (one["approved_by"], one["quota"]["quota_fen"], one["unpaid"]) == (["li", "wang"], 1_000_000, [])
    assert await balance(driver, "prefund") == 80_000
    await assert_books_agree(driver)


@pytest.mark.requirement("CLR-10")
async def test_interest_is_booked_and_taken_back_by_its_commands(driver: Driver) -> None:
    interest = ("--kind", "INTEREST", "--account", "prefund", "--fen", "500", *ON, "--reason", "一季度结息")
    for step, held_fen in (
        (("charge", "book", *TREATMENT, "c1", *ZHOU, *interest), 80_500),
        (("charge", "reverse", *TREATMENT, "c1", *ZHOU, "--reason", "记错"), 80_000),
    ):
        done = await run("center", *step, "--json")
        assert (done.exit_code, json.loads(done.stdout)["result"]) == (0, "charge_kept"), done.output
        assert await balance(driver, "prefund") == held_fen


FEE = ("--account", "prefund", "--fen", "5", *ON, "--reason", "网银手续费")


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (("charge", "book", *TREATMENT, "c1", *ZHOU, "--kind", "BANK_FEE", *FEE), 1, "FEE_ON_FUND"),
        (("charge", "book", *TREATMENT, "c1", *ZHOU, "--kind", "GIFT", *FEE), 2, "kind"),
        (("charge", "reverse", *TREATMENT, "c9", *ZHOU, "--reason", "记错"), 1, "UNKNOWN_CHARGE"),
        (("fund", *INSURED, "t9", "--fen", "1", *ON), 1, "UNKNOWN_ORDER"),
        (("fund", *INSURED, "t9", "--fen", "1", "--on", "April"), 2, "YYYY-MM-DD"),
        (("quota", "measure", *INSURED, "q1", *LI, "--from", "2026-04-02", "--persons", "5"), 2, "ratio-bp"),
        (("quota", "approve", *INSURED, "q9", *LI), 1, "UNKNOWN_PROPOSAL"),
        (("quota", "list", INSURED_CENTER), 1, "没有已核定的额度"),
    ],
)
async def test_what_cannot_be_done_about_money_ahead_is_told_with_its_reason(
    driver: Driver, command: tuple[str, ...], code: int, said: str
) -> None:
    done = await run("center", *command)
    assert (done.exit_code, said in done.output) == (code, True), done.output
