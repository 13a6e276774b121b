"""A referral that was announced to an institution (转诊推送), and what its lives lead to."""

from datetime import date
from typing import Literal, NamedTuple

from shared.messages.referral.worklist import Reception

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

    @property
    def place(self) -> tuple[str, str]:
        """What names it: a filing is announced to an institution once."""
        return self.filing_id, self.institution_id


class WorklistPage(NamedTuple):
    """Which page of a worklist is asked for on a day: what follows the day and filing told last."""

    institution_id: str
    day: str
    after_on: str
    after_filing_id: str
