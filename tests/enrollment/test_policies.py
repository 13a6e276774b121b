"""Publishing policies in the service, on a real database."""

import tomllib
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import services.enrollment
from services.enrollment import SERVICE
from shared.bus.message import Decision
from shared.bus.service import Service
from shared.messages.enrollment import (
    PolicyPublished,
    PublishPolicy,
    RegisterCenter,
    Registered,
    RegisterNode,
)
from tests.driver import Driver

SAMPLE = Path(services.enrollment.__file__).parent / "sample" / "policies" / "511900-390-2023.toml"


def policy(**changed: Any) -> PublishPolicy:
    """The residents' policy of Bazhong, as it travels."""
    given = tomllib.loads(SAMPLE.read_text(encoding="utf-8"), parse_float=str)
    dates = {name: value.isoformat() for name, value in given.items() if isinstance(value, date)}
    return PublishPolicy(policy_id="511900-390-2023", policy={**given, **dates, **changed})


@pytest.fixture
async def enrollment(driver_for: Callable[[Service], Awaitable[Driver]]) -> Driver:
    """The service, with Bazhong's node and center and those of Chengdu."""
    driver = await driver_for(SERVICE)
    for node_id, center_id in (("bazhong", "511900"), ("chengdu", "510100")):
        node = RegisterNode(node_id=node_id, name=node_id, kind="center")
        await driver.hear(node, RegisterCenter(center_id=center_id, name=center_id, node_id=node_id))
    return driver


def code(decision: Decision) -> str:
    """The answer's code; a refusal says nothing else."""
    assert decision.answer is not None
    if not decision.answer.accepted:
        assert not decision.facts and not decision.rows
    return decision.answer.code


@pytest.mark.requirement("ENR-17")
async def test_a_policy_is_published_whole(enrollment: Driver) -> None:
    [decision] = await enrollment.hear(policy(), source="bazhong")
    assert code(decision) == "OK"
    assert list(decision.facts) == [PolicyPublished(**dict(policy()))]


async def test_a_policy_that_looks_like_a_slip_is_published_with_a_warning(enrollment: Driver) -> None:
    [decision] = await enrollment.hear(policy(sources=[]))
    assert decision.answer and isinstance(decision.answer.result, Registered)
    [warning] = decision.answer.result.warnings
    assert warning.startswith("sources")


@pytest.mark.requirement("ENR-17")
async def test_a_published_version_is_never_changed(enrollment: Driver) -> None:
    await enrollment.hear(policy())
    changed = policy(in_force_until="2029-01-01")
    [same, other] = await enrollment.hear(policy(), changed)
    assert [code(same), code(other)] == ["OK", "POLICY_ID_TAKEN"]
    assert not same.facts


@pytest.mark.parametrize(
    ("changed", "expected", "where"),
    [
        ({"scheme": "999"}, "INVALID_POLICY", "scheme"),
        ({"inpatient": {}}, "INVALID_POLICY", "inpatient.pool_cap_fen"),
        ({"in_force_until": "2022-01-01"}, "INVALID_POLICY", "in_force_until"),
        ({"surprise": 1}, "INVALID_POLICY", "surprise"),
        ({"policy_id": "other"}, "INVALID_POLICY", "policy_id"),
        ({"insured_area": "370300"}, "UNKNOWN_AREA", "insured_area"),
    ],
)
async def test_a_policy_with_a_fault_is_refused_with_its_place(
    enrollment: Driver, changed: dict[str, Any], expected: str, where: str
) -> None:
    [decision] = await enrollment.hear(policy(**changed))
    assert code(decision) == expected
    assert decision.answer and where in decision.answer.where


async def test_another_place_cannot_publish_it(enrollment: Driver) -> None:
    [decision] = await enrollment.hear(policy(), source="chengdu")
    assert code(decision) == "AREA_NOT_YOURS"
