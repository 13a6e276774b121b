"""Advances of hospitals on a real database: verdicts on claims, what is paid with a month and comes back."""

from datetime import date

import pytest

from shared.messages.clearing.months import AdvancePaid, AdvanceReviewed, StatementIssued
from tests.clearing.given.desk import (
    DriverFor,
    assert_books_agree,
    balance,
    confirm,
    open_books,
    pay,
    said,
    sort,
)
from tests.clearing.given.facts import (
    CHONGQING,
    INSURED_CENTER,
    OTHER_CENTER,
    advance_agreement,
    advanced,
    agreement,
    case_page,
    claim,
    discharge_cancelled,
    reversed_,
    settled,
)

MARCH_5, MARCH_20, MARCH_31 = date(2026, 3, 5), date(2026, 3, 20), date(2026, 3, 31)
APRIL_1, APRIL_2, MAY_1 = date(2026, 4, 1), date(2026, 4, 2), date(2026, 5, 1)


async def test_a_page_of_a_discharge_that_was_cancelled_counts_for_no_claim(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement(), advance_agreement())
    bodies = [advanced(id, MARCH_5, 1_000) for id in ("gone", "anew", "late")]
    gone, anew, late = [discharge_cancelled(body) for body in bodies]
    pages = [case_page(body) for body in bodies]
    again = pages[1].model_copy(update={"discharge_id": "another"})
    await driver.hear(*bodies, *pages[:2], gone, source="settlement", day=MARCH_20)
    await driver.hear(again, anew, late, source="settlement", day=MARCH_20)  # told by two processes
    await driver.hear(pages[2], source="settlement", day=MARCH_20)

    asked = claim("c1", *((body.settlement_id, 1_000) for body in bodies))
    [reviewed] = said(await driver.hear(asked, source="chongqing", day=MARCH_31), AdvanceReviewed)

    assert [verdict.code for verdict in reviewed.verdicts] == ["NO_CASE_PAGE", "ACCEPTED", "NO_CASE_PAGE"]


@pytest.mark.requirement("CLR-13")
@pytest.mark.requirement("CLR-14")
async def test_each_line_of_a_claim_gets_its_verdict(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement(), advance_agreement())
    whole = [advanced(id, MARCH_5, 1_000) for id in ("good", "again", "back", "less")]
    pageless = advanced("pageless", MARCH_5, 1_000)
    desk = advanced("desk", MARCH_5, 1_000, kind="pharmacy")
    foreign = advanced("foreign", MARCH_5, 1_000, institution_id="H50010500009")
    prefunded = settled("prefunded", MARCH_5, 1_000, institution_id=CHONGQING)
    facts = [*whole, pageless, desk, foreign, prefunded, reversed_(whole[2], MARCH_20)]
    pages = [case_page(body) for body in [*whole, prefunded]]
    await driver.hear(*facts, *pages, source="settlement", day=MARCH_20)
    await driver.hear(claim("c0", ("again", 1_000)), source="chongqing", day=MARCH_31)
    asked = ("good", "again", "good", "back", "pageless", "desk", "foreign", "nothing", "prefunded")
    body = claim("c1", *((id, 1_000) for id in asked), ("less", 999))
    [decision] = await driver.hear(body, source="chongqing", day=MARCH_31)
    [reviewed] = said([decision], AdvanceReviewed)
    assert [(verdict.settlement_id, verdict.code) for verdict in reviewed.verdicts] == [
        ("good", "ACCEPTED"),
        ("again", "ALREADY_CLAIMED"),
        ("good", "ALREADY_CLAIMED"),
        ("back", "REVERSED"),
        ("pageless", "NO_CASE_PAGE"),
        ("desk", "ACCEPTED"),
        ("foreign", "UNKNOWN"),
        ("nothing", "UNKNOWN"),
        ("prefunded", "NOT_ADVANCED"),
        ("less", "AMOUNT_DIFFERS"),
    ]
    assert (reviewed.claimed_fen, reviewed.accepted_fen) == (9_999, 2_000)
    assert decision.answer and decision.answer.accepted
    await assert_books_agree(driver)


@pytest.mark.parametrize(
    ("case", "cut_off_day", "settled_on", "code"),
    [
        ("of the month", 0, date(2026, 3, 25), "ACCEPTED"),
        ("of two months before", 0, date(2026, 1, 25), "OTHER_MONTH"),
        ("of the month after", 0, APRIL_2, "OTHER_MONTH"),
        ("of the month by the cut-off day", 20, date(2026, 2, 25), "ACCEPTED"),
        ("of the month by the calendar", 20, date(2026, 3, 25), "ACCEPTED"),
        ("before the cut-off day of the month before", 20, date(2026, 2, 20), "OTHER_MONTH"),
    ],
)
async def test_a_claim_takes_settlements_of_its_own_month(
    driver_for: DriverFor, case: str, cut_off_day: int, settled_on: date, code: str
) -> None:
    driver = await open_books(driver_for, advance_agreement(cut_off_day=cut_off_day))
    body = advanced("s1", settled_on, 1_000)
    await driver.hear(body, case_page(body), source="settlement", day=MARCH_31)
    [decision] = await driver.hear(claim("c1", ("s1", 1_000)), source="chongqing", day=APRIL_2)
    [reviewed] = said([decision], AdvanceReviewed)
    assert [verdict.code for verdict in reviewed.verdicts] == [code], case


