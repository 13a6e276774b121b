"""What an area has not started is not open at the desk, for all care or for some, by the day of the care."""

from datetime import date
from typing import Any

import pytest

from shared.messages.body import Body
from shared.messages.enrollment.network.rollout import RolloutMoved
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import (
    D1,
    D2,
    D4,
    D9,
    DriverFor,
    admit,
    ask,
    line,
    open_world,
    outpatient,
    refusals,
    settle,
    stay,
)

BAZHONG, SICHUAN, CHENGDU = "511900", "510000", "510100"
CHRONIC: dict[str, Any] = {"service": "chronic"}
DIABETES: dict[str, Any] = {**CHRONIC, "disease": "M03900"}


def told(area: str, stage: Any = "published", since: date = D1, **more: Any) -> RolloutMoved:
    """The stage of an area from a day on."""
    return RolloutMoved(
        area=area, stage=stage, reason="-", applies_from=since, moved_on=since, node_id="bazhong", **more
    )


def chronic(visit: str = "V2") -> Body:
    """A bill of diabetes."""
    return outpatient(line(1), total_fen=10_000, visit_id=visit, kind="outpatient_chronic", disease="M03900")


# What was told, what is asked, the answer's code and what it names.
CASES: list[tuple[str, list[RolloutMoved], Body, str]] = [
    ("nothing was told", [], admit(), "OK"),
    ("the insured place", [told(BAZHONG)], admit(), "NOT_STARTED 511900 published"),
    ("its province", [told(SICHUAN, "connected")], admit(), "NOT_STARTED 510000 connected"),
    ("the treatment place", [told(CHENGDU)], admit(), "NOT_STARTED 510100 published"),
    ("a place apart", [told("510300")], admit(), "OK"),
    ("a city that started before its province", [told(SICHUAN), told(BAZHONG, "started")], admit(),
     "NOT_STARTED 510000 published"),
    ("started since", [told(BAZHONG), told(BAZHONG, "started", D4)], admit(admitted_on=D4), "OK"),
    ("started after the care", [told(BAZHONG), told(BAZHONG, "started", D9)], admit(admitted_on=D4),
     "NOT_STARTED 511900 published"),
    ("a start that was undone", [told(BAZHONG, "started"), told(BAZHONG)], admit(),
     "NOT_STARTED 511900 published"),
    ("chronic care, and a stay", [told(BAZHONG, **CHRONIC)], admit(), "OK"),
    ("chronic care", [told(BAZHONG, **CHRONIC)], chronic(), "NOT_STARTED 511900 chronic published"),
    ("one disease of it", [told(BAZHONG, **DIABETES)], chronic(),
     "NOT_STARTED 511900 chronic M03900 published"),
    ("all of it but one disease", [told(BAZHONG, **CHRONIC), told(BAZHONG, "started", **DIABETES)], chronic(),
     "OK"),
    ("a disease, where nothing has started", [told(BAZHONG), told(BAZHONG, "started", **DIABETES)], chronic(),
     "NOT_STARTED 511900 published"),
]  # fmt: skip


@pytest.mark.requirement("HUB-15")
@pytest.mark.requirement("OUT-05")
@pytest.mark.parametrize(("case", "facts", "asked", "expected"), CASES, ids=[one[0] for one in CASES])
def test_what_has_not_started_is_not_open_at_the_desk(
    case: str, facts: list[RolloutMoved], asked: Body, expected: str
) -> None:
    answer = Memory(*facts).decide(Memory().message(asked)).answer
    assert answer
    assert f"{answer.code} {answer.where if not answer.accepted else ''}".strip() == expected


@pytest.mark.requirement("HUB-15")
def test_a_stay_goes_on_when_its_area_stops() -> None:
    memory = Memory()
    asked = [*stay(1000), settle(1, 100_000), admit(visit_id="V2", admitted_on=D4)]
    codes = []
    for body in (asked[0], told(BAZHONG, since=D2), *asked[1:]):
        decision = memory.decide(memory.message(body))
        codes += [decision.answer.code] if decision.answer else []
    assert codes == ["OK"] * 4 + ["NOT_STARTED"]


@pytest.mark.requirement("HUB-15")
async def test_what_was_told_is_kept_for_the_batches_to_come(driver_for: DriverFor) -> None:
    stops, again = told(BAZHONG), told(BAZHONG, "started", D4)
    driver = await open_world(driver_for, again, stops)
    assert await refusals(driver, [admit()]) == ["NOT_STARTED"]
    assert (await ask(driver, admit(admitted_on=D4), day=D9)).code == "OK"
    await driver.hear(again, told(BAZHONG, since=D4), source="enrollment")
    assert (await ask(driver, admit(visit_id="V2", admitted_on=D4), day=D9)).code == "NOT_STARTED"
