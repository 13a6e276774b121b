"""What the policies of a province's areas say differently (省内政策差异, 000 三(二)1)."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from shared.areas import province
from shared.benefit.policy.book import PolicyBook, policy_head
from shared.benefit.policy.diff import Difference, member_differences
from shared.benefit.policy.form import Policy
from shared.benefit.policy.members import Member, Path, members

_OF_THE_TEXT = frozenset(
    (name,)
    for name in (
        "version",
        "policy_id",
        "insured_area",
        "in_force_from",
        "in_force_until",
        "issuer_level",
        "replaces",
        "sources",
    )
)
"""What distinguishes texts rather than benefits: no two areas could share it."""


class AreaPolicy(NamedTuple):
    """The policy (待遇政策) of an area and scheme, and what it says otherwise than its province's set.

    `province_policy_id`: the provincial policy it is compared with; none: with what most areas say.
    """

    area: str
    scheme: str
    policy_id: str
    province_policy_id: str | None
    differences: tuple[Difference, ...]

    def as_json(self) -> dict[str, Any]:
        """The area as a JSON object."""
        return {**self._asdict(), "differences": [one._asdict() for one in self.differences]}


def province_differences(policies: Iterable[Policy], day: date) -> list[AreaPolicy]:
    """Each area that has policies of its own, and scheme, by the policy in force on a day.

    It is compared with its province's own policy, or where there is none member by member with what most
    areas of the province say; of values said equally often, with that of the smallest area code.
    """
    texts = {one.policy_id: one for one in policies}
    book = PolicyBook(policy_head(one) for one in texts.values())
    places = sorted({(one.scheme, one.insured_area) for one in texts.values()})
    of_set: dict[tuple[str, str], dict[str, Policy]] = {}
    for scheme, area in places:
        if head := book.in_force(area, scheme, day):
            of_set.setdefault((province(area), scheme), {})[area] = texts[head.policy_id]
    return [
        one for (above, scheme), areas in sorted(of_set.items()) for one in _compared(above, scheme, areas)
    ]


def _compared(above: str, scheme: str, areas: dict[str, Policy]) -> list[AreaPolicy]:
    said = {area: _benefits(policy) for area, policy in areas.items()}
    provincial = areas.get(above)
    common = said[above] if provincial else _commonest(list(said.values()))
    return [
        AreaPolicy(
            area,
            scheme,
            policy.policy_id,
            provincial.policy_id if provincial else None,
            tuple(member_differences(common, said[area])),
        )
        for area, policy in areas.items()
    ]


def _benefits(policy: Policy) -> dict[Path, Member]:
    return {path: member for path, member in members(policy).items() if path not in _OF_THE_TEXT}


def _commonest(said: list[dict[Path, Member]]) -> dict[Path, Member]:
    """Of each member what most say, which may be nothing: then it has none."""
    common = {}
    for path in dict.fromkeys(path for one in said for path in one):
        told = [one.get(path) for one in said]
        counts = Counter(repr(member.value) if member else "" for member in told)
        most = counts.most_common(1)[0][0]
        member = next(one for one in told if (repr(one.value) if one else "") == most)
        if member:
            common[path] = member
    return common
