"""Policies by four eyes in the service, on a real database: drafted by one, approved by another."""

import tomllib
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import services.enrollment
from services.enrollment import SERVICE
from services.enrollment.drafts import Draft, read_draft
from shared.bus.message import Decision
from shared.bus.service import Service
from shared.messages.answer import Answer
from shared.messages.body import Body
from shared.messages.enrollment.policy_versions import (
    ApprovePolicy,
    DraftPolicy,
    PolicyDrafted,
    policy_digest,
)
from shared.messages.enrollment.registers import (
    PolicyPublished,
    PublishPolicy,
    RegisterCenter,
    Registered,
    RegisterNode,
)
from tests.given.driver import Driver

SAMPLE = Path(services.enrollment.__file__).parent / "sample" / "policies" / "511900-390-2023.toml"
POLICY_ID = "511900-390-2023"


def text(**changed: Any) -> dict[str, Any]:
    """The residents' policy of Bazhong, as it travels."""
    given = tomllib.loads(SAMPLE.read_text(encoding="utf-8"), parse_float=str)
    dates = {name: value.isoformat() for name, value in given.items() if isinstance(value, date)}
    return {**given, **dates, **changed}


def draft(officer: str = "li", policy_id: str = POLICY_ID, **changed: Any) -> DraftPolicy:
    return DraftPolicy(policy_id=policy_id, policy=text(**changed), officer=officer)


def approve(officer: str = "wang", policy_id: str = POLICY_ID, **changed: Any) -> ApprovePolicy:
    """An approval of the text with these changes."""
    return ApprovePolicy(policy_id=policy_id, officer=officer, sha256=policy_digest(text(**changed)))


LATER = {"in_force_until": "2029-01-01"}


@pytest.fixture
async def enrollment(driver_for: Callable[[Service], Awaitable[Driver]]) -> Driver:
    """The service, with Bazhong's node and center and those of Chengdu, and a hospital's node."""
    driver = await driver_for(SERVICE)
    for node_id, center_id in (("bazhong", "511900"), ("chengdu", "510100")):
        node = RegisterNode(node_id=node_id, name=node_id, kind="center")
        await driver.hear(node, RegisterCenter(center_id=center_id, name=center_id, node_id=node_id))
    await driver.hear(RegisterNode(node_id="huaxi", name="huaxi", kind="hospital"))
    return driver


def answer(decision: Decision) -> Answer:
    """The answer; a refusal says nothing else."""
    assert decision.answer is not None
    if not decision.answer.accepted:
        assert not decision.facts and not decision.rows
    return decision.answer


def code(decision: Decision) -> str:
    return answer(decision).code


def registered(decision: Decision) -> Registered:
    result = answer(decision).result
    assert isinstance(result, Registered)
    return result


@pytest.mark.requirement("ENR-17")
async def test_a_policy_is_drafted_by_one_and_published_whole_by_another(enrollment: Driver) -> None:
    [drafted] = await enrollment.hear(draft(), source="bazhong")
    digest = policy_digest(text())
    assert registered(drafted).sha256 == digest
    assert list(drafted.facts) == [
        PolicyDrafted(policy_id=POLICY_ID, policy=text(), drafted_by="li", sha256=digest)
    ]
    [approved] = await enrollment.hear(approve(), source="bazhong")
    assert list(approved.facts) == [
        PolicyPublished(policy_id=POLICY_ID, policy=text(), drafted_by="li", approved_by="wang")
    ]


async def test_both_may_stand_in_one_batch(enrollment: Driver) -> None:
    decisions = await enrollment.hear(draft(), approve())
    assert [code(decision) for decision in decisions] == ["OK", "OK"]


async def test_to_publish_at_once_is_refused_and_says_what_to_do(enrollment: Driver) -> None:
    for before in ((), (draft(),), (approve(),)):
        [*_, decision] = await enrollment.hear(*before, PublishPolicy(policy_id=POLICY_ID, policy=text()))
        assert code(decision) == "DRAFT_AND_APPROVE"
        assert "ApprovePolicy" in answer(decision).advice_en


# What is sent in turn, and the code of each answer.
ORDERS: list[tuple[str, list[Body], list[str]]] = [
    ("nothing drafted", [approve()], ["UNKNOWN_DRAFT"]),
    ("another id drafted", [draft(), approve(policy_id="other")], ["OK", "UNKNOWN_DRAFT"]),
    ("the drafter himself", [draft("li"), approve("li")], ["OK", "SAME_OFFICER"]),
    ("the drafter himself, then another", [draft("li"), approve("li"), approve("wang")],
     ["OK", "SAME_OFFICER", "OK"]),
    ("a text that was never drafted", [draft(), approve(**LATER)], ["OK", "DRAFT_DIFFERS"]),
    ("replaced before the approval, by the drafter", [draft(), draft(**LATER), approve()],
     ["OK", "OK", "DRAFT_DIFFERS"]),
    ("replaced before the approval, by the one who approves", [draft(), draft("wang", **LATER), approve()],
     ["OK", "OK", "SAME_OFFICER"]),
    ("replaced, and approved by the first drafter", [draft(), draft("wang", **LATER), approve("li", **LATER)],
     ["OK", "OK", "OK"]),
    ("the same text drafted by another: his draft counts", [draft(), draft("wang"), approve("wang")],
     ["OK", "OK", "SAME_OFFICER"]),
    ("replaced and replaced back", [draft(), draft(**LATER), draft(), approve()], ["OK", "OK", "OK", "OK"]),
    ("approved twice", [draft(), approve(), approve(), approve("zhao")], ["OK", "OK", "OK", "OK"]),
    ("the drafter approves after it is published", [draft(), approve(), approve("li")],
     ["OK", "OK", "SAME_OFFICER"]),
    ("another text approved after it is published", [draft(), approve(), approve(**LATER)],
     ["OK", "OK", "POLICY_ID_TAKEN"]),
    ("another text drafted after it is published", [draft(), approve(), draft(**LATER), approve()],
     ["OK", "OK", "POLICY_ID_TAKEN", "OK"]),
    ("the same text drafted after it is published", [draft(), approve(), draft("zhao"), approve("zhao")],
     ["OK", "OK", "OK", "OK"]),
]  # fmt: skip


