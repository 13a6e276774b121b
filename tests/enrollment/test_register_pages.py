"""Pages of many rows: each is decided by its own rule, all of them or none, wherever it is heard."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any

from services import enrollment, referral, settlement
from services.clearing import SERVICE as CLEARING
from shared.bus.service import Service
from shared.messages.body import Body
from shared.messages.enrollment.register_pages import (
    CoveragesChanged,
    EnrollPersons,
    InstitutionsPublished,
    PublishInstitutions,
)
from shared.messages.enrollment.registers import (
    CoverageChanged,
    EnrollPerson,
    InstitutionPublished,
    PublishInstitution,
    RegisterCenter,
    RegisterNode,
)
from tests.given.driver import Driver

DriverFor = Callable[[Service], Awaitable[Driver]]
JANUARY, MARCH, MAY = date(2026, 1, 1), date(2026, 3, 1), date(2026, 5, 1)


def person(id: str, area: str = "511900", **given: Any) -> EnrollPerson:
    values: dict[str, Any] = {"scheme": "390", "status": "normal", "covered_from": JANUARY, **given}
    return EnrollPerson(person_id=id, insured_area=area, **values)


def hospital(number: int, area: str = "511900", **given: Any) -> PublishInstitution:
    return PublishInstitution(
        institution_id=f"H{area}{number:05d}",
        name="示例医院",
        area=area,
        tier="2",
        node_id="center-a",
        services=("inpatient",),
        **given,
    )


async def test_a_page_comes_to_what_its_rows_would_and_to_nothing_if_one_is_refused(
    driver_for: DriverFor,
) -> None:
    driver = await driver_for(enrollment.SERVICE)
    await driver.hear(
        RegisterNode(node_id="center-a", name="巴中", kind="center"),
        RegisterCenter(center_id="511900", name="巴中", node_id="center-a"),
    )
    known = (person("P1"), person("P2", applies_from=MARCH), person("P3"))
    [alone] = await driver.hear(known[0])
    bad = EnrollPersons(rows=(person("P8"), person("P9", covered_until=date(2025, 1, 1))))
    twice = EnrollPersons(rows=(person("P8"), person("P8", scheme="310")))
    foreign = EnrollPersons(rows=(person("P8"), person("P7", "640100")))
    refused = await driver.hear(bad, twice, foreign)
    assert [
        (one.answer and one.answer.code, one.answer and one.answer.where, one.facts) for one in refused
    ] == [
        ("DATE_NOT_POSSIBLE", "rows.1: covered_until", ()),
        ("INVALID_FIELD", "rows.1: a row of the page has this key", ()),
        ("UNKNOWN_AREA", "rows.1: insured_area: 640100", ()),
    ]

    [page, again] = await driver.hear(EnrollPersons(rows=known), EnrollPersons(rows=known))
    [fact] = page.facts
    assert isinstance(fact, CoveragesChanged) and [one.person_id for one in fact.rows] == ["P2", "P3"]
    [told] = alone.facts
    assert isinstance(told, CoverageChanged) and fact.rows[1] == told.model_copy(update={"person_id": "P3"})
    assert not again.facts and again.answer and again.answer.accepted
    rows = await driver.fetch("SELECT person_id FROM coverage ORDER BY 1")
    assert [row[0] for row in rows] == ["P1", "P2", "P3"]

    hospitals = PublishInstitutions(rows=(hospital(1), hospital(2)))
    [by_stranger] = await driver.hear(hospitals, source="nobody")
    [listed] = await driver.hear(hospitals, source="center-a")
    assert by_stranger.answer and by_stranger.answer.code == "OPERATOR_ONLY"
    assert [type(fact) for fact in listed.facts] == [InstitutionsPublished]


async def kept(driver: Driver, table: str, page: Body, rows: Sequence[Body]) -> list[list[Any]]:
    """What a service keeps of a page, and of other rows one by one, but for their names; each heard twice."""
    found: list[list[Any]] = []
    for bodies in ([page], rows):
        await driver.hear(*bodies)
        await driver.hear(*bodies)
        held = await driver.fetch(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608 (our own words)
        found.append([tuple(row)[1:] for row in held[sum(len(one) for one in found) :]])
    return found


async def test_services_keep_of_a_page_what_they_keep_of_its_rows(driver_for: DriverFor) -> None:
    told, others = (
        tuple(
            CoverageChanged(**{**dict(person(f"{name}{number}")), "applies_from": since})
            for number, since in enumerate((JANUARY, MARCH, MAY))
        )
        for name in ("P", "Q")
    )
    listed, more = (
        tuple(InstitutionPublished(**dict(hospital(number))) for number in numbers)
        for numbers in ((1, 2, 3), (4, 5, 6))
    )
    for service in (settlement.SERVICE, referral.SERVICE, CLEARING):
        driver = await driver_for(service)
        if service is not CLEARING:
            page, alone = await kept(driver, "known_coverage", CoveragesChanged(rows=told), others)
            assert len(page) == 3 and page == alone
        page, alone = await kept(driver, "known_institution", InstitutionsPublished(rows=listed), more)
        assert len(page) == 3 and page == alone


async def test_what_is_told_of_a_day_takes_the_place_of_what_was_told_of_later_ones(
    driver_for: DriverFor,
) -> None:
    told = [
        CoverageChanged(**{**dict(person("P1")), "applies_from": since, "status": status})
        for since, status in ((JANUARY, "normal"), (MAY, "suspended"), (MARCH, "terminated"))
    ]
    for service in (settlement.SERVICE, referral.SERVICE):
        driver = await driver_for(service)
        await driver.hear(*told[:2])
        await driver.hear(CoveragesChanged(rows=(told[2],)))
        rows = await driver.fetch("SELECT applies_from, status FROM known_coverage ORDER BY 1")
        assert [tuple(row) for row in rows] == [(JANUARY, "normal"), (MARCH, "terminated")]
