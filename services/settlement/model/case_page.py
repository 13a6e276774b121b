"""The case page (住院病案首页) of a stay, and the day on which it is due (000 三(一)4)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, NamedTuple

from shared.messages.body import Fact

WORKING_DAYS = 5


class CasePage(NamedTuple):
    """The case page (住院病案首页) due after a discharge. The daily job of the stream with this `partition`
    notices when it is overdue. `due_on` is None once its discharge was cancelled: nothing is due.
    """

    visit_id: str
    person_id: str
    institution_id: str
    partition: int
    due_on: date | None
    page_id: str | None = None
    received_on: date | None = None
    overdue: bool = False
    stored: Mapping[str, Any] | None = None


class CasePageDue(Fact):
    """The due day of a case page (住院病案首页) has passed, and the page has not come."""

    KEY: ClassVar[str] = "person_id"
    visit_id: str
    person_id: str
