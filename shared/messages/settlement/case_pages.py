"""What travels of case pages (住院病案首页): submitted, received, overdue, corrected."""

from datetime import date

from shared.messages.body import AmountFen, Identifier
from shared.messages.settlement.visits import VisitRequest, VisitSubject

_EVENTS = ("settlement.events",)


class SubmitCasePage(VisitRequest):
    """Submits the case page (住院病案首页, NHSA 4401), due 5 working days after discharge (000 三(一)4).

    `corrects_page_id` names the page it replaces, of a stay that has one already.
    """

    TOPICS = ("casepage.pages",)
    page_id: Identifier
    corrects_page_id: Identifier | None = None
    admitted_on: date
    discharged_on: date
    main_diagnosis: Identifier
    other_diagnoses: tuple[Identifier, ...] = ()
    total_fen: AmountFen


class CasePageReceived(VisitSubject):
    """A case page is accepted, in time or late."""

    TOPICS = _EVENTS
    page_id: Identifier
    received_on: date
    due_on: date
    late: bool
    discharge_id: str = ""  # the discharge that asked for it


class CasePageOverdue(VisitSubject):
    """A case page is not there although its day has passed; told to the hospital too."""

    TOPICS = (*_EVENTS, "reply.<node>")
    due_on: date


class CasePageCorrected(VisitSubject):
    """A case page (住院病案首页) counts instead of an earlier one, whose day of arrival stays."""

    TOPICS = _EVENTS
    page_id: Identifier
    corrects_page_id: Identifier
    corrected_on: date
