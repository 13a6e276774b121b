"""Statements that hold from a day on (起效日): each until a later one of the same subject; one told anew
replaces what was told before, from its own day on.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Protocol, TypeVar


def in_force(day: date, first: date | None, until: date | None) -> bool:
    """Whether something is in force on a day: from its first day, until an exclusive end; none: open."""
    return (first is None or first <= day) and (until is None or day < until)


class Dated(Protocol):
    """Something that holds from `applies_from` on; `date.min` for what holds from the beginning."""

    @property
    def applies_from(self) -> date:
        """The first day on which it holds."""


T = TypeVar("T", bound=Dated)
S = TypeVar("S", bound=tuple[str, ...])


def on_day(statements: Iterable[T], day: date) -> T | None:
    """The statement that holds on a day: of those begun by then the newest; None before the first."""
    begun = (one for one in statements if one.applies_from <= day)
    return max(begun, key=lambda one: one.applies_from, default=None)


def newest(statements: Iterable[T]) -> T:
    """The statement told last: what was told of its day and of later ones has given way to it."""
    return max(statements, key=lambda one: one.applies_from)


def with_told(held: Iterable[T], told: T) -> list[T]:
    """The statements after one more was told: it replaces those from its own day on."""
    return [*(one for one in held if one.applies_from < told.applies_from), told]


def last_told(told: Iterable[T], subject: Callable[[T], S]) -> dict[S, list[T]]:
    """What is left of statements told one after another, of each subject, in the order of subjects."""
    left: dict[S, list[T]] = {}
    for one in told:
        name = subject(one)
        left[name] = with_told(left[name], one) if name in left else [one]
    return dict(sorted(left.items()))
