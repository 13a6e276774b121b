"""Deadlines of the four exchange classes (000 三(一)4): at once, daily, case page, monthly.

Judged by the business dates that the facts themselves carry, so that the same log always gives the same list.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, cast

from services.audit.model import Exchange, Missed, Tally
from shared.calendar import add_working_days
from shared.messages.audit.trail import ExchangeClass
from shared.messages.body import Fact
from shared.messages.clearing.months import AdvanceReviewed
from shared.messages.settlement.case_pages import CasePageOverdue, CasePageReceived
from shared.messages.settlement.corrections import DischargeCancelled
from shared.messages.settlement.visits import CostsUploaded, SettlementCompleted, VisitAdmitted

# Last month's settlements are declared by the 20th (practice after 医保发〔2022〕22号).
CLAIM_DAY = 20


def _area(institution_id: str) -> str:
    return institution_id[1:7]


def _admitted(fact: VisitAdmitted) -> Exchange:
    place = fact.institution_id
    return Exchange("at_once", fact.visit_id, place, fact.treatment_area, fact.admitted_on, fact.heard_on)


def _settled(fact: SettlementCompleted) -> Exchange | None:
    if fact.goes_on or fact.attempt - fact.attempts_apart > 1:  # due is the first of the whole, on leaving
        return None
    due_on = fact.discharged_on or fact.service_on
    place = fact.institution_id
    return Exchange("at_once", fact.settlement_id, place, fact.treatment_area, due_on, fact.settled_on)


def _uploaded(fact: CostsUploaded) -> Exchange:
    place, due_on = fact.institution_id, add_working_days(fact.cost_on, 1)
    return Exchange("daily", f"{fact.visit_id}/{fact.upload_id}", place, _area(place), due_on, fact.heard_on)


def page_subject(visit_id: str, due_on: date | None) -> str:
    """What names the page of one discharge: a visit may be discharged again after that was cancelled."""
    return f"{visit_id}/{due_on}"


def _page(
    fact: CasePageReceived | CasePageOverdue | DischargeCancelled, due_on: date, heard_on: date | None
) -> Exchange:
    place, subject_id = fact.institution_id, page_subject(fact.visit_id, due_on)
    return Exchange("case_page", subject_id, place, _area(place), due_on, heard_on)


def _page_received(fact: CasePageReceived) -> Exchange | None:
    if fact.part_of_visit_id:  # the page of its last part is the exchange
        return None
    return _page(fact, fact.due_on, fact.received_on)


def _page_overdue(fact: CasePageOverdue) -> Exchange:
    return _page(fact, fact.due_on, None)


def _page_void(fact: DischargeCancelled) -> Exchange | None:
    """A page overdue when its discharge was cancelled is awaited no longer: it was late until then."""
    due_on = fact.case_page_due_on
    return _page(fact, due_on, fact.cancelled_on) if due_on and fact.cancelled_on > due_on else None


def _claimed(fact: AdvanceReviewed) -> Exchange:
    place = fact.institution_id
    return Exchange("monthly", fact.claim_id, place, _area(place), claim_due_on(fact.month), fact.reviewed_on)


_EXCHANGES: dict[type[Fact], Callable[[Any], Exchange | None]] = {
    VisitAdmitted: _admitted,
    SettlementCompleted: _settled,
    CostsUploaded: _uploaded,
    CasePageReceived: _page_received,
    CasePageOverdue: _page_overdue,
    DischargeCancelled: _page_void,
    AdvanceReviewed: _claimed,
}


EXCHANGE_TYPES = frozenset(kind.wire_type() for kind in _EXCHANGES)


def exchange_of(body: Any) -> Exchange | None:
    """The exchange that a fact reports; none for a fact without a deadline, or with one in no calendar.

    What another service lets through is no reason to leave a message out of the trail.
    """
    rule = _EXCHANGES.get(type(body))
    try:
        return rule(body) if rule else None
    except (ValueError, OverflowError):  # a day after 9999 or before the year 1
        return None


def write_exchange(exchange: Exchange) -> str:
    """An exchange as the trail keeps it in a gist; none of its words has a space."""
    *words, heard_on = exchange
    return " ".join([*map(str, words), str(heard_on or "-")])


def read_exchange(text: str) -> Exchange:
    """An exchange from its text. Raises ValueError for text of another form."""
    name, subject_id, party, area, due_on, heard_on = text.split(" ")
    heard = None if heard_on == "-" else date.fromisoformat(heard_on)
    return Exchange(cast(ExchangeClass, name), subject_id, party, area, date.fromisoformat(due_on), heard)


def claim_due_on(month: str) -> date:
    """The day by which an institution claims what it advanced in `month` (YYYY-MM).

    Raises ValueError where no calendar has that day.
    """
    year, number = map(int, month.split("-"))
    return date(year + number // 12, number % 12 + 1, CLAIM_DAY)


def judge(known: Missed | None, exchange: Exchange) -> tuple[list[Tally | Missed], bool]:
    """What is kept of an exchange, and whether a missed deadline is told.

    A deadline is told once: what was overdue and comes after all moves from overdue to late; what came late
    is not overdue again, whichever is heard first.
    """
    if known and (known.heard_on or exchange.heard_on is None):
        return [], False
    month = exchange.due_on.isoformat()[:7]
    overdue = exchange.heard_on is None
    tally = Tally(
        exchange.exchange,
        exchange.area,
        exchange.party,
        month,
        on_time=int(not exchange.late),
        late=int(exchange.late and not overdue),
        overdue=int(overdue) - int(known is not None),
    )
    if not exchange.late:
        return [tally], False
    return [tally, Missed(*exchange)], known is None
