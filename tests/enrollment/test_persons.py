"""Persons' coverage in the service, on a real database: one basic scheme per person and period."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from services.enrollment import SERVICE
from shared.bus.message import Decision
from shared.bus.service import Service
from shared.messages.enrollment.network.double_coverage import DoubleCoverageFound
from shared.messages.enrollment.register_pages import EnrollPersons
from shared.messages.enrollment.registers import (
    CoverageChanged,
    EnrollPerson,
    OpenDay,
    RegisterCenter,
    RegisterNode,
)
from tests.given.driver import Driver

JANUARY, MARCH_2, JULY = date(2026, 1, 1), date(2026, 3, 2), date(2026, 7, 1)
MARCH_5, MARCH_9 = date(2026, 3, 5), date(2026, 3, 9)


def enroll(scheme: str = "390", area: str = "511900", **changed: Any) -> EnrollPerson:
    """P1, covered normally from January on."""
    given = {"person_id": "P1", "status": "normal", "covered_from": JANUARY, **changed}
    return EnrollPerson(scheme=scheme, insured_area=area, **given)


@pytest.fixture
async def enrollment(driver_for: Callable[[Service], Awaitable[Driver]]) -> Driver:
    """The service, with Bazhong's node and center and those of Henan."""
    driver = await driver_for(SERVICE)
    for node_id, center_id in (("bazhong", "511900"), ("henan", "410000")):
        node = RegisterNode(node_id=node_id, name=node_id, kind="center")
        await driver.hear(node, RegisterCenter(center_id=center_id, name=center_id, node_id=node_id))
    await driver.hear(RegisterNode(node_id="huaxi", name="huaxi", kind="hospital"))
    return driver


def codes(decisions: list[Decision]) -> list[str]:
    """The answers' codes; a refusal says nothing else."""
    for decision in decisions:
        assert decision.answer and (decision.answer.accepted or not (decision.facts or decision.rows))
    return [decision.answer.code for decision in decisions if decision.answer]


@pytest.mark.requirement("ENR-06")
@pytest.mark.parametrize(("scheme", "area"), [("310", "511900"), ("390", "511900"), ("380", "411525")])
async def test_a_person_is_covered_by_one_of_three_schemes(
    enrollment: Driver, scheme: str, area: str
) -> None:
    body = enroll(scheme, area, retired=True, identities=("low_income", "orphan"), account_balance_fen=120)
    [decision] = await enrollment.hear(body)
    assert list(decision.facts) == [CoverageChanged(**{**dict(body), "applies_from": JANUARY})]
    [again] = await enrollment.hear(body)
    assert codes([again]) == ["OK"] and not again.facts


PERIODS = [
    ("two schemes at once", enroll(), enroll("310"), "ALREADY_ENROLLED"),
    ("the same scheme elsewhere", enroll(), enroll(area="411525"), "ALREADY_ENROLLED"),
    ("suspended is covered still", enroll(status="suspended"), enroll("310"), "ALREADY_ENROLLED"),
    ("one after the other", enroll(covered_until=JULY), enroll("310", covered_from=JULY), "OK"),
    ("one before the other", enroll(covered_from=JULY), enroll("310", covered_until=JULY), "OK"),
    ("a day of both", enroll(covered_until=date(2026, 7, 2)), enroll("310", covered_from=JULY),
     "ALREADY_ENROLLED"),
    ("the old one terminated", enroll(status="terminated"), enroll("310"), "OK"),
    ("a new one that is terminated", enroll(), enroll("310", status="terminated"), "OK"),
    ("the same one changed", enroll(), enroll(status="suspended"), "OK"),
    ("another person", enroll(), enroll("310", person_id="P2"), "OK"),
]  # fmt: skip


