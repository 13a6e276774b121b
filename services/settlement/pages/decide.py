"""Keeps the versions of case pages (病案首页版本) and answers them on request. Pure."""

from services.settlement.keys import key
from services.settlement.model.key_kind import Kind
from services.settlement.model.known import Known
from services.settlement.model.visit import Visit
from services.settlement.pages.version import MOST_VERSIONS, CasePageVersion
from services.settlement.visits.checks import day_of, find_visit, not_yours
from shared.bus.message import Decision, Message
from shared.bus.service import Key
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.settlement.case_pages import (
    CasePagesFound,
    PageContent,
    PageVersion,
    QueryCasePages,
    SubmitCasePage,
)


def of_query(message: Message, body: QueryCasePages) -> list[Key]:
    """A question for the versions: the visit, its page and they."""
    kinds = Kind.VISIT_SEEN, Kind.PAGE, Kind.PAGE_VERSIONS
    return [*(key(kind, body.visit_id) for kind in kinds), key(Kind.INSTITUTION, body.institution_id)]


def find_pages(known: Known, message: Message, body: QueryCasePages) -> Decision:
    """Answers all versions of a stay's case page, the newest first, and which of them counts."""
    visit = not_yours(known, message, body.institution_id) or find_visit(known, body)
    if not isinstance(visit, Visit):
        return Decision(answer=visit)
    counts = counting(known, visit)
    held = reversed(known.page_versions.get(visit.visit_id, ()))
    versions = tuple(_told(one, counts=one is counts) for one in held)
    return Decision(answer=accept(CasePagesFound(visit_id=visit.visit_id, versions=versions)))


def counting(known: Known, visit: Visit) -> CasePageVersion | None:
    """The version of a stay's case page that counts: the last one taken for its present discharge."""
    page = known.pages.get(visit.visit_id)
    counts = (visit.discharge_id or "", page.page_id if page else None)
    held = known.page_versions.get(visit.visit_id, ())
    return next((one for one in held if (one.discharge_id, one.page_id) == counts), None)


def diagnoses(known: Known, visit: Visit) -> tuple[str, ...]:
    """The diagnoses (诊断) of the page that counts, the main one first; none where there is no page."""
    version = counting(known, visit)
    return (version.told.main_diagnosis, *version.told.other_diagnoses) if version else ()


def next_version(
    known: Known, message: Message, body: SubmitCasePage, visit: Visit
) -> CasePageVersion | Answer:
    """The version that a page becomes; refused where its id was used for this discharge, or many are."""
    held = known.page_versions.get(visit.visit_id, [])
    ended = visit.discharge_id or ""
    if len(held) >= MOST_VERSIONS or any(
        (one.discharge_id, one.page_id) == (ended, body.page_id) for one in held
    ):
        return refuse("CASE_PAGE_TAKEN", body.page_id)
    content = PageContent.model_validate(body.model_dump(include=set(PageContent.model_fields)))
    return CasePageVersion(
        visit_id=visit.visit_id,
        discharge_id=ended,
        number=len(held) + 1,
        page_id=body.page_id,
        corrects_page_id=body.corrects_page_id,
        received_on=day_of(message),
        content=content.model_dump_json(),
    )


def keep_version(known: Known, version: CasePageVersion) -> None:
    """Lets the next message of a batch see a version of a case page."""
    known.page_versions.setdefault(version.visit_id, []).append(version)


def _told(one: CasePageVersion, *, counts: bool) -> PageVersion:
    return PageVersion(
        page_id=one.page_id,
        corrects_page_id=one.corrects_page_id,
        received_on=one.received_on,
        counts=counts,
        content=one.told,
    )