@pytest.mark.requirement("SET-14")
@pytest.mark.requirement("CLR-15")
@pytest.mark.requirement("CLR-16")
async def test_accepted_advances_are_paid_with_the_month_and_the_centers_clear_their_lines(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for, advance_agreement())
    one, two = advanced("s1", MARCH_5, 1_000, 300), advanced("s2", MARCH_5, 500)
    await driver.hear(one, two, case_page(one), source="settlement", day=MARCH_5)
    await driver.hear(claim("c1", ("s1", 1_300), ("s2", 500)), source="chongqing", day=MARCH_31)
    decisions = await sort(driver, APRIL_1)
    [paid] = said(decisions, AdvancePaid)
    assert (paid.institution_id, paid.month, paid.paid_fen) == (CHONGQING, "2026-03", 1_300)
    [issued] = said(decisions, StatementIssued)
    assert issued.sums.fund_fen == 1_300  # s2 has no case page, so nobody reviewed it
    assert await balance(driver, "advance", CHONGQING) == -500
    await confirm(driver, issued.statement_id, OTHER_CENTER, APRIL_2)
    await confirm(driver, issued.statement_id, INSURED_CENTER, APRIL_2)
    kept = await pay(driver, issued.statement_id, 1_300, APRIL_2)
    assert kept.answer
    assert kept.answer.accepted
    assert await balance(driver, "treatment_bank", OTHER_CENTER) == 0
    assert await balance(driver, "insured_bank") == -1_300
    await assert_books_agree(driver)


async def test_an_advance_whose_settlement_is_reversed_later_is_taken_from_the_next_payment(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for, advance_agreement())
    bodies = [advanced(f"s{n}", MARCH_5, 1_000 * n) for n in (1, 2)]
    await driver.hear(*bodies, *map(case_page, bodies), source="settlement", day=MARCH_5)
    await driver.hear(claim("c1", ("s1", 1_000)), source="chongqing", day=MARCH_31)
    await sort(driver, APRIL_1)
    await driver.hear(reversed_(bodies[0], APRIL_2), source="settlement", day=APRIL_2)
    await driver.hear(claim("c2", ("s2", 2_000)), source="chongqing", day=APRIL_2)
    [paid] = said(await sort(driver, MAY_1), AdvancePaid)
    assert (paid.month, paid.paid_fen) == ("2026-04", 1_000)
    assert await balance(driver, "institution_payable", CHONGQING) == 0
    await assert_books_agree(driver)


async def test_what_an_institution_owes_is_carried_until_it_is_owed_more(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, advance_agreement())
    bodies = [advanced(f"s{n}", MARCH_5, 1_000 * n) for n in (1, 2)]
    await driver.hear(*bodies, *map(case_page, bodies), source="settlement", day=MARCH_5)
    await driver.hear(claim("c1", ("s1", 1_000)), source="chongqing", day=MARCH_31)
    await sort(driver, APRIL_1)
    await driver.hear(reversed_(bodies[0], APRIL_2), source="settlement", day=APRIL_2)
    assert said(await sort(driver, MAY_1), AdvancePaid) == []
    await driver.hear(claim("c2", ("s2", 2_000)), source="chongqing", day=date(2026, 5, 4))
    [paid] = said(await sort(driver, date(2026, 6, 1)), AdvancePaid)
    assert (paid.month, paid.paid_fen) == ("2026-05", 1_000)


async def test_a_month_in_which_reversals_outweigh_is_paid_back_by_the_treatment_center(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for, advance_agreement())
    body = advanced("s1", MARCH_5, 1_000)
    await driver.hear(body, case_page(body), source="settlement", day=MARCH_5)
    await driver.hear(claim("c1", ("s1", 1_000)), source="chongqing", day=MARCH_31)
    [march] = said(await sort(driver, APRIL_1), StatementIssued)
    await driver.hear(reversed_(body, APRIL_2), source="settlement", day=APRIL_2)
    [april] = said(await sort(driver, MAY_1), StatementIssued)
    for statement in (march, april):
        await confirm(driver, statement.statement_id, OTHER_CENTER, MAY_1)
        await confirm(driver, statement.statement_id, INSURED_CENTER, MAY_1)
    answers = [
        await pay(driver, march.statement_id, 1_000, MAY_1),
        await pay(driver, april.statement_id, 1_000, MAY_1),
        await pay(driver, april.statement_id, 1_000, MAY_1, OTHER_CENTER),
    ]
    codes = [decision.answer.code for decision in answers if decision.answer]
    assert codes == ["OK", "CENTER_NOT_YOURS", "OK"]
    assert await balance(driver, "insured_bank") == 0
    await assert_books_agree(driver)
