"""The rollout: areas are connected, published and started by whoever answers for them, for days to come."""

import json
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from services.enrollment import SERVICE
from shared.bus.service import Service
from shared.messages.enrollment.network.rollout import MoveRollout, RolloutMoved, RolloutStage
from shared.messages.enrollment.registers import OpenDay
from tests.clearing.given.command import run
from tests.enrollment.test_registers import center, code, institution, node
from tests.given.driver import Driver

MARCH_2, MARCH_9, JUNE_1 = date(2026, 3, 2), date(2026, 3, 9), date(2026, 6, 1)


def rollout(stage: RolloutStage, area: str = "511900", **more: Any) -> MoveRollout:
    """A step of an area, with an invented reason."""
    return MoveRollout(area=area, stage=stage, reason="联调报告 7", **more)


@pytest.fixture
async def enrollment(driver_for: Callable[[Service], Awaitable[Driver]]) -> Driver:
    """The service, with Sichuan's, Bazhong's and Chengdu's centers."""
    driver = await driver_for(SERVICE)
    await driver.hear(node("sichuan", "province"), node("bazhong", "center"), node("chengdu", "center"))
    await driver.hear(center("510000", "sichuan"), center("511900", "bazhong"), center("510100", "chengdu"))
    return driver


@pytest.mark.requirement("HUB-15")
async def test_an_area_is_connected_published_and_started_and_each_step_is_told(enrollment: Driver) -> None:
    steps: list[tuple[MoveRollout, date, str, int]] = [
        (rollout("started"), MARCH_2, "INVALID_FIELD stage: - → started", 0),
        (rollout("connected"), MARCH_2, "OK", 1),
        (rollout("started"), MARCH_2, "INVALID_FIELD stage: connected → started", 0),
        (rollout("published", applies_from=date(2026, 3, 1)), MARCH_2,
         "DATE_NOT_POSSIBLE applies_from: 2026-03-01", 0),
        (rollout("published"), MARCH_2, "OK", 1),
        (rollout("started", applies_from=JUNE_1), MARCH_9, "OK", 1),
        (rollout("started", applies_from=JUNE_1), MARCH_9, "OK", 0),
        (rollout("started"), MARCH_9, "OK", 0),
        (rollout("started", applies_from=MARCH_9), MARCH_9, "INVALID_FIELD stage: started → started", 0),
        (rollout("published"), MARCH_9, "DATE_NOT_POSSIBLE applies_from: 2026-03-09", 0),
        (rollout("published", applies_from=JUNE_1), MARCH_9, "OK", 1),
    ]  # fmt: skip
    facts: list[Any] = []
    for body, day, expected, said in steps:
        [decision] = await enrollment.hear(body, source="bazhong", day=day)
        assert decision.answer
        assert f"{decision.answer.code} {decision.answer.where}".strip() == expected
        assert len(decision.facts) == said
        facts += decision.facts
    assert [(one.stage, one.applies_from, one.moved_on, one.node_id) for one in facts] == [
        ("connected", MARCH_2, MARCH_2, "bazhong"),
        ("published", MARCH_2, MARCH_2, "bazhong"),
        ("started", JUNE_1, MARCH_9, "bazhong"),
        ("published", JUNE_1, MARCH_9, "bazhong"),
    ]
    [row] = await enrollment.fetch("SELECT version, content FROM register WHERE kind = 'rollout'")
    assert row[0] == 4


@pytest.mark.requirement("OUT-05")
async def test_each_kind_of_care_and_each_disease_has_stages_of_its_own(enrollment: Driver) -> None:
    of_care = {"service": "chronic"}, {"service": "chronic", "disease": "M03900"}, {"service": "outpatient"}
    decisions = await enrollment.hear(*(rollout("published", **one) for one in ({}, *of_care)))
    assert [code(one) for one in decisions] == ["OK"] * 4
    assert all(isinstance(one.facts[0], RolloutMoved) for one in decisions)
    names = await enrollment.fetch("SELECT subject_id FROM register WHERE kind = 'rollout' ORDER BY 1")
    assert [row[0] for row in names] == [
        "511900", "511900/chronic", "511900/chronic/M03900", "511900/outpatient"
    ]  # fmt: skip
    [wrong] = await enrollment.hear(rollout("published", service="inpatient", disease="M03900"))
    assert code(wrong) == "INVALID_FIELD"
    [early] = await enrollment.hear(rollout("published", "510100"), day=None)
    assert code(early) == "INVALID_FIELD"  # before any day, the day has to be told


@pytest.mark.requirement("HUB-15")
async def test_the_progress_of_provinces_is_told(
    enrollment: Driver, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIDI_POSTGRES", database)
    await enrollment.hear(OpenDay(opens_on=MARCH_9), node("huaxi"), institution(), day=None)
    await enrollment.hear(
        rollout("published", "510000"),
        rollout("connected", "511900", applies_from=MARCH_2),
        rollout("published", "511900", applies_from=JUNE_1),
        rollout("published", "510100", service="chronic"),
        day=MARCH_2,
    )
    [sichuan] = json.loads((await run("directory", "progress", "--json")).stdout)
    assert sichuan == {
        "area": "510000",
        "stage": "published",
        "areas": {"connected": 1},
        "institutions": {"published": 1},
        "moved_on": "2026-03-02",
    }
    [chengdu] = json.loads((await run("directory", "rollout", "--area", "510100", "--json")).stdout)
    assert (chengdu["service"], chengdu["stage"]) == ("chronic", "published")
    shown = (await run("directory", "rollout", "--area", "511900")).stdout.splitlines()
    assert shown[1].split() == ["connected", "2026-03-02", "→", "published", "2026-06-01"]
    assert "510000 四川省: published" in (await run("directory", "progress")).stdout
