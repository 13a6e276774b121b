"""A month under prefund on a real database: lines, sort, batch, confirmation, payment, the month after."""

from datetime import date

import pytest

from services.clearing.statements import store as statements
from shared.messages.body import MOST_FEN
from shared.messages.clearing.batches import batch_digest, csv_digest, csv_rows, sum_lines
from shared.messages.clearing.months import (
    LineSetAside,
    PrefundChanged,
    StatementConfirmed,
    StatementIssued,
    StatementPaid,
)
from shared.messages.clearing.outcomes import Confirmed
from tests.clearing.given.desk import (
    DriverFor,
    assert_books_agree,
    balance,
    batch,
    confirm,
    decide,
    open_books,
    pay,
    said,
    sort,
    sort_month,
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

MARCH_5, MARCH_20, MARCH_31 = date(2026, 3, 5), date(2026, 3, 20), date(2026, 3, 31)
APRIL_1, APRIL_2, APRIL_9, APRIL_30 = date(2026, 4, 1), date(2026, 4, 2), date(2026, 4, 9), date(2026, 4, 30)


@pytest.mark.requirement("CLR-06")
@pytest.mark.requirement("CLR-07")
async def test_a_month_is_sorted_gross_into_one_statement_with_its_batch(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement())
    one, two = settled("s1", MARCH_5, 100_000, 7_000), settled("s2", MARCH_5, 50_000, institution_id=WUXI)
    late = settled("s3", APRIL_1, 9_000)
    await driver.hear(two, reversed_(two, MARCH_20), one, late, source="settlement", day=MARCH_20)
    decisions = await sort(driver, APRIL_1)
    manifest, chunks, lines = batch(decisions)
    [issued] = said(decisions, StatementIssued)
    assert [line.line_id for line in lines] == ["s2", "s1", "s2.r"]
    assert manifest.sums == sum_lines(lines) == issued.sums
    assert (manifest.sums.lines, manifest.sums.fund_fen, manifest.sums.large_amount_fen) == (
        3,
        107_000,
        7_000,
    )
    assert manifest.sha256 == batch_digest(lines)
    assert (manifest.chunks, issued.issued_on) == (len(chunks), APRIL_1)
    head = issued.head
    assert (head.insured_center, head.treatment_center) == (INSURED_CENTER, TREATMENT_CENTER)
    assert (head.scheme, head.month) == ("390", "2026-03")
    await assert_books_agree(driver)


async def test_no_month_is_sorted_before_its_last_day_has_passed_and_none_twice(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for, agreement())
    await driver.hear(settled("s1", MARCH_5, 100_000), source="settlement", day=MARCH_5)
    assert said(await sort(driver, MARCH_31), StatementIssued) == []
    assert len(said(await sort(driver, APRIL_1), StatementIssued)) == 1
    assert said(await sort(driver, APRIL_2), StatementIssued) == []


@pytest.mark.requirement("CLR-06")
async def test_a_line_after_the_cut_off_day_stands_in_the_next_month(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement(cut_off_day=20))
    bodies = settled("s1", MARCH_20, 100), settled("s2", date(2026, 3, 21), 200)
    await driver.hear(*bodies, source="settlement", day=MARCH_20)
    march = await sort_month(driver, MARCH_20)
    april = await sort_month(driver, date(2026, 4, 20))
    assert (march.head.month, march.sums.fund_fen) == ("2026-03", 100)
    assert (april.head.month, april.sums.fund_fen) == ("2026-04", 200)


@pytest.mark.requirement("CLR-06")
@pytest.mark.parametrize("others", [1, 3])
async def test_a_month_is_sorted_alone_while_that_of_other_agreements_still_runs(
    driver_for: DriverFor, others: int
) -> None:
    running = [agreement(agreement_id=f"running-{n}", insured_area=f"51200{n}") for n in range(others)]
    driver = await open_books(driver_for, agreement(cut_off_day=20), *running)
    bodies = [settled(f"r{n}", MARCH_5, 1_000, insured_area=f"51200{n}") for n in range(others)]
    await driver.hear(settled("s1", MARCH_5, 100), *bodies, source="settlement", day=MARCH_5)
    early = await sort_month(driver, MARCH_20)
    assert (early.head.agreement_id, early.sums.fund_fen) == ("prefund", 100)
    later = said(await sort(driver, APRIL_1), StatementIssued)
    assert [(one.head.agreement_id, one.sums.fund_fen) for one in later] == [
        (one.agreement_id, 1_000) for one in running
    ]


@pytest.mark.requirement("CLR-06")
async def test_a_line_heard_after_its_month_was_sorted_stands_in_the_next(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement())
    await driver.hear(settled("s1", MARCH_5, 100), source="settlement", day=MARCH_5)
    await sort_month(driver, MARCH_31)
    await driver.hear(settled("s2", MARCH_5, 200), source="settlement", day=APRIL_2)
    april = await sort_month(driver, APRIL_30)
    assert (april.head.month, april.sums.fund_fen) == ("2026-04", 200)


@pytest.mark.requirement("CLR-16")
@pytest.mark.requirement("CLR-21")
async def test_a_disputed_line_drops_out_alone_and_is_carried_into_the_month_of_its_decision(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for, agreement())
    bodies = settled("s1", MARCH_5, 100_000), settled("s2", MARCH_5, 50_000), settled("s4", APRIL_2, 1_000)
    await driver.hear(*bodies, source="settlement", day=MARCH_5)
    march = await sort_month(driver, MARCH_31)
    first = await confirm(driver, march.statement_id, TREATMENT_CENTER, APRIL_2)
    second = await confirm(driver, march.statement_id, INSURED_CENTER, APRIL_2, "s2", "s2")
    assert first.answer and isinstance(first.answer.result, Confirmed)
    assert (first.answer.result.complete, first.answer.result.confirmed_fen) == (False, 150_000)
    [confirmed] = said([first, second], StatementConfirmed)
    assert (confirmed.confirmed_fen, [line.line_id for line in confirmed.disputed]) == (100_000, ["s2"])
    assert confirmed.pay_by == date(2026, 4, 17)  # ten working days; 6 April is a holiday
    paid = await pay(driver, march.statement_id, 100_000, APRIL_9)
    [told] = said([paid], StatementPaid)
    assert told.top_up_fen == 100_000
    await assert_books_agree(driver)
    await decide(driver, march.statement_id, TREATMENT_CENTER, APRIL_9, "s2", "rejected")

    decisions = await sort(driver, date(2026, 5, 1))
    manifest, _, lines = batch(decisions)
    assert [(line.line_id, line.why) for line in lines] == [("s4", "settled"), ("s2.d", "carried")]
    await confirm(driver, manifest.statement_id, TREATMENT_CENTER, date(2026, 5, 6))
    await confirm(driver, manifest.statement_id, INSURED_CENTER, date(2026, 5, 6))
    last = await pay(driver, manifest.statement_id, 51_000, date(2026, 5, 7))
    assert said([last], PrefundChanged)[0].balance_fen == 1_000_000
    assert await balance(driver, "fund_payable") == await balance(driver, "center_receivable") == 0
    await assert_books_agree(driver)


@pytest.mark.requirement("CLR-01")
@pytest.mark.requirement("CLR-04")
@pytest.mark.requirement("CLR-05")
async def test_institutions_are_paid_from_the_prefund_and_clearing_restores_it(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement())
    assert await balance(driver, "prefund", TREATMENT_CENTER) == 1_000_000
    bodies = settled("s1", MARCH_5, 600_000), settled("s2", MARCH_5, 150_000, institution_id=WUXI)
    await driver.hear(*bodies, source="settlement", day=MARCH_5)
    decisions = await sort(driver, APRIL_1)
    [changed] = said(decisions, PrefundChanged)
    assert (changed.balance_fen, changed.alert) == (250_000, "yellow")
    assert await balance(driver, "institution_payable") == 0
    [march] = said(decisions, StatementIssued)
    await confirm(driver, march.statement_id, TREATMENT_CENTER, APRIL_2)
    await confirm(driver, march.statement_id, INSURED_CENTER, APRIL_2)
    paid = await pay(driver, march.statement_id, 750_000, APRIL_9)
    assert said([paid], StatementPaid)[0].top_up_fen == 750_000
    assert said([paid], PrefundChanged)[0].balance_fen == 1_000_000
    await assert_books_agree(driver)


@pytest.mark.requirement("CLR-04")
async def test_a_prefund_is_never_overdrawn_and_what_is_missing_is_paid_with_the_next_month(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for, agreement(prefund_quota_fen=500))
    bodies = settled("s1", MARCH_5, 400), settled("s2", MARCH_5, 300, institution_id=WUXI)
    await driver.hear(*bodies, source="settlement", day=MARCH_5)
    decisions = await sort(driver, APRIL_1)
    [changed] = said(decisions, PrefundChanged)
    assert (changed.balance_fen, changed.alert) == (0, "red")
    assert await balance(driver, "institution_payable", WUXI) == 0
    assert await balance(driver, "institution_payable", HUAXI) == -200
    [march] = said(decisions, StatementIssued)
    await confirm(driver, march.statement_id, TREATMENT_CENTER, APRIL_2)
    await confirm(driver, march.statement_id, INSURED_CENTER, APRIL_2)
    paid = await pay(driver, march.statement_id, 700, APRIL_9)
    assert said([paid], StatementPaid)[0].top_up_fen == 500
    assert said([paid], PrefundChanged)[0].balance_fen == 500
    assert await balance(driver, "treatment_bank", TREATMENT_CENTER) == 200
    assert said(await sort(driver, date(2026, 5, 1)), PrefundChanged)[0].balance_fen == 300
    assert await balance(driver, "institution_payable") == 0
    await assert_books_agree(driver)


async def test_a_month_of_more_than_any_bill_is_sorted_confirmed_and_paid(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement())
    bodies = [settled(f"s{number}", MARCH_5, MOST_FEN - 1_000) for number in range(3)]
    await driver.hear(*bodies, source="settlement", day=MARCH_5)
    manifest, _, lines = batch(await sort(driver, APRIL_1))
    assert manifest.sums.fund_fen == 3 * (MOST_FEN - 1_000) == sum_lines(lines).fund_fen
    for center in (TREATMENT_CENTER, INSURED_CENTER):
        confirmed = await confirm(driver, manifest.statement_id, center, APRIL_2)
        assert confirmed.answer is not None and confirmed.answer.accepted
    [told] = said([confirmed], StatementConfirmed)
    paid = await pay(driver, manifest.statement_id, told.confirmed_fen, APRIL_9)
    assert paid.answer is not None and paid.answer.accepted
    await assert_books_agree(driver)


@pytest.mark.requirement("CLR-18")
async def test_a_batch_of_more_than_a_page_is_cut_into_chunks_and_can_be_made_again_byte_by_byte(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for, agreement(prefund_quota_fen=10**9))
    count = 10_502  # one page of 20 chunks, then 501 lines more, then the disputed one
    for start in range(0, count, 500):
        day = date(2026, 3, 1 + start % 31)
        bodies = [settled(f"s{n:05}", day, 100 + n) for n in range(start, min(start + 500, count))]
        await driver.hear(*bodies, source="settlement", day=day)
    decisions = await sort(driver, APRIL_1)
    manifest, chunks, lines = batch(decisions)
    assert [len(chunk.lines) for chunk in chunks] == [500] * 21 + [2]
    assert [chunk.number for chunk in chunks] == list(range(22))
    assert (manifest.sha256, manifest.chunks, manifest.sums) == (batch_digest(lines), 22, sum_lines(lines))
    order = [(line.business_on, line.institution_id, line.line_id) for line in lines]
    assert order == sorted(order) and len({line.line_id for line in lines}) == count

    await confirm(driver, manifest.statement_id, TREATMENT_CENTER, APRIL_2, "s00007")
    await confirm(driver, manifest.statement_id, INSURED_CENTER, APRIL_2)
    await driver.hear(settled("s99999", MARCH_5, 5), source="settlement", day=APRIL_2)
    async with driver.pool.acquire() as tx:
        again = [row async for row in statements.read_rows(tx, "prefund", "390", "2026-03")]
        digest = await statements.hash_file(tx, "prefund", "390", "2026-03")
    assert "".join(again).encode() == csv_rows(lines)
    rows = await driver.fetch("SELECT sha256, chunks, csv_sha256 FROM manifest")
    assert [tuple(row) for row in rows] == [(batch_digest(lines), 22, csv_digest(lines))]
    assert digest == manifest.csv_sha256 == csv_digest(lines)


async def test_a_settlement_without_agreement_is_held_aside_told_once_and_cleared_when_one_is_signed(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for)
    await driver.hear(settled("s1", MARCH_5, 700), source="settlement", day=MARCH_5)
    [told] = said(await sort(driver, date(2026, 3, 6)), LineSetAside)
    assert (told.line_id, told.fund_fen, told.business_on) == ("s1", 700, MARCH_5)
    assert await sort(driver, date(2026, 3, 7)) == []
    await driver.hear(agreement(), source="enrollment", day=MARCH_20)
    issued = await sort_month(driver, MARCH_31)
    assert (issued.head.month, issued.sums.fund_fen) == ("2026-03", 700)
    assert await driver.fetch("SELECT FROM line WHERE aside IS NOT NULL") == []
    await assert_books_agree(driver)


async def test_an_agreement_heard_with_a_higher_quota_funds_the_difference(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement())
    [decision] = await driver.hear(agreement(prefund_quota_fen=1_500_000), source="enrollment")
    assert said([decision], PrefundChanged)[0].balance_fen == 1_500_000
    [again] = await driver.hear(agreement(prefund_quota_fen=1_500_000), source="enrollment")
    assert again.facts == ()
    await assert_books_agree(driver)
