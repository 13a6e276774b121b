"""Policies of one area, scheme, level and first day: refused, unless one comes in place of the other."""

import asyncio
from typing import Any

import pytest

from shared.bus.message import Decision
from shared.messages.body import Body
from shared.messages.enrollment.policy_versions import policy_digest
from shared.messages.enrollment.registers import PolicyPublished
from tests.enrollment.test_policies import approve, code, draft, enrollment, registered  # noqa: F401
from tests.given.driver import Driver


def _named(policy_id: str, **changed: Any) -> list[Body]:
    """A policy of this id, its draft and its approval."""
    drafted = draft(policy_id=policy_id)
    policy = {**drafted.policy, "policy_id": policy_id, **changed}
    first = drafted.model_copy(update={"policy": policy})
    return [first, approve(policy_id=policy_id).model_copy(update={"sha256": policy_digest(policy)})]


# What is published first, what is drafted and approved then, and the codes of both answers.
CASES: list[tuple[str, list[Body], list[Body], list[str]]] = [
    ("the same place and day", _named("B"), _named("A"), ["POLICY_COLLIDES", "UNKNOWN_DRAFT"]),
    ("whatever its id", _named("A"), _named("B"), ["POLICY_COLLIDES", "UNKNOWN_DRAFT"]),
    ("another day", _named("A"), _named("B", in_force_from="2024-01-01"), ["OK", "OK"]),
    ("another level", _named("A"), _named("B", issuer_level="province"), ["OK", "OK"]),
    ("another scheme", _named("A"), _named("B", scheme="380"), ["OK", "OK"]),
    ("another area", _named("A"), _named("B", insured_area="510100"), ["OK", "OK"]),
    ("in its place", _named("A"), _named("B", replaces="A"), ["OK", "OK"]),
    ("in its place, from another day", _named("A"), _named("B", replaces="A", in_force_from="2024-01-01"),
     ["OK", "OK"]),
    ("in the place of nothing", [], _named("B", replaces="A"), ["OK", "POLICY_NOT_REPLACEABLE"]),
    ("in the place of another area's", _named("A", insured_area="510100"), _named("B", replaces="A"),
     ["OK", "POLICY_NOT_REPLACEABLE"]),
    ("in the place of what was replaced", [*_named("A"), *_named("B", replaces="A")],
     _named("C", replaces="A"), ["POLICY_COLLIDES", "UNKNOWN_DRAFT"]),
    ("in the place of what replaced it", [*_named("A"), *_named("B", replaces="A")],
     _named("C", replaces="B"), ["OK", "OK"]),
    ("in its own place", [], _named("B", replaces="B"), ["INVALID_POLICY", "UNKNOWN_DRAFT"]),
    ("told again", _named("A"), _named("A"), ["OK", "OK"]),
    ("told again after it was replaced", [*_named("A"), *_named("B", replaces="A")], _named("A"),
     ["OK", "OK"]),
]  # fmt: skip


@pytest.mark.requirement("ENR-18")
@pytest.mark.parametrize(("case", "before", "then", "expected"), CASES, ids=[case[0] for case in CASES])
async def test_of_two_policies_none_holds_by_chance(
    enrollment: Driver,  # noqa: F811
    case: str,
    before: list[Body],
    then: list[Body],
    expected: list[str],
) -> None:
    for body in before:
        [decision] = await enrollment.hear(body)
        assert code(decision) == "OK"
    decisions = [decision for body in then for decision in await enrollment.hear(body)]
    assert [code(decision) for decision in decisions] == expected


async def test_one_batch_sees_what_collides_in_it(enrollment: Driver) -> None:  # noqa: F811
    decisions = await enrollment.hear(*_named("A"), *_named("B"))
    assert [code(decision) for decision in decisions] == ["OK", "OK", "POLICY_COLLIDES", "UNKNOWN_DRAFT"]


async def test_what_was_published_since_the_draft_is_seen_at_the_approval(enrollment: Driver) -> None:  # noqa: F811
    drafts, approvals = zip(_named("A"), _named("B"), strict=True)
    decisions = [*await enrollment.hear(*drafts), *await enrollment.hear(*approvals)]
    assert [code(decision) for decision in decisions] == ["OK", "OK", "OK", "POLICY_COLLIDES"]


async def test_two_approved_at_once_in_two_processes_are_not_both_published(enrollment: Driver) -> None:  # noqa: F811
    drafts, approvals = zip(_named("A"), _named("B"), strict=True)
    await enrollment.hear(*drafts)
    both: list[list[Decision]] = await asyncio.gather(*(enrollment.hear(body) for body in approvals))
    said = [fact for [decision] in both for fact in decision.facts]
    assert [type(fact) for fact in said] == [PolicyPublished]


async def test_a_draft_that_replaces_what_is_not_published_is_told(enrollment: Driver) -> None:  # noqa: F811
    [decision] = await enrollment.hear(_named("B", replaces="A")[0])
    assert any("replaces: A" in warning for warning in registered(decision).warnings)