@pytest.mark.requirement("ENR-07")
@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(("case", "first", "second", "expected"), PERIODS, ids=[case[0] for case in PERIODS])
async def test_a_person_has_one_basic_scheme_at_a_time(
    enrollment: Driver, case: str, first: EnrollPerson, second: EnrollPerson, expected: str, together: bool
) -> None:
    batches = [(first, second)] if together else [(first,), (second,)]
    decisions = [decision for batch in batches for decision in await enrollment.hear(*batch)]
    assert codes(decisions) == ["OK", expected]


@pytest.mark.requirement("ENR-07")
@pytest.mark.parametrize("in_a_page", [False, True])
async def test_both_places_are_told_of_a_person_whom_they_would_insure_twice(
    enrollment: Driver, in_a_page: bool
) -> None:
    await enrollment.hear(enroll())
    second = enroll("310", area="411525", covered_from=JULY)
    asked = EnrollPersons(rows=(enroll(person_id="P2"), second)) if in_a_page else second
    [refused] = await enrollment.hear(asked, day=MARCH_9)
    assert codes([refused]) == ["ALREADY_ENROLLED"]
    found = DoubleCoverageFound(
        person_id="P1",
        scheme="310",
        insured_area="411525",
        held_scheme="390",
        held_area="511900",
        covered_from=JULY,
        told_on=MARCH_9,
    )
    assert {notice.node_id: notice.body for notice in refused.notices} == {"henan": found, "bazhong": found}
    [within] = await enrollment.hear(enroll("310"), day=MARCH_9)
    assert [notice.node_id for notice in within.notices] == ["bazhong"]


ENDS: list[tuple[dict[str, Any], str]] = [
    ({"status": "terminated", "ended_because": "died", "covered_until": MARCH_2}, "OK"),
    ({"status": "suspended", "ended_because": "unpaid"}, "OK"),
    ({"covered_until": JULY, "ended_because": "moved"}, "OK"),
    ({"ended_because": "moved"}, "INVALID_FIELD"),
    ({}, "OK"),
]


@pytest.mark.requirement("ENR-05")
async def test_why_a_coverage_ends_is_told_to_all_and_taken_back_with_it(enrollment: Driver) -> None:
    await enrollment.hear(enroll())
    told = []
    for given, expected in ENDS:
        [decision] = await enrollment.hear(enroll(**given), day=MARCH_9)
        assert codes([decision]) == [expected], given
        told += [dict(fact)["ended_because"] for fact in decision.facts]
    assert told == ["died", "unpaid", "moved", None]
    rows = await enrollment.fetch("SELECT ended_because FROM coverage ORDER BY applies_from DESC LIMIT 1")
    assert [tuple(row) for row in rows] == [(None,)]


async def test_a_person_changes_scheme_in_one_batch_and_back_in_the_next(enrollment: Driver) -> None:
    await enrollment.hear(enroll())
    for old, new, since in (("390", "310", MARCH_2), ("310", "390", JULY)):
        left, begun = enroll(old, status="terminated", applies_from=since), enroll(new, covered_from=since)
        assert codes(await enrollment.hear(left, begun)) == ["OK", "OK"]
    rows = await enrollment.fetch(
        "SELECT scheme, status, version, applies_from, applies_until FROM coverage ORDER BY scheme, version"
    )
    assert [tuple(row) for row in rows] == [
        ("310", "normal", 1, MARCH_2, JULY),
        ("310", "terminated", 2, JULY, None),
        ("390", "normal", 1, JANUARY, MARCH_2),
        ("390", "terminated", 2, MARCH_2, JULY),
        ("390", "normal", 3, JULY, None),
    ]


