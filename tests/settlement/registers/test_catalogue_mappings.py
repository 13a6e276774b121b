"""An institution's own item codes: classified as the national ones they stand for, and kept with both."""

from datetime import date

from services.settlement.model.upload import unpack_lines
from shared.messages.enrollment.mappings import MappedCode, MappingPublished
from tests.settlement.given.world import (
    D1,
    D2,
    D3,
    HUAXI,
    NODE,
    PUREN,
    DriverFor,
    accepted,
    line,
    open_world,
    outpatient,
    refusals,
    result,
    rows,
    upload,
)


def mapping(
    page_id: str = "M1", start: date = date(2023, 1, 1), institution: str = HUAXI, **codes: str
) -> MappingPublished:
    """Own codes and what they stand for; B1 is a bed, D1 a drug."""
    mapped = [
        MappedCode(local_item=own, item=item) for own, item in (codes or {"B1": "BED", "D1": "DRUG"}).items()
    ]
    return MappingPublished(
        page_id=page_id, institution_id=institution, in_force_from=start, codes=tuple(mapped)
    )


async def test_own_codes_are_classified_as_what_they_stand_for_and_kept_with_both(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for, mapping())

    [decision] = await accepted(
        driver, upload("U1", line(1, "B1"), line(2, "BED"), line(3, "Z9"), total_fen=30_000)
    )

    assert result(decision.answer).unknown_items == ("Z9",)
    [(packed,)] = await rows(driver, "SELECT lines FROM upload")
    kept = [(one.item, one.local_item, one.level) for one in unpack_lines(packed)]
    assert kept == [("BED", "B1", "01"), ("BED", None, "01"), ("Z9", None, "03")]


async def test_an_own_code_that_stands_for_what_no_catalogue_has_is_told_as_it_was_sent(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for, mapping(A1="AMULET"))

    [decision] = await accepted(driver, upload("U1", line(1, "A1"), total_fen=10_000))

    assert result(decision.answer).unknown_items == ("A1",)


async def test_codes_are_those_of_the_institution_and_of_the_day(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, mapping("M2", D2))
    asked = [
        upload("U1", line(1, "B1"), total_fen=10_000, cost_on=D1),
        upload("U2", line(1, "B1"), total_fen=10_000, cost_on=D2),
        upload("U3", line(1, "B1"), total_fen=10_000, cost_on=D2, visit_id="V2", institution_id=PUREN),
    ]

    told = [result(decision.answer).amounts.full_self_pay_fen for decision in await accepted(driver, *asked)]

    assert told == [10_000, 0, 10_000]


async def test_what_was_billed_by_an_own_code_is_returned_by_either(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, mapping())
    await accepted(driver, upload("U1", line(1, "B1", "2"), total_fen=20_000))

    await accepted(driver, upload("U2", line(1, "BED", "-1"), total_fen=-10_000))
    await accepted(driver, upload("U3", line(1, "B1", "-1"), total_fen=-10_000))

    assert await refusals(driver, [upload("U4", line(1, "BED", "-1"), total_fen=-10_000)]) == [
        "RETURN_EXCEEDS_BILLED"
    ]


async def test_a_mapping_published_in_the_same_batch_or_anew_counts(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    bill = outpatient(line(1, "B1"), total_fen=10_000)
    facts = [driver.message(mapping(), source="enrollment"), driver.message(bill, source=NODE, day=D3)]

    [_, first] = await driver.hear(*facts)
    await driver.hear(mapping(B1="AMULET"), source="enrollment")
    [second] = await accepted(driver, upload("U1", line(1, "B1"), total_fen=10_000, visit_id="V2"))

    assert result(first.answer).payments.full_self_pay_fen == 0
    assert result(second.answer).unknown_items == ("B1",)
