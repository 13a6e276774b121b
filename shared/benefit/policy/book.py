"""The policies (待遇政策) at hand, and which of them holds for an insured area, scheme and day."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from shared.areas import widened
from shared.benefit.policy.form import Policy

_LEVEL = {"national": 0, "province": 1, "city": 2}


class PolicyHead(NamedTuple):
    """Which policy (待遇政策) holds where and when; the end is exclusive. `digest` names its exact text.

    `replaces` is the policy in whose place it came: on its own days that one holds no more.
    """

    policy_id: str
    insured_area: str
    scheme: str
    in_force_from: date
    in_force_until: date
    issuer_level: str
    replaces: str | None = None
    digest: str = ""

    def is_in_force_on(self, day: date) -> bool:
        """Whether the day is one of its own."""
        return self.in_force_from <= day < self.in_force_until


def policy_head(policy: Policy, digest: str = "") -> PolicyHead:
    """What a policy's text says of where and when it holds."""
    return PolicyHead(
        policy_id=policy.policy_id,
        insured_area=policy.insured_area,
        scheme=policy.scheme,
        in_force_from=policy.in_force_from,
        in_force_until=policy.in_force_until,
        issuer_level=policy.issuer_level,
        replaces=policy.replaces,
        digest=digest,
    )


class PolicyBook:
    """The heads of all policies; made anew when one is published."""

    def __init__(self, heads: Iterable[PolicyHead]) -> None:
        self._heads = {head.policy_id: head for head in heads}
        self._by_place: dict[tuple[str, str], list[PolicyHead]] = defaultdict(list)
        for head in self._heads.values():
            self._by_place[head.insured_area, head.scheme].append(head)
        self._successors = {head.replaces: head for head in self._heads.values() if head.replaces}
        self._for: dict[tuple[str, str], list[PolicyHead]] = {}

    def with_head(self, head: PolicyHead) -> "PolicyBook":
        """The book after one more policy."""
        return PolicyBook((self._heads | {head.policy_id: head}).values())

    def named(self, policy_id: str) -> PolicyHead:
        """The policy of this id, whether or not it is in force."""
        return self._heads[policy_id]

    def heads_for(self, area: str, scheme: str) -> list[PolicyHead]:
        """Every policy that may hold for an area, its own, its city's and its province's, in precedence."""
        found = self._for.get((area, scheme))
        if found is None:
            places = dict.fromkeys(widened(area))
            given = [
                (_precedence(head, nearness), head)
                for nearness, place in enumerate(places)
                for head in self._by_place.get((place, scheme), ())
            ]
            found = [head for _, head in sorted(given)]
            self._for[area, scheme] = found
        return found

    def in_force(self, area: str, scheme: str, day: date) -> PolicyHead | None:
        """The policy in force; of those that overlap the higher issuer's, then the newer (001 (二十九)).

        Whose place is nearer to the area counts only between policies equal in both. One in whose place
        another came is in force on no day of that one's.
        """
        for head in self.heads_for(area, scheme):
            successor = self._successors.get(head.policy_id)
            if head.is_in_force_on(day) and not (successor and successor.is_in_force_on(day)):
                return head
        return None

    def pooling_area(self, area: str, scheme: str, day: date) -> str:
        """The pooling area (统筹区) of those insured in an area: that of the policy in force, else itself."""
        head = self.in_force(area, scheme, day)
        return head.insured_area if head else area


def _precedence(head: PolicyHead, nearness: int) -> tuple[int, int, int, str]:
    return _LEVEL[head.issuer_level], -head.in_force_from.toordinal(), nearness, head.policy_id
