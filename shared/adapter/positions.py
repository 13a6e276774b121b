"""What a person's earlier answers rest on, so that the next request is not decided before it is heard there.

An answer tells the positions of its facts; they are sent on as `after` where their reader is asked next.
"""

from collections.abc import Iterable, Sequence

from shared.bus.message import Position
from shared.bus.topics import TOPICS


class Positions:
    """The last position of each stream by subject, until the reader it matters to has answered."""

    def __init__(self) -> None:
        self._held: dict[str, dict[tuple[str, int], Position]] = {}

    def remember(self, key: str, positions: Iterable[Position]) -> None:
        """Keeps the positions of an answer about `key`; answers given again come out of order."""
        held = self._held.setdefault(key, {})
        for position in positions:
            place = (position.stream, position.partition)
            if place not in held or held[place].sequence < position.sequence:
                held[place] = position

    def after(self, key: str, topic: str) -> Sequence[Position]:
        """What the reader of `topic` must have heard before it decides the next request about `key`."""
        reader = _decider(topic)
        return [p for p in self._held.get(key, {}).values() if reader in TOPICS[p.topic].readers]

    def reached(self, key: str, positions: Iterable[Position]) -> None:
        """The reader has answered: it has heard these."""
        held = self._held.get(key, {})
        for position in positions:
            place = (position.stream, position.partition)
            if held.get(place) == position:
                del held[place]


def _decider(topic: str) -> str:
    return TOPICS[topic].readers[0]
