"""What travels when something that was told wrongly is mended: case pages, self-paid bills."""

from datetime import date

from shared.messages.body import Identifier
from shared.messages.settlement.visits import VisitSubject

_EVENTS = ("settlement.events",)


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
