"""What travels when something that was told wrongly is mended: discharges, case pages, self-paid bills."""

from datetime import date

from shared.messages.body import Identifier
from shared.messages.settlement.visits import VisitRequest, VisitSubject

_EVENTS = ("settlement.events",)


class CancelDischarge(VisitRequest):
    """Takes a discharge back (取消出院, NHSA 2405) on which nothing was settled, paid or claimed."""

    TOPICS = ("realtime.encounters",)


class DischargeCancelled(VisitSubject):
    """A stay goes on (已取消出院): the days by which its case page and self-paid bill were due are void.

    A case page that was received for it counts no more.
    """

    TOPICS = _EVENTS
    discharged_on: date
    cancelled_on: date


class CasePageCorrected(VisitSubject):
    """A case page (住院病案首页) counts instead of an earlier one, whose day of arrival stays."""

    TOPICS = _EVENTS
    page_id: Identifier
    corrects_page_id: Identifier
    corrected_on: date


class SelfPaidWithdrawn(VisitSubject):
    """A self-paid bill was undone before it was claimed (撤销自费上传); its invoice is free again."""

    TOPICS = _EVENTS
    invoice_id: Identifier
    withdrawn_on: date
