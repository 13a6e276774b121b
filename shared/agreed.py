"""Which of several agreements (协议) covers care in an institution: the most special, in each service alike.

An agreement that names the institutions which the insured place has chosen opens no other (004-5 三(三)), and
counts for those before one that names none, however narrow (点对点, 000 三(一)2); then the narrowest areas
count.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar


class Opens(Protocol):
    """An agreement, or a period of one, that may name the institutions which it opens; none: all."""

    @property
    def institutions(self) -> Sequence[str]:
        """The institutions that it names."""


A = TypeVar("A", bound=Opens)


def breadth(insured_area: str, treatment_area: str) -> tuple[int, int]:
    """How wide the areas of an agreement are: the narrowest is the smallest, the insured area's first."""
    return _zeros(insured_area), _zeros(treatment_area)


def most_special(narrowest_first: Iterable[A], institution_id: str) -> A | None:
    """Of agreements that cover two areas on a day, the one for an institution; none: it is closed to them."""
    opens_all: A | None = None
    for one in narrowest_first:
        if institution_id in one.institutions:
            return one
        if not one.institutions and opens_all is None:
            opens_all = one
    return opens_all


def _zeros(area: str) -> int:
    return len(area) - len(area.rstrip("0"))
