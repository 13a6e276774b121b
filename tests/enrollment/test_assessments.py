"""The yearly assessment of institutions: by who holds them, mended and withdrawn, and open to all."""

import json
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from services.enrollment import SERVICE
from shared.bus.service import Service
from shared.messages.enrollment.network.assessments import InstitutionAssessed, RecordAssessment
from tests.clearing.given.command import run
from tests.enrollment.test_registers import center, code, institution, node
from tests.given.driver import Driver

HOSPITAL, DAY = "H51010000001", date(2026, 3, 2)


def assessed(**changed: Any) -> RecordAssessment:
    """A hospital of Chengdu passed last year's assessment."""
    given = {
        "institution_id": HOSPITAL,
        "year": 2025,
        "score": 92,
        "outsiders_score": 88,
        "outcome": "passed",
        "reason": "年度考核通报 3",
    }
    return RecordAssessment(**{**given, **changed})


@pytest.mark.requirement("ENR-26")
@pytest.mark.requirement("ENR-27")
async def test_an_assessment_is_of_who_holds_the_institution_and_told_to_all(
    driver_for: Callable[[Service], Awaitable[Driver]], database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = await driver_for(SERVICE)
    await driver.hear(node("chengdu", "center"), node("bazhong", "center"), node("huaxi"))
    await driver.hear(center("510100", "chengdu"), center("511900", "bazhong"), institution())
    steps: list[tuple[RecordAssessment, str, str, int]] = [
        (assessed(), "bazhong", "AREA_NOT_YOURS", 0),
        (assessed(), "huaxi", "OPERATOR_ONLY", 0),
        (assessed(year=2027), "chengdu", "DATE_NOT_POSSIBLE", 0),
        (assessed(institution_id="H51010000009"), "chengdu", "UNKNOWN_INSTITUTION", 0),
        (assessed(score=20, outcome="failed"), "chengdu", "OK", 1),
        (assessed(), "chengdu", "OK", 1),
        (assessed(), "chengdu", "OK", 0),
        (assessed(year=2024, outcome="to_improve"), "chengdu", "OK", 1),
    ]
    facts: list[Any] = []
    for body, source, expected, said in steps:
        [decision] = await driver.hear(body, source=source, day=DAY)
        assert (code(decision), len(decision.facts)) == (expected, said)
        facts += decision.facts
    assert facts[1] == InstitutionAssessed(**dict(assessed()), assessed_on=DAY, node_id="chengdu")
    [again] = await driver.hear(assessed(), source="chengdu", day=date(2026, 5, 6))
    assert code(again) == "OK" and not again.facts

    monkeypatch.setenv("YIDI_POSTGRES", database)
    listed = json.loads((await run("directory", "assessments", "--area", "510000", "--json")).stdout)
    assert [(one["year"], one["score"], one["outsiders_score"]) for one in listed] == [
        (2024, 92, 88),
        (2025, 92, 88),
    ]
    [told] = await driver.hear(assessed(outcome="withdrawn"), source="chengdu", day=DAY)
    assert code(told) == "OK" and told.facts
    shown = (await run("directory", "assessments", "--after", f"{HOSPITAL}/2023")).stdout
    assert f"{HOSPITAL} 2024: 92, 88, to_improve" in shown and f"{HOSPITAL} 2025" not in shown
