"""What several transactions ask of the bus on their way: a visit, its lines, the books of a period."""

from collections.abc import Generator
from datetime import date
from typing import Any, TypeVar

from shared.adapter.questions import settlements_after
from shared.gateway.forms.transaction import Wanted
from shared.gateway.forms.visit import VisitName
from shared.messages.body import Request, Result
from shared.messages.settlement.found import (
    FeesFound,
    FoundLine,
    ListedSettlement,
    SettlementsFound,
    VisitFound,
)
from shared.messages.settlement.queries import QueryFees, QueryVisit

R = TypeVar("R", bound=Result)


def ask(body: Request, kind: type[R], topic: str = "") -> Generator[Wanted, Result, R]:
    """Asks the bus one thing; the result of the kind that is expected."""
    result = yield Wanted(body, topic or body.TOPICS[0])
    if not isinstance(result, kind):
        raise TypeError(f"expected {kind.__name__}, got {type(result).__name__}")
    return result


def names(institution_id: str, visit: VisitName) -> dict[str, Any]:
    """A visit as the bus names it; `mdtrt_id` is its id, and `psn_no` the person's."""
    return {"visit_id": visit.mdtrt_id, "person_id": visit.psn_no, "institution_id": institution_id}


def visit_of(institution_id: str, visit: VisitName) -> Generator[Wanted, Result, VisitFound]:
    """How the visit stands."""
    return (yield from ask(QueryVisit(**names(institution_id, visit)), VisitFound))


def lines_of(institution_id: str, visit: VisitName) -> Generator[Wanted, Result, list[FoundLine]]:
    """All fee lines of the visit as they were split."""
    lines: list[FoundLine] = []
    more = True
    while more:
        body = QueryFees(**names(institution_id, visit), skip=len(lines))
        found = yield from ask(body, FeesFound)
        lines += found.lines
        more = found.more
    return lines


def settlements_of(
    institution_id: str, from_on: date, until_on: date
) -> Generator[Wanted, Result, list[ListedSettlement]]:
    """The institution's settlements of a period, those taken back too; `until_on` is the day after it."""
    listed: list[ListedSettlement] = []
    more = True
    while more:
        body = settlements_after(listed, institution_id, from_on, until_on)
        found = yield from ask(body, SettlementsFound)
        listed += found.settlements
        more = found.more
    return listed
