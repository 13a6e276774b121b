"""The centers' desks, and how what they ask is named."""

from collections.abc import Mapping
from typing import NamedTuple

from shared.adapter.center import Center
from shared.identity import derive
from shared.messages.enrollment.agreements import Agreement


class Desks(NamedTuple):
    """The centers (结算中心) by code, the agreements by id; seed and month, of which every id is made."""

    centers: Mapping[str, Center]
    agreements: Mapping[str, Agreement]
    seed: int
    month: str

    def id(self, *names: str) -> str:
        """The id of a message, the same in every run of a seed."""
        return derive("simulated", str(self.seed), self.month, *names)
