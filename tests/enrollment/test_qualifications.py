"""Chronic diseases that persons qualify for: who may register them, of whom, and what is told."""

from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.cli.registry_import.folder import read_registry
from services.enrollment import SERVICE
from shared.bus.service import Service
from shared.messages.enrollment.qualification import DiseaseQualified, QualifyDisease
from shared.messages.enrollment.registers import EnrollPerson, RegisterCenter, RegisterNode
from tests.given.driver import Driver

JANUARY, JULY = date(2026, 1, 1), date(2026, 7, 1)


def qualify(**given: Any) -> QualifyDisease:
    values: dict[str, Any] = {
        "insured_area": "511900",
        "disease": "M03900",
        "qualified_from": JANUARY,
        **given,
    }
    return QualifyDisease(**{"person_id": "P1", **values})


ASKED: list[tuple[str, dict[str, Any], str]] = [
    ("bazhong", {}, "OK"),
    ("operator", {"qualified_until": JULY}, "OK"),
    ("henan", {}, "PERSON_NOT_YOURS"),
    ("huaxi", {}, "OPERATOR_ONLY"),
    ("bazhong", {"person_id": "P2"}, "UNKNOWN_PERSON"),
    ("operator", {"insured_area": "410100"}, "UNKNOWN_PERSON"),
    ("bazhong", {"qualified_until": JANUARY}, "OK"),  # an error taken back: it holds on no day
    ("bazhong", {"qualified_until": date(2025, 12, 31)}, "DATE_NOT_POSSIBLE"),
]


@pytest.mark.requirement("OUT-02")
@pytest.mark.parametrize(("source", "given", "code"), ASKED)
async def test_the_insured_place_says_who_qualifies(
    driver_for: Callable[[Service], Awaitable[Driver]], source: str, given: dict[str, Any], code: str
) -> None:
    driver = await driver_for(SERVICE)
    for node_id, center_id in (("bazhong", "511900"), ("henan", "410000")):
        node = RegisterNode(node_id=node_id, name=node_id, kind="center")
        await driver.hear(node, RegisterCenter(center_id=center_id, name=center_id, node_id=node_id))
    await driver.hear(RegisterNode(node_id="huaxi", name="huaxi", kind="hospital"))
    await driver.hear(
        EnrollPerson(
            person_id="P1", scheme="390", insured_area="511900", status="normal", covered_from=JANUARY
        )
    )

    body = qualify(**given)
    [decision] = await driver.hear(body, source=source)

    assert decision.answer and decision.answer.code == code
    assert list(decision.facts) == ([DiseaseQualified(**dict(body))] if code == "OK" else [])


def test_a_file_of_qualifications_comes_after_the_persons(tmp_path: Path) -> None:
    header = "person_id,insured_area,disease,qualified_from,qualified_until"
    (tmp_path / "qualifications.csv").write_text(f"{header}\nP1,511900,M03900,2026-01-01,\n", "utf-8")

    registry = read_registry(tmp_path)

    assert not registry.faults
    assert [entry.body for entry in registry.stages[-1]] == [qualify()]
