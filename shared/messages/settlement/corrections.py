"""What travels when something that was told wrongly is mended: discharges, case pages, self-paid bills.

And what opens a look at it afterwards: trauma that was settled at once.
"""

from datetime import date

from shared.messages.body import Area, Fen, Identifier
from shared.messages.settlement.visits import VisitRequest, VisitSubject

_EVENTS = ("settlement.events",)


class CancelDischarge(VisitRequest):
    """Takes a discharge back (取消出院, NHSA 2405) on which nothing was settled, paid or claimed."""

    TOPICS = ("realtime.encounters",)


class WithdrawUpload(VisitRequest):
    """Takes an upload of fee lines back (撤销费用上传, NHSA 2302), before the settlement, by its id.

    Goes where the upload went, so that it is decided after it.
    """

    TOPICS = ("daily.costs", "realtime.encounters")
    upload_id: Identifier


class DischargeCancelled(VisitSubject):
    """A stay goes on (已取消出院): the days by which its case page and self-paid bill were due are void.

    A case page that was received for it counts no more. `discharge_id` names the discharge as its pages do;
    `case_page_due_on` is the day by which a page was due, none if one had come.
    """

    TOPICS = _EVENTS
    discharge_id: str
    discharged_on: date
    cancelled_on: date
    case_page_due_on: date | None = None


class SelfPaidWithdrawn(VisitSubject):
    """A self-paid bill was undone before it was claimed (撤销自费上传); its invoice is free again."""

    TOPICS = _EVENTS
    invoice_id: Identifier
    withdrawn_on: date


class VerificationOpened(VisitSubject):
    """Trauma was settled directly: the treatment area's agency verifies it afterwards (核查, 001 (七))."""

    TOPICS = _EVENTS
    task_id: Identifier
    settlement_id: Identifier
    treatment_area: Area
    liability_statement_id: Identifier
    fund_fen: Fen
    opened_on: date
