"""The plan of a visit: who, where, what is billed, and what is done on which day. Data, and pure.

Nothing in it depends on what the services answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from shared.adapter.hospital import Visit
from shared.benefit.bill import VisitKind
from shared.identity import derive
from shared.messages.body import Scheme
from shared.messages.enrollment.registers import EnrollPerson, Institution
from shared.messages.referral.filings import FilingKind
from shared.messages.settlement.visits import FeeLine

Action = Literal[
    "file",
    "admit",
    "upload",
    "upload_now",
    "discharge",
    "quote",
    "settle",
    "settle_bill",
    "reverse",
    "page",
]
Delivery = Literal["once", "twice", "answer lost"]


class Step(NamedTuple):
    """One thing that is done on a day; `upload` says which costs."""

    day: date
    action: Action
    upload: int = -1
    delivery: Delivery = "once"


class PlannedFiling(NamedTuple):
    """The filing that is made for a visit."""

    filing_id: str
    kind: FilingKind
    starts_on: date


class PlannedUpload(NamedTuple):
    """The costs of a day."""

    upload_id: str
    cost_on: date
    lines: tuple[FeeLine, ...]


@dataclass(frozen=True)
class Plan:
    """A visit from its first message to its last; `steps` in the order in which they are done."""

    number: int
    seed: int
    person: EnrollPerson
    institution: Institution
    kind: VisitKind
    begins_on: date
    ends_on: date
    agreement_id: str
    settled_on: date = date.min  # after which nothing of its money moves
    emergency: bool = False
    filing: PlannedFiling | None = None
    uploads: tuple[PlannedUpload, ...] = ()
    use_account: bool = False
    steps: tuple[Step, ...] = field(default=())

    @property
    def visit(self) -> Visit:
        """Its names on the bus."""
        return Visit(visit_id(self.seed, self.number), self.person.person_id)

    @property
    def scheme(self) -> Scheme:
        """The patient's scheme."""
        return self.person.scheme

    @property
    def lines(self) -> Sequence[FeeLine]:
        """Everything that is billed."""
        return [line for upload in self.uploads for line in upload.lines]

    def message_id(self, name: str) -> str:
        """The id of a message, from the visit and the step it belongs to."""
        return derive("simulated", str(self.seed), str(self.number), name)


def visit_id(seed: int, number: int) -> str:
    """The id of a visit."""
    return f"V{seed}-{number:06d}"
