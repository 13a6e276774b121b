"""A case of manual reimbursement (手工报销): when its bill is due, and how it was claimed."""

from datetime import date
from typing import ClassVar, NamedTuple

from shared.messages.body import Fact
from shared.messages.settlement.reimbursement import ClaimChannel, Material, Payee, Reason

WORKING_DAYS = 5
"""From the discharge to the upload of what the patient paid (000 三(三)3)."""


class ReimbursementCase(NamedTuple):
    """What is known of a visit that the patient paid whole; `partition` is the stream that watches over it.

    `bills`: how many times its bill was uploaded; the newest counts, unless it was withdrawn. `reason`,
    `invoice_id` and `electronic` (the materials that its upload stands for) are of that one. From `channel`
    on: the claim as it was made last; `claimed_on`: when it was made first.
    """

    visit_id: str
    person_id: str
    institution_id: str
    partition: int
    due_on: date
    overdue: bool = False
    bills: int = 0
    reason: Reason | None = None
    invoice_id: str | None = None
    electronic: tuple[Material, ...] | list[Material] = ()
    channel: ClaimChannel | None = None
    acting_agency: str | None = None
    materials: tuple[Material, ...] | list[Material] = ()
    payee: Payee | None = None
    payee_reference: str | None = None
    claimed_on: date | None = None
    stored: bool = False

    @property
    def has_bill(self) -> bool:
        """Whether a bill counts."""
        return self.invoice_id is not None


class SelfPaidUploadDue(Fact):
    """A day has passed the due day of a self-paid bill that is not there."""

    KEY: ClassVar[str] = "person_id"
    visit_id: str
    person_id: str
