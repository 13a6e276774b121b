"""`yidi month`: what it prints of a real database, and how it ends."""

import json
from datetime import date

import asyncpg
import pytest

from services.clearing import SERVICE
from tests.clearing.given.command import run
from tests.clearing.given.desk import DriverFor, confirm, open_books, pay, sort_month
from tests.clearing.given.facts import INSURED_CENTER, TREATMENT_CENTER, agreement, settled

MARCH_5, MARCH_31, APRIL_2 = date(2026, 3, 5), date(2026, 3, 31), date(2026, 4, 2)


@pytest.fixture
async def month(driver_for: DriverFor, database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A sorted month with two pooling areas; gives the database's DSN, which the command is pointed at."""
    monkeypatch.setenv("YIDI_POSTGRES", database)
    monkeypatch.setenv("YIDI_KAFKA", "localhost:1")
    driver = await open_books(driver_for, agreement())
    bodies = settled("s1", MARCH_5, 70_000, 500), settled("s2", MARCH_5, 30_000, insured_area="511923")
    await driver.hear(*bodies, source="settlement", day=MARCH_5)
    await sort_month(driver, MARCH_31)
    return database


@pytest.mark.requirement("CLR-17")
async def test_the_status_gives_each_statement_and_what_each_pooling_area_bears(month: str) -> None:
    done = await run("month", "status", "2026-03", "--json")
    assert done.exit_code == 0
    [statement] = json.loads(done.output.splitlines()[-1])
    assert (statement["state"], statement["lines"], statement["fund_fen"]) == ("ISSUED", 2, 100_500)
    areas = statement["by_area"]
    assert {area: funds["fund_fen"] for area, funds in areas.items()} == {"511902": 70_500, "511923": 30_000}


async def test_a_month_without_statements_says_so(month: str) -> None:
    done = await run("month", "status", "2026-04")
    assert (done.exit_code, "2026-04" in done.output) == (1, True)


@pytest.mark.parametrize("text", ["2026-3", "2026-13", "March"])
async def test_what_is_no_month_is_no_month_without_statements(text: str) -> None:
    done = await run("month", "status", text)
    assert (done.exit_code, "YYYY-MM" in done.output) == (2, True)


async def test_the_check_ends_well_when_the_books_agree_and_names_what_differs(month: str) -> None:
    well = await run("month", "check", "--json")
    assert (well.exit_code, json.loads(well.output.splitlines()[-1])["conservation_fen"]) == (0, 0)
    connection = await asyncpg.connect(month)
    await connection.execute("UPDATE clearing.posting SET pool_fen = pool_fen + 1 WHERE account = 'prefund'")
    await connection.close()
    ill = await run("month", "check", "--json")
    report = json.loads(ill.output.splitlines()[-1])
    assert (ill.exit_code, report["ok"], report["conservation_fen"]) == (1, False, 2)
    assert report["differing"] == [["prefund", "prefund", "510000"]]
    assert len(report["unbalanced"]) == 2


async def test_the_check_names_the_days_whose_cached_amount_due_is_not_that_of_their_lines(
    month: str,
) -> None:
    connection = await asyncpg.connect(month)
    await connection.execute("UPDATE clearing.due_of_day SET due_fen = due_fen + 1")
    await connection.close()
    done = await run("ledger", "check", "--json")
    report = json.loads(done.output.splitlines()[-1])
    assert (done.exit_code, report["ok"], report["days"]) == (1, False, [["prefund", "2026-03-05"]])
    assert report["conservation_fen"] == 0
    assert "prefund 2026-03-05" in (await run("ledger", "check")).output


@pytest.mark.parametrize(
    ("case", "entry", "misposted"), [("a line", "s1", False), ("a payment", "paid", True)]
)
async def test_the_check_names_what_stands_with_another_center_though_it_sums_to_zero(
    month: str, driver_for: DriverFor, case: str, entry: str, misposted: bool
) -> None:
    driver = await driver_for(SERVICE)
    [row] = await driver.fetch("SELECT statement_id FROM statement")
    for center in (INSURED_CENTER, TREATMENT_CENTER):
        await confirm(driver, row[0], center, APRIL_2)
    await pay(driver, row[0], 100_500, APRIL_2)
    connection = await asyncpg.connect(month)
    await connection.execute(
        "UPDATE clearing.posting SET party = '510000' WHERE party = '511900' AND entry_id = $1",
        f"{row[0]}.paid" if misposted else "s1",
    )
    await connection.close()
    done = await run("month", "check", "--json")
    report = json.loads(done.output.splitlines()[-1])
    assert (done.exit_code, report["conservation_fen"], report["unbalanced"]) == (1, 0, [])
    assert ["prefund", "fund_payable", "510000"] in report["unexplained"]
    assert report["misposted"] == ([row[0]] if misposted else [])
