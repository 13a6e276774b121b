"""`yidi ledger`: what a party holds and what moved it, from a real database."""

import json
from datetime import date

import pytest

from services.clearing.model.ledger import Account, Event
from services.cli.ledger_commands import ACCOUNTS, EVENTS
from tests.clearing.given.command import run
from tests.clearing.given.desk import DriverFor, confirm, open_books, pay, sort_month
from tests.clearing.given.facts import HUAXI, INSURED_CENTER, TREATMENT_CENTER, agreement, settled

MARCH_5, MARCH_31, APRIL_2 = date(2026, 3, 5), date(2026, 3, 31), date(2026, 4, 2)


@pytest.fixture(autouse=True)
async def paid(driver_for: DriverFor, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A month of two bills, sorted and paid; the commands are pointed at its database."""
    monkeypatch.setenv("YIDI_POSTGRES", database)
    driver = await open_books(driver_for, agreement())
    await driver.hear(settled("s1", MARCH_5, 70_000, 500), settled("s2", MARCH_5, 30_000), day=MARCH_5)
    await sort_month(driver, MARCH_31)
    [row] = await driver.fetch("SELECT statement_id FROM statement")
    for center in (INSURED_CENTER, TREATMENT_CENTER):
        await confirm(driver, row[0], center, APRIL_2)
    await pay(driver, row[0], 100_500, APRIL_2)


@pytest.mark.requirement("CLR-08")
async def test_a_party_is_shown_with_each_account_and_what_moved_it() -> None:
    done = await run("ledger", "show", INSURED_CENTER, "--month", "2026-04")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "协议 / agreement prefund",
        "  待遇支出 / benefit expense: 借 / debit 1005.00 元 (统筹 1000.00, 大额 5.00)",
        "  应付清算款 / payable to the treatment place: 平 / nil 0.00 元",
        "    清算款拨付 / statement paid, 1 笔 / entries: 借 / debit 1005.00 元 (统筹 1000.00, 大额 5.00)",
        "  银行存款 / bank, insured place: 贷 / credit 11005.00 元 (统筹 11000.00, 大额 5.00)",
        "    清算款拨付 / statement paid, 1 笔 / entries: 贷 / credit 1005.00 元 (统筹 1000.00, 大额 5.00)",
        "  预付款项 / prepaid: 借 / debit 10000.00 元",
    ]


async def test_under_json_the_sums_of_all_parties_are_zero() -> None:
    books = [
        json.loads((await run("ledger", "show", party, "--month", "2026-03", "--json")).stdout)
        for party in (INSURED_CENTER, TREATMENT_CENTER, HUAXI)
    ]
    assert sum(row["sum_fen"] for one in books for row in one["accounts"]) == 0
    [settled_] = [row for row in books[2]["moved"] if row["event"] == "SETTLED"]
    assert (settled_["entries"], settled_["sum_fen"]) == (2, -100_500)


async def test_a_party_without_an_account_is_said_to_have_none_and_a_wrong_month_is_refused() -> None:
    done = await run("ledger", "show", "999999")
    assert (done.exit_code, "999999 没有账户" in done.stderr) == (1, True)
    assert (await run("ledger", "show", INSURED_CENTER, "--month", "2026-13")).exit_code == 2


async def test_the_check_is_the_months() -> None:
    done = await run("ledger", "check", "--json")
    assert (done.exit_code, json.loads(done.stdout)["ok"]) == (0, True)


def test_every_account_and_every_event_that_is_posted_has_its_words() -> None:
    assert set(ACCOUNTS) == set(Account)
    assert set(EVENTS) == set(Event)
