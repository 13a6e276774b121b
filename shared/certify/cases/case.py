"""A case (认证用例) as data: what the desk does, what goes wrong on the way, what must be seen. Pure."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

Side = Literal["hospital", "center"]
LuckKind = Literal["lost", "late", "twice", "swapped", "killed"]
Event = Literal["filed", "next_day", "next_month", "batch", "half_batch", "altered_batch", "batch_twice"]


class Words(NamedTuple):
    """The same in Chinese and English."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"


class Step(NamedTuple):
    """One thing that a desk does in its HIS (窗口业务); `visit` is the letter of a visit, "" if of none."""

    do: str
    visit: str
    fields: Mapping[str, Any]


class Luck(NamedTuple):
    """Bad luck (意外) with the first answer to the first request of a type; it comes `seconds` late.

    `killed`: the adapter's process dies between its request and the answer.
    """

    kind: LuckKind
    message: str
    seconds: int = 0


class Sitting(NamedTuple):
    """What a desk does in one go (一次办理), after what happened elsewhere.

    `refused_at`: the number of the step, from 1, at which the desk must be told that it did not go through;
    what follows must not be done.
    """

    steps: tuple[Step, ...]
    after: tuple[Event, ...] = ()
    refused_at: int | None = None


class Case(NamedTuple):
    """One case of the catalogue. `ends`: in which state each visit must stand at the end, None if unknown.

    `refusals`: type and code of each "no" that may be met on the way.
    """

    number: int
    title: Words
    must: Words
    sittings: tuple[Sitting, ...]
    ends: Mapping[str, str | None] = {}
    luck: Luck | None = None
    side: Side = "hospital"
    scheme: str = "390"
    refusals: frozenset[str] = frozenset()
    enrolled: bool = True

    @property
    def moves_days(self) -> bool:
        """Whether days are opened meanwhile, so that no other case may be under way."""
        return any(event.startswith("next_") for sitting in self.sittings for event in sitting.after)

    @property
    def visits(self) -> list[str]:
        """The letters of its visits, in the order in which they are met."""
        steps = (step for sitting in self.sittings for step in sitting.steps)
        return list(dict.fromkeys(step.visit for step in steps if step.visit))
