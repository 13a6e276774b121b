"""What two policies (待遇政策) say differently, member by member and in words. Pure.

It compares what the files state, defaults filled in; what a difference costs is told by settling bills.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from shared.benefit.policy.form import Policy
from shared.benefit.policy.members import Member, Path, members
from shared.benefit.words.ratio_words import Words

_ABSENT: Words = ("无", "none")


class Difference(NamedTuple):
    """One member that differs: its place, its value in either policy (None where the policy has none),
    and a sentence in Chinese and in English.
    """

    place: str
    before: Any
    after: Any
    zh: str
    en: str


def differences(before: Policy, after: Policy) -> list[Difference]:
    """Every member the two policies state differently, in the order of the form; what only the second has
    comes last. Nothing differs exactly where the two say the same, in whatever order or spelling.
    """
    return member_differences(members(before), members(after))


def member_differences(first: Mapping[Path, Member], second: Mapping[Path, Member]) -> list[Difference]:
    """Every member of which two sets of members say something else, in the order of the first."""
    both = ((first.get(path), second.get(path)) for path in {**first, **second})
    return [_difference(one, other) for one, other in both if _value(one) != _value(other)]


def _value(member: Member | None) -> Any:
    return member.value if member else None


def _difference(before: Member | None, after: Member | None) -> Difference:
    member = before or after
    assert member is not None
    was = before.words if before else _ABSENT
    now = after.words if after else _ABSENT
    return Difference(
        member.place,
        _value(before),
        _value(after),
        f"{member.zh} {was[0]} → {now[0]}",
        f"{member.en}: {was[1]} → {now[1]}",
    )
