"""The worked month of each funding mode: the table of postings against the tables in text."""

from datetime import date

import pytest

from services.clearing.ledger.rules import Entry, postings
from services.clearing.model.ledger import Account, Event, Posting
from shared.month.funds import Funds
from tests.clearing.given.command import run
from tests.clearing.given.desk import (
    DriverFor,
    assert_books_agree,
    balance,
    confirm,
    decide,
    open_books,
    pay,
    sort,
)
from tests.clearing.given.facts import (
    HUAXI,
    INSURED_CENTER,
    TREATMENT_CENTER,
    WUXI,
    agreement,
    reversed_,
    settled,
)
from tests.clearing.given.worked_months import TABLES, Column, read_table
from tests.given.driver import Driver

EVENTS = {
    "funded": (Event.PREFUND_FUNDED, 1),
    "settled": (Event.SETTLED, 1),
    "reversed": (Event.SETTLED, -1),
    "deducted": (Event.SETTLED, -1),
    "upheld": (Event.SETTLED, -1),
    "accepted": (Event.ADVANCE_ACCEPTED, 1),
    "out": (Event.INSTITUTION_PAID, 1),
    "paid": (Event.STATEMENT_PAID, 1),
    "beyond": (Event.PAID_BEYOND_QUOTA, 1),
    "interest": (Event.INTEREST, 1),
    "fine": (Event.FINE, 1),
    "fee": (Event.BANK_FEE, 1),
}
HOLDERS = {"H1": HUAXI, "H2": WUXI, "insured": INSURED_CENTER, "treatment": TREATMENT_CENTER}
NAMES = {
    "insured expense": Account.BENEFIT_EXPENSE,
    "insured payable": Account.FUND_PAYABLE,
    "insured prepaid": Account.PREPAID,
    "insured bank": Account.INSURED_BANK,
    "treatment receivable": Account.CENTER_RECEIVABLE,
    "treatment prefund": Account.PREFUND,
    "treatment reserve": Account.RESERVE,
    "treatment received": Account.RECEIVED_AHEAD,
    "treatment bank": Account.TREATMENT_BANK,
    "treatment own": Account.OWN_ACCOUNT,
    "treatment fines": Account.FINES_HELD,
    "treatment expense": Account.ADMINISTRATIVE_EXPENSE,
    "treatment budget": Account.ADMINISTRATIVE_BUDGET,
    **{f"{name} payable": Account.INSTITUTION_PAYABLE for name in ("H1", "H2")},
    **{f"{name} advance": Account.ADVANCE for name in ("H1", "H2")},
}
ROWS = {(account, HOLDERS[name.split()[0]]): name for name, account in NAMES.items()}
APRIL_1, APRIL_2, APRIL_9, APRIL_10 = (date(2026, 4, day) for day in (1, 2, 9, 10))
MAY_1, MAY_6 = date(2026, 5, 1), date(2026, 5, 6)


def posted(column: Column, mode: str) -> list[Posting]:
    """The postings of a column's event."""
    event, sign = EVENTS[column.event]
    funds = Funds(sign * column.amount)
    to = HOLDERS.get(column.institution, "")
    return postings(Entry("e", event, APRIL_1, funds, 0, to, TREATMENT_CENTER), agreement(funding_mode=mode))


@pytest.mark.requirement("CLR-01")
@pytest.mark.requirement("CLR-11")
@pytest.mark.requirement("CLR-22")
@pytest.mark.requirement("CLR-25")
@pytest.mark.parametrize("mode", sorted(TABLES))
def test_each_event_of_a_worked_month_moves_what_its_column_says(mode: str) -> None:
    columns, _ = read_table(TABLES[mode])
    for column in columns:
        moved = {ROWS[Account(one.account), one.party]: one.funds.due_fen for one in posted(column, mode)}
        assert moved == column.moved, column.event
        assert sum(moved.values()) == 0, column.event


async def _care(driver: Driver, *care: tuple[str, int, str, int]) -> None:
    for id, day, to, yuan in care:
        on = date(2026, 3, day)
        body = settled(id, on, yuan * 100, institution_id=HOLDERS[to])
        await driver.hear(body, source="settlement", day=on)


async def _confirmed(driver: Driver, month: str, day: date, *disputed: str) -> str:
    [row] = await driver.fetch("SELECT statement_id FROM statement WHERE month = $1", month)
    await confirm(driver, row[0], INSURED_CENTER, day, *disputed)
    await confirm(driver, row[0], TREATMENT_CENTER, day)
    return str(row[0])


async def _balances(driver: Driver, mode: str) -> dict[str, int]:
    """The balances of a mode's rows, yuan."""
    _, expected = read_table(TABLES[mode])
    return {name: await balance(driver, NAMES[name], HOLDERS[name.split()[0]]) // 100 for name in expected}


async def test_the_month_p_lived_by_the_service_ends_with_the_balances_of_its_table(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for, agreement(prefund_quota_fen=100_000))
    await _care(driver, ("s1", 5, "H1", 300), ("s2", 9, "H1", 250), ("s3", 20, "H2", 400))
    taken_back = settled("s2", date(2026, 3, 9), 25_000)
    await driver.hear(reversed_(taken_back, date(2026, 3, 28)), source="settlement", day=date(2026, 3, 28))
    await _care(driver, ("s4", 29, "H1", 220))
    await sort(driver, APRIL_1)
    assert await balance(driver, Account.PREFUND) == 8_000
    march = await _confirmed(driver, "2026-03", APRIL_2, "s3")
    await pay(driver, march, 52_000, APRIL_9)
    assert await balance(driver, Account.PREFUND) == 60_000
    await decide(driver, march, TREATMENT_CENTER, APRIL_10, "s3", "rejected")
    await sort(driver, MAY_1)
    await pay(driver, await _confirmed(driver, "2026-04", MAY_6), 40_000, MAY_6)
    assert await _balances(driver, "AGENCY_PREFUND") == read_table(TABLES["AGENCY_PREFUND"])[1]
    await assert_books_agree(driver)


@pytest.mark.requirement("CLR-23")
@pytest.mark.requirement("SET-29")
async def test_the_ledger_of_what_a_city_advanced_is_a_view_of_the_books(
    driver_for: DriverFor, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIDI_POSTGRES", database)
    driver = await open_books(driver_for, agreement(funding_mode="CITY_ADVANCE", prefund_quota_fen=0))
    await _care(driver, ("s1", 5, "H1", 300), ("s2", 20, "H2", 350))
    await sort(driver, APRIL_1)
    advanced = (await run("ledger", "show", TREATMENT_CENTER, "--month", "2026-04")).stdout
    assert advanced.splitlines() == [
        "协议 / agreement prefund",
        "  应收清算款 / receivable of the insured place: 借 / debit 650.00 元",
        "  银行存款 / bank, treatment place: 贷 / credit 650.00 元",
        "    拨付医药机构 / institution paid, 2 笔 / entries: 贷 / credit 650.00 元",
    ]
    await pay(driver, await _confirmed(driver, "2026-03", APRIL_2), 65_000, APRIL_9)
    cleared = (await run("ledger", "show", TREATMENT_CENTER)).stdout.splitlines()
    assert cleared[1:] == [
        "  应收清算款 / receivable of the insured place: 平 / nil 0.00 元",
        "  银行存款 / bank, treatment place: 平 / nil 0.00 元",
    ]
