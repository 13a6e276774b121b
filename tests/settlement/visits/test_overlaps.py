"""A person is in one hospital at a time, and in none after death; the desk is told what is known."""

from tests.settlement.given.world import (  # fmt: skip
    D1,
    D2,
    D3,
    D4,
    HUAXI,
    PUREN,
    DriverFor,
    accepted,
    admit,
    ask,
    discharge,
    open_world,
    refusals,
)
from tests.settlement.visits.test_cancel_discharge import back


async def test_who_lies_elsewhere_is_not_admitted_until_that_is_told_to_have_ended(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, admit())
    second = admit(visit_id="V2", institution_id=PUREN, admitted_on=D2)

    told = await ask(driver, second)

    assert (told.code, told.where) == ("OVERLAPPING_STAY", f"V1 {HUAXI} {D1}")
    await accepted(driver, discharge(discharged_on=D2), second)


async def test_a_transfer_may_come_before_the_earlier_place_has_told_the_discharge(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for)

    await accepted(
        driver,
        admit(),
        admit(visit_id="V2", institution_id=PUREN, admitted_on=D2, continues_visit_id="V1"),
        admit(visit_id="V3", admitted_on=D3, continues_visit_id="V2"),
    )


async def test_nobody_is_admitted_after_a_death_until_it_is_taken_back(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, admit(), discharge(way="5"))
    later = [
        admit(visit_id="V2", admitted_on=D3),
        admit(visit_id="V2", admitted_on=D4, institution_id=PUREN),
        admit(visit_id="V2", admitted_on=D4, continues_visit_id="V1"),
    ]

    assert await refusals(driver, later, day=D4) == ["AFTER_DEATH"] * 3
    assert (await ask(driver, later[0], day=D4)).where == f"V1 {HUAXI} {D3}"
    await accepted(driver, back(), discharge(way="1"), later[0], day=D4)
