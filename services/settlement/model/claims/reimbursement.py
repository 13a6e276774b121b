"""A case of manual reimbursement (手工报销): when its bill is due, and how it was claimed."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, NamedTuple

from shared.messages.body import Fact
from shared.messages.settlement.reimbursement import ClaimChannel, Material, Payee, Reason

WORKING_DAYS = 5
"""The time from the end of care to the upload of what the patient paid (000 三(三)3)."""


class ReimbursementCase(NamedTuple):
    """A case of manual reimbursement (手工报销): a visit that the patient paid whole, its bill and its claim.

    The daily job of the stream of `partition` notices when the bill is overdue. `bills`: how many times the
    bill was uploaded; the newest counts, unless it was withdrawn. `reason`, `invoice_id` and `electronic`
    (the materials that the upload replaces) are those of the newest. From `channel` on: the claim made last;
    but `claimed_on` is the day of the first one.
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
    stored: Mapping[str, Any] | None = None

    @property
    def has_bill(self) -> bool:
        """Whether a bill was uploaded and not withdrawn."""
        return self.invoice_id is not None


class SelfPaidUploadDue(Fact):
    """The due day of a self-paid bill (自费上传) has passed, and the bill has not come."""

    KEY: ClassVar[str] = "person_id"
    visit_id: str
    person_id: str
