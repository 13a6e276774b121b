"""The life of institutions: applied, accepted, connected, published, suspended; and how they change hands."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from services.enrollment import SERVICE
from shared.bus.message import Decision
from shared.bus.service import Service
from shared.messages.enrollment.network.institutions import (
    ApplyInstitution,
    HandOverInstitution,
    InstitutionHandedOver,
    InstitutionMoved,
    MoveInstitution,
    Stage,
    TakeOverInstitution,
)
from shared.messages.enrollment.registers import InstitutionPublished
from tests.enrollment.test_registers import center, code, institution, node
from tests.given.driver import Driver

HOSPITAL, PHARMACY = "H51010000001", "P51010000001"
MARCH_2, MARCH_9 = date(2026, 3, 2), date(2026, 3, 9)


def applies(name: str = HOSPITAL, **changed: Any) -> ApplyInstitution:
    """An application of Chengdu at the node `huaxi`."""
    services = ("pharmacy",) if name.startswith("P") else ("inpatient",)
    given = {"name": "机构", "area": "510100", "tier": "3", "node_id": "huaxi", "services": services}
    return ApplyInstitution(institution_id=name, **{**given, **changed})


def move(stage: Stage, name: str = HOSPITAL, **more: Any) -> MoveInstitution:
    """A step with an invented reason."""
    return MoveInstitution(institution_id=name, stage=stage, reason="联调报告 7", **more)


def told(decision: Decision) -> list[tuple[str, Any]]:
    """The stages and statuses that a decision says, with their days."""
    stages = [
        (fact.stage, fact.moved_on)
        if isinstance(fact, InstitutionMoved)
        else (fact.status, fact.applies_from)
        for fact in decision.facts
        if isinstance(fact, InstitutionMoved | InstitutionPublished)
    ]
    return [*stages]


@pytest.fixture
async def enrollment(driver_for: Callable[[Service], Awaitable[Driver]]) -> Driver:
    """The service, with Sichuan's, Chengdu's and Bazhong's centers, and two hospitals' nodes."""
    driver = await driver_for(SERVICE)
    await driver.hear(node("huaxi"), node("group", "group"), node("sichuan", "province"))
    await driver.hear(node("chengdu", "center"), node("bazhong", "center"))
    await driver.hear(center("510000", "sichuan"), center("510100", "chengdu"), center("511900", "bazhong"))
    return driver


@pytest.mark.requirement("ENR-08")
@pytest.mark.requirement("ENR-24")
@pytest.mark.parametrize("name", [HOSPITAL, PHARMACY])
async def test_whoever_applies_is_accepted_connected_published_and_suspended(
    enrollment: Driver, name: str
) -> None:
    [applied] = await enrollment.hear(applies(name), source="huaxi", day=MARCH_2)
    assert told(applied) == [("applied", MARCH_2), ("nominated", None)]
    stages: tuple[Stage, ...] = ("accepted", "connected", "published", "suspended", "published")
    steps = [(await enrollment.hear(move(stage, name), source="chengdu", day=MARCH_9))[0] for stage in stages]
    assert [told(step) for step in steps] == [
        [("accepted", MARCH_9)],
        [("connected", MARCH_9)],
        [("published", MARCH_9), ("published", MARCH_9)],
        [("suspended", MARCH_9), ("suspended", MARCH_9)],
        [("published", MARCH_9), ("published", MARCH_9)],
    ]
    [fact] = [fact for fact in steps[1].facts if isinstance(fact, InstitutionMoved)]
    assert (fact.reason, fact.node_id) == ("联调报告 7", "chengdu")
    [row] = await enrollment.fetch("SELECT content FROM register WHERE kind = 'steps'")
    assert row[0].count("联调报告 7") == len(stages)


PATHS: list[tuple[tuple[Stage, ...], str]] = [
    (("published",), "INSTITUTION_STATE"),
    (("connected",), "INSTITUTION_STATE"),
    (("accepted", "published"), "INSTITUTION_STATE"),
    (("accepted", "applied"), "OK"),  # taken back
    (("accepted", "connected", "accepted"), "OK"),  # taken back
    (("accepted", "accepted"), "OK"),  # the same again
    (("refused", "accepted"), "INSTITUTION_STATE"),
    (("accepted", "suspended"), "INSTITUTION_STATE"),
]


@pytest.mark.requirement("ENR-08")
@pytest.mark.parametrize(("path", "expected"), PATHS)
async def test_no_step_is_left_out_and_each_can_be_taken_back(
    enrollment: Driver, path: tuple[Stage, ...], expected: str
) -> None:
    decisions = await enrollment.hear(applies(), *map(move, path))
    assert [code(one) for one in decisions] == ["OK"] * len(path) + [expected]
    [listed] = await enrollment.hear(institution())
    assert code(listed) == "INSTITUTION_STATE"  # an agency's list does not lead round the steps


async def test_who_may_apply_and_who_decides(enrollment: Driver) -> None:
    for source, expected in (("group", "OPERATOR_ONLY"), ("bazhong", "AREA_NOT_YOURS"), ("chengdu", "OK")):
        [decision] = await enrollment.hear(applies(), source=source)
        assert code(decision) == expected
    [again] = await enrollment.hear(applies(tier="2"), source="huaxi")
    [same] = await enrollment.hear(applies(), source="huaxi")
    assert (code(same), same.facts) == ("OK", ())
    [strange] = await enrollment.hear(applies(PHARMACY, services=("inpatient",)), source="huaxi")
    assert (code(again), code(strange)) == ("INSTITUTION_STATE", "INVALID_FIELD")
    for source, expected in (("huaxi", "OPERATOR_ONLY"), ("bazhong", "AREA_NOT_YOURS"), ("sichuan", "OK")):
        [decision] = await enrollment.hear(move("refused"), source=source)
        assert code(decision) == expected
    [taken, anew] = [
        (await enrollment.hear(applies(node_id=name), source=name))[0] for name in ("group", "huaxi")
    ]
    assert (code(taken), code(anew)) == ("INSTITUTION_STATE", "OK")
    [unknown] = await enrollment.hear(move("accepted", "H51010000009"))
    assert code(unknown) == "UNKNOWN_INSTITUTION"


@pytest.mark.requirement("ENR-24")
async def test_one_from_a_list_is_moved_on_from_where_the_list_has_it(enrollment: Driver) -> None:
    await enrollment.hear(institution(), institution(institution_id="H51010000002", status="nominated"))
    listed, straight = await enrollment.hear(
        move("suspended", applies_from=MARCH_9), move("published", "H51010000002"), day=MARCH_2
    )
    assert told(listed) == [("suspended", MARCH_2), ("suspended", MARCH_9)]
    assert code(straight) == "INSTITUTION_STATE"


@pytest.mark.requirement("ENR-08")
async def test_a_published_institution_changes_hands_only_by_both_nodes(enrollment: Driver) -> None:
    give = HandOverInstitution(institution_id=HOSPITAL, to_node_id="group")
    take = TakeOverInstitution(institution_id=HOSPITAL, from_node_id="huaxi")
    await enrollment.hear(institution())
    asked = [
        ("operator", institution(node_id="group"), "HAND_OVER_FIRST"),
        ("group", take, "HAND_OVER_FIRST"),
        ("group", give, "OPERATOR_ONLY"),
        ("bazhong", give, "AREA_NOT_YOURS"),
        ("huaxi", give.model_copy(update={"to_node_id": "nobody"}), "UNKNOWN_NODE"),
        ("huaxi", give, "OK"),
        ("bazhong", take, "HAND_OVER_FIRST"),
        ("huaxi", give.model_copy(update={"to_node_id": "huaxi"}), "OK"),  # the offer is taken back
        ("group", take, "HAND_OVER_FIRST"),
        ("chengdu", give, "OK"),
        ("group", take.model_copy(update={"from_node_id": "chengdu"}), "INVALID_FIELD"),
        ("group", take, "OK"),
        ("group", take, "HAND_OVER_FIRST"),
    ]
    for source, body, expected in asked:
        [decision] = await enrollment.hear(body, source=source, day=MARCH_9)
        assert code(decision) == expected, (source, body)
        if body == take and expected == "OK":
            handed, shown = decision.facts
            assert isinstance(handed, InstitutionHandedOver) and handed.outcome == "taken_over"
            assert isinstance(shown, InstitutionPublished)
            assert (shown.node_id, shown.applies_from) == ("group", MARCH_9)


@pytest.mark.requirement("ENR-08")
async def test_a_code_outlives_a_change_of_area(enrollment: Driver) -> None:
    await enrollment.hear(institution())
    moved = institution(area="511900")
    answers = [
        code((await enrollment.hear(moved, source=name, day=MARCH_9))[0])
        for name in ("chengdu", "bazhong", "sichuan")
    ]
    assert answers == ["AREA_NOT_YOURS", "AREA_NOT_YOURS", "OK"]
    [new] = await enrollment.hear(institution(institution_id="H51010000002", area="511900"))
    assert code(new) == "INVALID_FIELD"
