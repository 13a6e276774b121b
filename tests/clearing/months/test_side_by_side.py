"""Two processes of clearing at the same time on a real database: nothing is lost, nothing counts twice."""

from asyncio import gather
from datetime import date

from services.clearing.months.jobs import ClearingJob
from shared.messages.clearing.batches import BatchChunk, BatchManifest
from shared.messages.clearing.months import AdvanceReviewed, PrefundChanged, StatementIssued
from tests.clearing.given.desk import DriverFor, assert_books_agree, balance, open_books, said, sort
from tests.clearing.given.facts import (
    CHONGQING,
    advance_agreement,
    advanced,
    agreement,
    case_page,
    claim,
    reversed_,
    settled,
)

MARCH_5, MARCH_31 = date(2026, 3, 5), date(2026, 3, 31)
APRIL_1, APRIL_2, MAY_1 = date(2026, 4, 1), date(2026, 4, 2), date(2026, 5, 1)


async def test_late_lines_heard_while_their_month_is_sorted_stand_in_one_month_each(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for, agreement(prefund_quota_fen=10**9))
    batches = [
        [settled(f"s{n}", MARCH_5, 100) for n in range(start, start + 50)] for start in range(0, 1000, 50)
    ]
    for bodies in batches[:10]:
        await driver.hear(*bodies, source="settlement", day=MARCH_5)
    heard = [
        driver.hear(*bodies, source="settlement", day=APRIL_1, partition=n % 6)
        for n, bodies in enumerate(batches[10:])
    ]
    march, *_ = await gather(sort(driver, APRIL_1), *heard)
    april = await sort(driver, MAY_1)
    sums = [issued.sums for issued in said([*march, *april], StatementIssued)]
    assert (sum(s.lines for s in sums), sum(s.fund_fen for s in sums)) == (1_000, 100_000)
    batch_lines = [line.line_id for chunk in said([*march, *april], BatchChunk) for line in chunk.lines]
    assert len(set(batch_lines)) == len(batch_lines) == 1_000
    assert await balance(driver, "institution_payable") == 0
    await assert_books_agree(driver)


async def test_a_month_sorted_by_two_at_once_is_issued_and_paid_once(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement(prefund_quota_fen=10**9))
    for start in range(0, 2_000, 500):
        bodies = [settled(f"s{n}", MARCH_5, 100) for n in range(start, start + 500)]
        await driver.hear(*bodies, source="settlement", day=MARCH_5)
    done = [d for decisions in await gather(sort(driver, APRIL_1), sort(driver, APRIL_2)) for d in decisions]
    done += await sort(driver, date(2026, 4, 3))
    assert len(said(done, StatementIssued)) == len(said(done, BatchManifest)) == 1
    assert sorted(chunk.number for chunk in said(done, BatchChunk)) == [0, 1, 2, 3]
    assert [changed.balance_fen for changed in said(done, PrefundChanged)] == [10**9 - 200_000]
    await assert_books_agree(driver)


async def test_an_advance_claimed_while_its_settlement_is_reversed_is_refused_or_taken_back(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for, advance_agreement())
    bodies = [advanced(f"s{n}", MARCH_5, 1_000) for n in range(20)]
    await driver.hear(*bodies, *map(case_page, bodies), source="settlement", day=MARCH_5)
    work = [
        step
        for n, body in enumerate(bodies)
        for step in (
            driver.hear(claim(f"c{n}", (f"s{n}", 1_000)), source="chongqing", day=MARCH_31),
            driver.hear(reversed_(body, MARCH_5), source="settlement", day=MARCH_5),
        )
    ]
    decisions = [decision for done in await gather(*work) for decision in done]
    codes = {reviewed.verdicts[0].code for reviewed in said(decisions, AdvanceReviewed)}
    assert codes <= {"ACCEPTED", "REVERSED"}
    await sort(driver, APRIL_1)
    assert await balance(driver, "institution_payable", CHONGQING) == 0
    assert await balance(driver, "advance", CHONGQING) == 0
    assert await balance(driver, "treatment_bank") == 0
    await assert_books_agree(driver)


async def test_reversals_heard_while_their_settlements_find_an_agreement_go_the_same_way(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for)
    bodies = [settled(f"s{n:02}", MARCH_5, 100) for n in range(40)]
    await driver.hear(*bodies, source="settlement", day=MARCH_5)
    await driver.hear(agreement(), source="enrollment", day=MARCH_31)
    heard = [driver.hear(reversed_(body, MARCH_31), source="settlement", day=MARCH_31) for body in bodies]
    await gather(driver.due(ClearingJob.RETRY_LINES, 0, MARCH_31), *heard)
    await driver.due(ClearingJob.RETRY_LINES, 0, APRIL_1)
    rows = await driver.fetch("SELECT line_id, agreement_id FROM line")
    assert len(rows) == 80 and {row["agreement_id"] for row in rows} == {"prefund"}
    assert await driver.fetch("SELECT FROM line WHERE aside IS NOT NULL") == []
    assert await balance(driver, "fund_payable") == 0
    await assert_books_agree(driver)
