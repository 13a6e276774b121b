"""What the processes' logs tell: points at which they died, fences lost, repeats. Logs outlive a kill."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.bus.process.crash import FREEZES, POINTS
from tests.bench.crash.plan import SERVICES

_ALL = (*POINTS, FREEZES)


class Logs:
    """The logs of a home's services."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "logs"

    def points(self) -> Counter[str]:
        """How often each process died or froze at a named point."""
        marks = [f'"crash.{point}"' for point in _ALL]
        return Counter(
            name for name in SERVICES for line in self._lines(name) if any(m in line for m in marks)
        )

    def hits(self) -> dict[str, int]:
        """How often each point was died or frozen at."""
        events = Counter(event.get("event") for name in SERVICES for event in self._events(name))
        return {point: events[f"crash.{point}"] for point in _ALL}

    def count(self, event: str) -> int:
        """How many lines of an event there are."""
        return sum(found.get("event") == event for name in SERVICES for found in self._events(name))

    def repeats(self) -> int:
        """Requests and facts that were heard again."""
        return sum(int(event.get("repeats", 0)) for name in SERVICES for event in self._events(name))

    def failures(self) -> Counter[str]:
        """Why processes ended by themselves, and how often."""
        return Counter(
            f"{name}: {event.get('error')}"
            for name in SERVICES
            for event in self._events(name)
            if event.get("event") in ("process.failed", "bus.position_failed")
        )

    def _events(self, name: str) -> Iterator[dict[str, Any]]:
        for line in self._lines(name):
            try:
                event = json.loads(line)
            except ValueError:  # cut off by a kill, or not ours
                continue
            if isinstance(event, dict):
                yield event

    def _lines(self, name: str) -> Iterator[str]:
        for path in (self._folder / f"{name}.log.1", self._folder / f"{name}.log"):
            if path.exists():
                with path.open(errors="replace") as lines:
                    yield from lines
