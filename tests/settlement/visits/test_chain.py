"""Stays that continue others (转院): what may be continued, and which is settled first."""

from typing import Any

import pytest

from shared.bus.message import Original
from shared.messages.body import Body, CancelRequest
from shared.messages.settlement.visits import AdmitPatient
from tests.settlement.given.world import (
    D3,
    HUAXI,
    NODE,
    PUREN,
    DriverFor,
    accepted,
    admit,
    ask,
    bed,
    completed,
    discharge,
    open_world,
    quote,
    readmission,
    refusals,
    result,
    reverse,
    settle,
    stay,
)

LOWER: dict[str, Any] = {"visit_id": "V0", "institution_id": PUREN}
HIGHER: dict[str, Any] = {"visit_id": "V1", "institution_id": HUAXI}
BED = bed("U1", 1000, **LOWER)
LEAVE = discharge(**LOWER)


@pytest.mark.requirement("SET-25")
async def test_a_stay_left_at_the_patients_own_cost_is_not_continued(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, admit(**LOWER), discharge(**LOWER, paid="self"))

    refused = await ask(driver, admit(continues_visit_id="V0"))

    assert (refused.code, refused.where) == ("NOT_CONTINUABLE", "V0 self_paid")


@pytest.mark.requirement("SET-25")
async def test_an_admission_that_was_undone_is_not_continued_within_its_batch_either(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for)
    await ask(driver, admit(**LOWER), id="a0")
    undo = driver.message(
        CancelRequest(subject_id="Lin", original_id="a0"),
        source=NODE,
        day=D3,
        original=Original("a0", AdmitPatient.wire_type(), True),
    )
    asked = driver.message(admit(continues_visit_id="V0"), source=NODE, day=D3)

    undone, refused = await driver.hear(undo, asked)

    assert undone.answer and undone.answer.code == "OK"
    assert refused.answer and not refused.facts and not refused.rows
    assert (refused.answer.code, refused.answer.where) == ("NOT_CONTINUABLE", "V0 cancelled")


BEFORE: list[list[Body]] = [
    # what has come of the earlier stay when the later one is to be settled
    [admit(**LOWER)],
    [admit(**LOWER), BED, LEAVE],
]


@pytest.mark.requirement("SET-25")
@pytest.mark.parametrize("before", BEFORE)
async def test_a_stay_is_settled_after_the_one_it_continues(
    driver_for: DriverFor, before: list[Body]
) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *before, *stay(**HIGHER, continues_visit_id="V0"))

    await accepted(driver, quote(1, 100_000, **HIGHER))
    refused = await ask(driver, settle(1, 100_000, **HIGHER))
    rest = [admit(**LOWER), BED, LEAVE][len(before) :]
    [*_, first, second] = await accepted(
        driver, *rest, settle(1, 100_000, **LOWER), settle(1, 100_000, **HIGHER)
    )

    assert (refused.code, refused.where) == ("EARLIER_STAY_UNSETTLED", "V0")
    assert [completed(one).payments.deductible_fen for one in (first, second)] == [35_000, 30_000]


@pytest.mark.requirement("SET-25")
async def test_a_stay_waits_until_one_of_its_chain_that_was_reversed_is_settled_again(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for)
    last: dict[str, Any] = {"visit_id": "V2", "institution_id": HUAXI}
    settled = await accepted(driver, *stay(**LOWER), settle(1, 100_000, **LOWER))
    await accepted(
        driver, *stay(**HIGHER, continues_visit_id="V0"), *readmission(**last, continues_visit_id="V1")
    )
    await accepted(driver, reverse(completed(settled[-1]).settlement_id, **LOWER))

    refused = await ask(driver, settle(1, 100_000, **last))

    assert (refused.code, refused.where) == ("EARLIER_STAY_UNSETTLED", "V0")
    await accepted(driver, *(settle(1, 100_000, **which) for which in (LOWER, HIGHER, last)))


async def test_a_stay_does_not_wait_for_one_that_is_never_settled(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, admit(**LOWER), *stay(**HIGHER, continues_visit_id="V0"))
    assert await refusals(driver, [settle(1, 100_000, **HIGHER)]) == ["EARLIER_STAY_UNSETTLED"]

    await accepted(driver, discharge(**LOWER, paid="self"))

    answer = await ask(driver, settle(1, 100_000, **HIGHER))
    assert result(answer).payments.deductible_fen == 65_000
