"""Deciding a page of rows (批量登记): each by the rule of its own, and all of them or none."""

from collections.abc import Callable
from typing import Any

from services.enrollment.institutions.publish import publish_institution
from services.enrollment.model import Known
from services.enrollment.rules.coverage import enroll_person
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.body import Fact, Paged
from shared.messages.enrollment.register_pages import (
    CoveragesChanged,
    EnrollPersons,
    InstitutionsPublished,
    PageRegistered,
    PublishInstitutions,
)


def enroll_persons(known: Known, message: Message, body: EnrollPersons) -> Decision:
    """Adds or changes the coverages of a page, or of none if one of them is refused."""
    return _decide(known, message, body, enroll_person, CoveragesChanged)


def publish_institutions(known: Known, message: Message, body: PublishInstitutions) -> Decision:
    """Adds or changes the institutions of a page, or none if one of them is refused."""
    return _decide(known, message, body, publish_institution, InstitutionsPublished)


def _decide(
    known: Known,
    message: Message,
    page: Paged,
    decide: Callable[[Known, Message, Any], Decision],
    said: type[Fact],
) -> Decision:
    if (twice := _twice(page.row_keys)) is not None:
        return Decision(answer=refuse("INVALID_FIELD", f"rows.{twice}: a row of the page has this key"))
    decisions = [decide(known, message, row) for row in page.rows]
    for number, decision in enumerate(decisions):
        if decision.answer and not decision.answer.accepted:
            return Decision(answer=_of_row(number, decision.answer), notices=decision.notices)
    facts = tuple(fact for decision in decisions for fact in decision.facts)
    rows = [row for decision in decisions for row in decision.rows]
    done = PageRegistered(subject_id=page.key, registered_rows=len(decisions), changed_rows=len(facts))
    return Decision([said.of_valid({"rows": facts})] if facts else [], rows, accept(done))


def _of_row(number: int, answer: Answer) -> Answer:
    return answer.model_copy(update={"where": f"rows.{number}: {answer.where}"})


def _twice(keys: tuple[str, ...]) -> int | None:
    """The number of the first row whose key an earlier one has."""
    if len(set(keys)) == len(keys):
        return None
    return next(number for number, key in enumerate(keys) if key in keys[:number])