@pytest.mark.parametrize(("case", "sent", "expected"), ORDERS, ids=[order[0] for order in ORDERS])
async def test_who_may_approve_what(
    enrollment: Driver, case: str, sent: list[Body], expected: list[str]
) -> None:
    decisions = [decision for body in sent for decision in await enrollment.hear(body)]
    assert [code(decision) for decision in decisions] == expected
    published = [f for d in decisions for f in d.facts if isinstance(f, PolicyPublished)]
    assert len(published) <= 1
    assert all(fact.drafted_by != fact.approved_by for fact in published)


async def test_what_is_published_is_told_again_to_nobody(enrollment: Driver) -> None:
    first = await enrollment.hear(draft(), approve())
    again = await enrollment.hear(draft(), approve())
    assert [len(decision.facts) for decision in (*first, *again)] == [1, 1, 0, 0]
    assert registered(again[0]).sha256 == registered(again[1]).sha256 == policy_digest(text())


async def test_a_version_published_before_there_were_drafts_is_not_approved_anew(enrollment: Driver) -> None:
    content = PublishPolicy(policy_id=POLICY_ID, policy=text()).model_dump_json()
    sql = "INSERT INTO register VALUES ('policy', $1, 1, $2) RETURNING kind"
    await enrollment.fetch(sql, POLICY_ID, content)
    decisions = await enrollment.hear(draft(), approve(), draft(**LATER), approve(**LATER))
    assert [code(decision) for decision in decisions] == ["OK", "OK", "POLICY_ID_TAKEN", "POLICY_ID_TAKEN"]
    assert not any(decision.facts for decision in decisions)


async def test_a_policy_that_looks_like_a_slip_is_drafted_with_a_warning(enrollment: Driver) -> None:
    [decision] = await enrollment.hear(draft(sources=[]))
    [warning] = registered(decision).warnings
    assert warning.startswith("sources")


@pytest.mark.parametrize(
    ("changed", "expected", "where"),
    [
        ({"scheme": "999"}, "INVALID_POLICY", "scheme"),
        ({"inpatient": {}}, "INVALID_POLICY", "inpatient.pool_cap_fen"),
        ({"in_force_until": "2022-01-01"}, "INVALID_POLICY", "in_force_until"),
        ({"surprise": 1}, "INVALID_POLICY", "surprise"),
        ({"policy_id": "other"}, "INVALID_POLICY", "policy_id"),
        ({"insured_area": "\x00"}, "INVALID_POLICY", "insured_area"),
        ({"insured_area": 511900}, "INVALID_POLICY", "insured_area"),
        ({"insured_area": "370300"}, "UNKNOWN_AREA", "insured_area"),
    ],
)
async def test_a_policy_with_a_fault_is_refused_with_its_place(
    enrollment: Driver, changed: dict[str, Any], expected: str, where: str
) -> None:
    [decision] = await enrollment.hear(draft(**changed))
    assert code(decision) == expected
    assert where in answer(decision).where


async def test_only_the_areas_own_place_and_operators_draft_and_approve(enrollment: Driver) -> None:
    answers = {}
    for source in ("chengdu", "huaxi", "stranger"):
        answers[source] = [code(d) for body in (draft(), approve()) for d in
                           await enrollment.hear(body, source=source)]  # fmt: skip
    await enrollment.hear(draft(), source="bazhong")
    for source in ("chengdu", "huaxi", "stranger"):
        answers[source] += [code(d) for d in await enrollment.hear(approve(), source=source)]
    assert answers == {
        "chengdu": ["AREA_NOT_YOURS", "UNKNOWN_DRAFT", "AREA_NOT_YOURS"],
        "huaxi": ["OPERATOR_ONLY", "UNKNOWN_DRAFT", "OPERATOR_ONLY"],
        "stranger": ["OPERATOR_ONLY", "UNKNOWN_DRAFT", "OPERATOR_ONLY"],
    }
    [decision] = await enrollment.hear(approve(), source="operator")
    assert code(decision) == "OK"


async def test_a_draft_is_not_replaced_by_another_areas_that_took_its_id(enrollment: Driver) -> None:
    await enrollment.hear(draft(), source="bazhong")
    [taken] = await enrollment.hear(draft(insured_area="510100"), source="chengdu")
    assert (code(taken), answer(taken).where) == ("AREA_NOT_YOURS", "511900")
    [approved] = await enrollment.hear(approve(), source="bazhong")
    assert code(approved) == "OK"


async def test_the_newest_draft_is_what_there_is_to_look_at(enrollment: Driver, database: str) -> None:
    assert await read_draft(database, POLICY_ID) is None
    await enrollment.hear(draft(), draft("wang", **LATER))
    expected = Draft(text(**LATER), "wang", policy_digest(text(**LATER)))
    assert await read_draft(database, POLICY_ID) == expected


def test_the_digest_is_that_of_the_policy_and_not_of_its_spelling() -> None:
    assert policy_digest({"b": 1, "a": "医"}) == policy_digest({"a": "医", "b": 1})
    assert policy_digest({"a": 1}) != policy_digest({"a": "1"})
