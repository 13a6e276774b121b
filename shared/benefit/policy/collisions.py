"""Policies of which none goes before the other: one place, level and first day, and neither comes in place of
the other. Which of them held would be chance, so the later one is refused.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from shared.benefit.policy.form import Policy


class Collision(NamedTuple):
    """A policy, and an earlier one of the same insured area, scheme, level and first day."""

    policy: Policy
    earlier: Policy


def collisions(policies: Iterable[Policy]) -> Iterator[Collision]:
    """The policies that collide with one given before them."""
    given = list(policies)
    replaced = {policy.replaces for policy in given}
    first: dict[tuple[str, ...], Policy] = {}
    for policy in given:
        if policy.policy_id not in replaced:
            earlier = first.setdefault(_place(policy), policy)
            if earlier.policy_id != policy.policy_id:
                yield Collision(policy, earlier)


def _place(policy: Policy) -> tuple[str, ...]:
    return policy.insured_area, policy.scheme, policy.issuer_level, str(policy.in_force_from)
