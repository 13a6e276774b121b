"""A referral that was announced to an institution (转诊推送), and what its lives lead to."""

from datetime import date
from typing import Literal, NamedTuple

from shared.messages.referral.worklist import Direction, Reception, Tier

State = Reception | Literal["withdrawn"]

LIFE: dict[tuple[State, str], State] = {
    ("waiting", "received"): "received",
    ("waiting", "declined"): "declined",
    ("waiting", "CancelRequest"): "withdrawn",
    # Answered by mistake, it is answered anew.
    ("received", "declined"): "declined",
    ("declined", "received"): "received",
    # Withdrawn by mistake, it is announced anew.
    ("withdrawn", "AnnounceReferral"): "waiting",
}
"""State, what happens → next state; an absent key is a refusal."""


class Announcement(NamedTuple):
    """A referral (转诊) as it was announced to an institution; `announced_by`: the node that is answered."""

    filing_id: str
    institution_id: str
    person_id: str
    request_id: str
    announced_by: str
    announced_on: date
    note: str
    reception: State
    referring_tier: Tier | None = None
    receiving_tier: Tier | None = None
    direction: Direction | None = None

    @property
    def place(self) -> tuple[str, str]:
        """What names it: a filing is announced to an institution once."""
        return self.filing_id, self.institution_id


def direction_of(referring: Tier | None, receiving: Tier | None) -> Direction | None:
    """Whether a patient is referred up or down the tiers (双向转诊), 001 (十二); None: one is not known."""
    if referring is None or receiving is None:
        return None
    return "level" if referring == receiving else "up" if referring < receiving else "down"


class WorklistPage(NamedTuple):
    """Which page of a worklist is asked for on a day: what follows the day and filing told last."""

    institution_id: str
    day: str
    after_on: str
    after_filing_id: str