DEAD: dict[str, Any] = {"status": "terminated", "covered_until": MARCH_5}
TOLD = [
    # case, told before, told on 9 March, from which day on it holds
    ("the first time", [], enroll(), JANUARY),
    ("a suspension", [enroll()], enroll(status="suspended"), MARCH_9),
    ("a retirement", [enroll()], enroll(retired=True), MARCH_9),
    ("a retirement of a day given", [enroll()], enroll(retired=True, applies_from=MARCH_2), MARCH_2),
    ("a death on 4 March", [enroll()], enroll(**DEAD), MARCH_5),
    ("an end to come", [enroll()], enroll(covered_until=JULY), MARCH_9),
    ("a renewal before the end", [enroll(covered_until=JULY)], enroll(), MARCH_9),
    ("a renewal that comes late", [enroll(covered_until=MARCH_2)], enroll(), MARCH_2),
    ("enrolled again", [enroll(**DEAD)], enroll(covered_from=JULY), JULY),
    ("begun before what was told", [enroll(covered_from=MARCH_5)], enroll(), JANUARY),
    ("what a later day was told", [enroll(), enroll(retired=True, applies_from=JULY)],
     enroll(status="suspended"), MARCH_9),
]  # fmt: skip


@pytest.mark.requirement("ENR-05")
@pytest.mark.parametrize(("case", "before", "told", "since"), TOLD, ids=[case[0] for case in TOLD])
async def test_what_is_told_of_a_coverage_holds_from_a_day_on(
    enrollment: Driver, case: str, before: list[EnrollPerson], told: EnrollPerson, since: date
) -> None:
    await enrollment.hear(*before)
    [decision] = await enrollment.hear(told, day=MARCH_9)
    assert list(decision.facts) == [CoverageChanged(**{**dict(told), "applies_from": since})]
    [newest] = await enrollment.fetch("SELECT applies_from FROM coverage WHERE applies_until IS NULL")
    assert newest["applies_from"] == since


async def test_a_scheme_that_was_left_today_covers_the_days_before(enrollment: Driver) -> None:
    await enrollment.hear(enroll(), enroll(status="terminated"), day=MARCH_9)
    begun = [enroll("310", covered_from=day) for day in (MARCH_5, MARCH_9)]
    assert codes(await enrollment.hear(*begun, day=MARCH_9)) == ["ALREADY_ENROLLED", "OK"]
    enrolled_by_mistake = enroll(status="terminated", applies_from=JANUARY)
    assert codes(await enrollment.hear(enrolled_by_mistake, enroll("310"), day=MARCH_9)) == ["OK", "OK"]


REFUSALS = [
    ("the insured place's own center", "bazhong", enroll(), "OK"),
    ("a county of it", "bazhong", enroll(area="511902"), "OK"),
    ("another place's center", "henan", enroll(), "PERSON_NOT_YOURS"),
    ("a hospital", "huaxi", enroll(), "OPERATOR_ONLY"),
    ("an area without a center", "operator", enroll(area="370300"), "UNKNOWN_AREA"),
    ("an end before the beginning", "operator", enroll(covered_until=JANUARY), "DATE_NOT_POSSIBLE"),
    ("a balance of a day to come", "operator", enroll(account_balance_on=JULY), "DATE_NOT_POSSIBLE"),
]


@pytest.mark.parametrize(("case", "source", "body", "expected"), REFUSALS, ids=[case[0] for case in REFUSALS])
async def test_the_insured_place_enrolls_its_own(
    enrollment: Driver, case: str, source: str, body: EnrollPerson, expected: str
) -> None:
    assert codes(await enrollment.hear(body, source=source)) == [expected]


async def test_the_same_balance_of_another_day_is_news(enrollment: Driver) -> None:
    """What was spent before that day is in it: kept from the patient, it would be taken off twice."""
    await enrollment.hear(OpenDay(opens_on=MARCH_2), day=None)
    await enrollment.hear(enroll(account_balance_fen=10_000))
    [decision] = await enrollment.hear(enroll(account_balance_fen=10_000, account_balance_on=JANUARY))
    [fact] = decision.facts
    assert isinstance(fact, CoverageChanged) and fact.account_balance_on == JANUARY
    [again] = await enrollment.hear(enroll(account_balance_fen=10_000, account_balance_on=JANUARY))
    assert not again.facts
