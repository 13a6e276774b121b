"""How a visit stands and what its lines are, asked by its institution; nothing is changed by asking."""

import pytest

from services.settlement import load
from services.settlement.settlements import found
from shared.messages.settlement.found import FeesFound, VisitFound
from shared.messages.settlement.queries import QueryFees, QueryVisit
from tests.given.driver import Driver
from tests.settlement.given.world import (  # fmt: skip
    D1,
    D2,
    D3,
    HUAXI,
    KEYS,
    PUREN,
    DriverFor,
    accepted,
    ask,
    bed,
    line,
    open_world,
    outpatient,
    page,
    policy,
    refusals,
    result,
    reverse,
    settle,
    stay,
    upload,
)


async def visit(driver: Driver, **given: str) -> VisitFound:
    answer: VisitFound = result(await ask(driver, QueryVisit(**{**KEYS, **given})))
    return answer


async def fees(driver: Driver, skip: int = 0) -> FeesFound:
    answer: FeesFound = result(await ask(driver, QueryFees(**KEYS, skip=skip)))
    return answer


@pytest.mark.requirement("HUB-30")
async def test_a_visit_is_found_as_it_stands_from_its_admission_to_its_case_page(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for)
    admission, costs, left = stay(1000)
    await accepted(driver, admission, day=D1)
    assert (await visit(driver)).state == "admitted"
    await accepted(driver, costs, bed("U2", 300, D2))
    held = await visit(driver)
    assert [(day.cost_on, day.uploads, day.total_fen) for day in held.days] == [
        (D1, ("U1",), 100_000),
        (D2, ("U2",), 30_000),
    ]
    assert held.settlement is None
    await accepted(driver, left)
    assert (await visit(driver)).case_page_due_on is not None
    [settled] = await accepted(driver, settle(2, 130_000))
    told = result(settled.answer)
    now = await visit(driver)
    assert (now.state, now.discharged_on, now.received_on) == ("settled", D3, None)
    kept = now.settlement
    assert kept is not None
    assert (kept.settlement_id, kept.payments, kept.in_force) == (told.settlement_id, told.payments, True)
    assert sum(one.amount_fen for one in kept.by_category.values()) == 130_000
    assert [step.step for step in kept.steps][:2] == ["total", "in_scope"]
    assert kept.steps[-1].amount_fen == kept.payments.cash_fen
    await accepted(driver, page(total_fen=130_000))
    assert (await visit(driver)).received_on == D3


@pytest.mark.requirement("SET-23")
async def test_where_a_bill_was_worked_out_is_recorded_and_changes_no_fen(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay(1000), settle(1, 100_000))
    first = (await visit(driver)).settlement
    assert first is not None
    await accepted(driver, reverse(first.settlement_id))
    await driver.hear(policy(calculator="NATIONAL_HOSTED"), source="enrollment")
    await accepted(driver, settle(1, 100_000))
    second = (await visit(driver)).settlement
    assert second is not None
    assert (first.calculator, second.calculator) == ("PROVINCE", "NATIONAL_HOSTED")
    assert (first.payments, first.steps) == (second.payments, second.steps)


async def test_a_settlement_that_was_taken_back_is_found_as_not_in_force(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay(1000))
    [settled] = await accepted(driver, settle(1, 100_000))
    await accepted(driver, reverse(result(settled.answer).settlement_id))
    now = await visit(driver)
    assert now.state == "reversed"
    assert now.settlement is not None
    assert not now.settlement.in_force


async def test_lines_are_found_as_they_were_split_a_page_at_a_time(
    driver_for: DriverFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (found, load):
        monkeypatch.setattr(module, "FEES_PAGE", 2)
    driver = await open_world(driver_for)
    drug = line(2, item="DRUG", price="30", category="09")
    unknown = line(3, item="UNKNOWN", price="5")
    await accepted(driver, stay()[0], upload("U1", line(1), drug, unknown, total_fen=13_500))
    first, rest = await fees(driver), await fees(driver, 2)
    assert (first.more, rest.more) == (True, False)
    bed_line, drug_line, unknown_line = *first.lines, *rest.lines
    assert (bed_line.upload_id, bed_line.line, bed_line.cost_on) == ("U1", "L1", D1)
    assert (drug_line.amount_fen, drug_line.over_limit_fen, drug_line.pre_self_pay_fen) == (3_000, 1_000, 200)
    assert (unknown_line.known_item, unknown_line.full_self_pay_fen) == (False, 500)
    await accepted(driver, bed("U2", 5, D2), bed("U3", 7, D1))
    told = [one for skip in (0, 2, 4, 6) for one in (await fees(driver, skip)).lines]
    assert [(one.cost_on, one.upload_id, one.line) for one in told] == [
        *((D1, "U1", f"L{number}") for number in (1, 2, 3)),
        (D1, "U3", "L1"),
        (D2, "U2", "L1"),
    ]


async def test_lines_of_an_upload_in_the_same_batch_are_never_left_out_in_silence(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, stay()[0], bed("U1", 5))
    batch = (bed("U2", 7), QueryFees(**KEYS, skip=0))
    _, asked = await driver.hear(*batch, day=D3, source="huaxi")
    assert asked.answer is not None
    assert asked.answer.code == "TRY_AGAIN"
    assert [one.upload_id for one in (await fees(driver)).lines] == ["U1", "U2"]


async def test_the_lines_of_a_bill_that_came_whole_are_found_too(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, outpatient(line(1), total_fen=10_000))
    told = await fees(driver)
    assert [(one.line, one.upload_id, one.amount_fen) for one in told.lines] == [("L1", "", 10_000)]
    assert (await visit(driver)).days == ()


@pytest.mark.requirement("HUB-21")
async def test_nobody_finds_a_visit_of_another_institution_or_person(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay(1000))
    asked = [
        kind.model_validate({**KEYS, **other})
        for kind in (QueryVisit, QueryFees)
        for other in ({"institution_id": PUREN}, {"person_id": "Wang"}, {"visit_id": "V9"})
    ]
    assert await refusals(driver, asked) == ["UNKNOWN_VISIT"] * 6
    stranger = await ask(driver, QueryVisit(**{**KEYS, "institution_id": HUAXI}), source="stranger")
    assert stranger.code == "INSTITUTION_NOT_YOURS"
