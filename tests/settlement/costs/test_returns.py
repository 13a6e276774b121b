"""Returned lines (退费): each is split as the line it returns, whatever the catalogue has said since."""

from datetime import date
from typing import Any

import pytest

from services.settlement.model.billed import Billed
from services.settlement.model.registers.catalogue import OUTSIDE, Terms
from services.settlement.model.upload import unpack_lines
from shared.messages.body import Body
from shared.messages.enrollment.mappings import MappedCode, MappingPublished
from shared.messages.enrollment.registers import CatalogueItem, CataloguePublished
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import (
    D1,
    D2,
    D3,
    HUAXI,
    DriverFor,
    accepted,
    admit,
    ask,
    bed,
    completed,
    discharge,
    line,
    open_world,
    outpatient,
    refusals,
    result,
    rows,
    settle,
    upload,
)

DRUG: dict[str, Any] = {"item": "DRUG", "price": "25", "category": "09"}
ALL_SELF_PAID = CataloguePublished(
    page_id="C2",
    area="510000",
    in_force_from=D2,
    items=(CatalogueItem(item="DRUG", category="09", level="03"),),
)
A, B, C = Terms("01", None, 0), Terms("02", 20_000_000, 1_000), Terms("03", None, 0)
ONE, HIGH, LOW = 10_000, 100, 90

TERMS: list[tuple[list[tuple[Terms, int, int]], tuple[Terms, int, int], Terms]] = [
    # billed of the item (terms, quantity, price), returned (terms of its day, quantity, price), expected
    ([], (C, -ONE, HIGH), C),
    ([(B, ONE, HIGH)], (C, -ONE, HIGH), B),
    ([(B, ONE, HIGH)], (OUTSIDE, -ONE, HIGH), B),
    ([(B, ONE, HIGH)], (C, -ONE, LOW), B),
    ([(B, ONE, HIGH)], (C, -2 * ONE, HIGH), C),
    ([(B, ONE, HIGH), (B, ONE, HIGH)], (C, -2 * ONE, HIGH), B),
    ([(B, ONE, HIGH), (C, ONE, HIGH)], (C, -ONE, HIGH), C),
    ([(B, ONE, HIGH), (C, ONE, HIGH)], (B, -ONE, HIGH), B),
    ([(A, ONE, HIGH), (B, ONE, HIGH)], (C, -ONE, HIGH), B),
    ([(B, ONE, HIGH), (A, ONE, HIGH), (B, ONE, HIGH)], (C, -ONE, HIGH), B),
    ([(B, ONE, HIGH), (C, ONE, LOW)], (C, -ONE, HIGH), B),
    ([(B, 2 * ONE, HIGH), (C, ONE, HIGH)], (C, -2 * ONE, HIGH), B),
    ([(B, ONE, HIGH), (C, ONE, HIGH), (C, -ONE, HIGH)], (C, -ONE, HIGH), B),
    ([(B, ONE, HIGH), (A, ONE, LOW), (B, -ONE, LOW)], (C, -ONE, HIGH), A),
]


@pytest.mark.parametrize(("billed", "returned", "expected"), TERMS)
def test_the_terms_of_a_return(
    billed: list[tuple[Terms, int, int]], returned: tuple[Terms, int, int], expected: Terms
) -> None:
    held = Billed()
    for one in billed:
        held.add("own code", "DRUG", *one)

    assert held.returned("own code", "DRUG", *returned) == ("DRUG", expected)
    assert held.returned("DRUG", "DRUG", *returned) == ("DRUG", expected)


@pytest.mark.requirement("SET-01")
async def test_a_return_cancels_its_original_across_a_new_page_of_the_catalogue(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for, ALL_SELF_PAID)
    steps: list[Body] = [
        upload("U1", line(1, quantity="3", **DRUG), line(2), total_fen=17_500, cost_on=D1),
        upload("U2", line(1, quantity="-1", **DRUG), total_fen=-2_500, cost_on=D2),
        upload("U3", line(1, quantity="-2", **DRUG), total_fen=-5_000, cost_on=D3),
    ]

    first, part, rest = await accepted(driver, *steps)
    [*_, settled] = await accepted(driver, admit(), discharge(), settle(4, 10_000))

    sums = [tuple(result(one.answer).amounts.model_dump().values()) for one in (first, part, rest)]
    assert sums == [(17_500, 0, 1_500, 600), (-2_500, 0, -500, -200), (-5_000, 0, -1_000, -400)]
    fact = completed(settled)
    assert (fact.payments.full_self_pay_fen, fact.payments.in_scope_fen) == (0, 10_000)
    assert set(fact.by_category["09"].model_dump().values()) == {0}


async def test_a_return_and_what_it_returns_may_stand_in_one_upload(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, ALL_SELF_PAID)
    await accepted(driver, admit(), upload("U1", line(1, **DRUG), total_fen=2_500, cost_on=D1))
    lines = [line(number, quantity=quantity, **DRUG) for number, quantity in enumerate(("-1", "-1", "1"))]

    [both] = await accepted(driver, upload("U2", *lines, total_fen=-2_500, cost_on=D2))

    assert tuple(result(both.answer).amounts.model_dump().values()) == (-2_500, 0, -500, -200)


