"""What travels of case pages (住院病案首页): submitted, received, overdue, corrected."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.id_number import Sex
from shared.messages.body import AmountFen, Body, Category, Count, Identifier, Question, Result
from shared.messages.settlement.visits import Diagnoses, DischargeWay, VisitRequest, VisitSubject

_EVENTS = ("settlement.events",)


class Procedure(Body):
    """A procedure (手术及操作) by its code, and its day."""

    procedure: Identifier
    done_on: date


class DrgGroup(Body):
    """The group (DRG 分组) that a DRG-paid institution was given for a stay, and what the group is paid.

    It goes to the institution's side alone: what the patient and the funds pay was settled before.
    """

    group: Annotated[str, Field(pattern=r"^[A-Z]{2}[0-9]{2}$")]
    weight: Annotated[str, Field(pattern=r"^[0-9]{1,3}(\.[0-9]{1,4})?$")]
    standard_payment_fen: AmountFen


class PageContent(Body):
    """What a case page says of the stay, as far as the rules of its filling look at it.

    `age_days`: of a child below one year, at the admission. `stay_days`: as the hospital counts them.
    """

    admitted_on: date
    discharged_on: date
    main_diagnosis: Identifier
    other_diagnoses: Diagnoses = ()
    total_fen: AmountFen
    sex: Sex | None = None
    age_days: Annotated[int, Field(ge=0, le=366)] | None = None
    stay_days: Count | None = None
    way: DischargeWay | None = None
    died_on: date | None = None
    external_causes: tuple[Identifier, ...] = Field(default=(), max_length=20)
    pathology: tuple[Identifier, ...] = Field(default=(), max_length=20)
    procedures: tuple[Procedure, ...] = Field(default=(), max_length=50)
    by_category: dict[Category, AmountFen] | None = None
    drg: DrgGroup | None = None


class SubmitCasePage(PageContent, VisitRequest):
    """Submits the case page (住院病案首页, NHSA 4401), due 5 working days after discharge (000 三(一)4).

    `corrects_page_id` names the page it replaces, of a stay that has one already; both are kept.
    """

    TOPICS = ("casepage.pages",)
    page_id: Identifier
    corrects_page_id: Identifier | None = None


class CasePageReceived(VisitSubject):
    """A case page is accepted, in time or late.

    `part_of_visit_id`: the visit that was discharged, where this one is an earlier part of its stay
    (中途结算): it is the same page told of the part, and its deadline is that visit's.
    """

    TOPICS = _EVENTS
    page_id: Identifier
    received_on: date
    due_on: date
    late: bool
    discharge_id: str = ""  # the discharge that asked for it
    part_of_visit_id: Identifier | None = None
    drg: DrgGroup | None = None


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
    drg: DrgGroup | None = None


class QueryCasePages(VisitRequest, Question):
    """Asks for all case pages of a stay that were taken (病案首页版本查询), the newest first."""

    TOPICS = ("casepage.pages",)


class PageVersion(Body):
    """A case page as it was submitted; `counts`: it is the one in force."""

    page_id: str
    corrects_page_id: str | None
    received_on: date
    counts: bool
    content: PageContent


class CasePagesFound(Result):
    """The case pages (病案首页) of a stay, the newest first; none was taken where there are none."""

    result: Literal["case_pages_found"] = "case_pages_found"
    visit_id: str
    versions: tuple[PageVersion, ...]
