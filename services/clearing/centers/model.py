"""Clearing centers as clearing knows them."""

from datetime import date
from typing import NamedTuple

from shared.dated import in_force


class Center(NamedTuple):
    """A clearing center (结算中心): the node that speaks for it, and the days on which it is in force."""

    node_id: str
    in_force_from: date | None = None
    in_force_until: date | None = None

    def is_in_force(self, day: date) -> bool:
        """Whether it may act on a day; it is told of what concerns it on every day."""
        return in_force(day, self.in_force_from, self.in_force_until)
