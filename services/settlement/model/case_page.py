"""The case page (住院病案首页) of a stay and its day (000 三(一)4)."""

from datetime import date
from typing import ClassVar, NamedTuple

from shared.messages.body import Fact

WORKING_DAYS = 5


class CasePage(NamedTuple):
    """The page that is due after a discharge; `partition` is the stream that watches over it."""

    visit_id: str
    person_id: str
    institution_id: str
    partition: int
    due_on: date
    page_id: str | None = None
    received_on: date | None = None
    overdue: bool = False
    stored: bool = False


class CasePageDue(Fact):
    """A day has passed the due day of a page that is not there."""

    KEY: ClassVar[str] = "person_id"
    visit_id: str
    person_id: str