async def test_one_return_of_lines_billed_under_different_terms_is_refused(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, ALL_SELF_PAID)
    billed = [upload(f"U-{day}", line(1, **DRUG), total_fen=2_500, cost_on=day) for day in (D1, D2)]
    await accepted(driver, admit(), *billed)

    at_once = upload("U2", line(1, quantity="-2", **DRUG), total_fen=-5_000, cost_on=D3)
    apart = [line(number, quantity="-1", **DRUG) for number in (1, 2)]

    assert await refusals(driver, [at_once]) == ["RETURN_EXCEEDS_BILLED"]
    await accepted(driver, upload("U2", *apart, total_fen=-5_000, cost_on=D3), discharge(), settle(4, 0))


async def test_an_item_no_longer_in_the_catalogue_is_returned_as_it_was_billed(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, admit(), bed("U1", 100, D1))

    await driver.hear(CataloguePublished.model_validate(_without_bed()), source="enrollment")
    [returned] = await accepted(driver, upload("U2", line(1, quantity="-1"), total_fen=-10_000, cost_on=D2))

    assert result(returned.answer).unknown_items == ()
    assert result(returned.answer).amounts.full_self_pay_fen == 0


def _without_bed() -> dict[str, Any]:
    items = ({"item": "DRUG", "category": "09", "level": "02"},)
    return {"page_id": "C1", "area": "510000", "in_force_from": D1.replace(year=2023), "items": items}


async def test_a_line_another_hospital_billed_under_the_same_visit_id_is_not_returned(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for)
    stranger = bed("X1", 100, institution_id="H51190000001")
    await accepted(driver, stranger, source="bazhong")

    answer = await ask(driver, upload("U1", line(1, quantity="-1"), total_fen=-10_000))

    assert answer.code == "RETURN_EXCEEDS_BILLED"


async def test_a_bill_that_comes_whole_returns_what_it_bills_itself(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, ALL_SELF_PAID)
    lines = [line(1, quantity="-1", **DRUG), line(2, quantity="2", **DRUG)]

    [settled] = await accepted(driver, outpatient(*lines, total_fen=2_500))

    assert completed(settled).payments.in_scope_fen == 1_800
    assert await rows(driver, "SELECT total_fen FROM settlement") == [(2_500,)]


THIRD: dict[str, Any] = {"item": "BED", "price": "0.333"}
AT_ONCE = line(9, quantity="-3", **THIRD)


@pytest.mark.parametrize("is_apart", [False, True])
async def test_three_lines_returned_as_one_cancel_to_the_fen(driver_for: DriverFor, is_apart: bool) -> None:
    """Each was 33 fen, and three at once would be a yuan."""
    driver = await open_world(driver_for)
    thirds = [line(number, **THIRD) for number in range(3)]
    rest = line(5, price="10")
    if is_apart:
        uploads = [upload("U1", *thirds, rest, total_fen=1_099), upload("U2", AT_ONCE, total_fen=-100)]
        *_, last = await accepted(driver, admit(), *uploads)
    else:
        _, last = await accepted(driver, admit(), upload("U1", *thirds, rest, AT_ONCE, total_fen=999))

    assert result(last.answer).amounts.total_fen == (-99 if is_apart else 1_000)
    await accepted(driver, discharge())
    answers = [await ask(driver, settle(5, fen)) for fen in (998, 999)]
    assert [answer.code for answer in answers] == ["CONTROL_TOTAL", "OK"]
    assert result(answers[1]).payments.total_fen == 1_000


def test_what_is_returned_bit_by_bit_leaves_nothing() -> None:
    memory = Memory()
    bits = [line(number, quantity="-1", **THIRD) for number in range(1, 4)]
    lines = [line(0, quantity="3", **THIRD), *bits, line(5, price="10")]

    [answer] = memory.accepted(outpatient(*lines, total_fen=1_001))

    assert result(answer).payments.total_fen == 1_000
    kept = unpack_lines(memory.in_force["V1"].lines or b"")
    assert sum(one.amount_fen for one in kept if one.price_e6 == 333_000) == 0


async def test_a_return_of_an_item_whose_code_is_mapped_anew_is_of_what_was_billed(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for, mapped("M1", date(2023, 1, 1), "BED"), mapped("M2", D2, "DRUG"))
    own: dict[str, Any] = {"item": "own", "price": "100"}

    await accepted(
        driver,
        admit(),
        upload("U1", line(1, quantity="2", **own), total_fen=20_000, cost_on=D1),
        upload("U2", line(1, quantity="-1", **own), total_fen=-10_000, cost_on=D3),
        discharge(),
    )

    payments = result(await ask(driver, settle(2, 10_000))).payments
    assert (payments.total_fen, payments.in_scope_fen) == (10_000, 10_000)  # no limit, as for a bed


def mapped(page_id: str, start: date, item: str) -> MappingPublished:
    codes = (MappedCode(local_item="own", item=item),)
    return MappingPublished(page_id=page_id, institution_id=HUAXI, in_force_from=start, codes=codes)
