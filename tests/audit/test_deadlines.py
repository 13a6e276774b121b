"""Deadlines of the four exchange classes, judged by the dates that facts carry."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.audit.model import Exchange, KnownStatement, Missed, Tally
from services.audit.rules.deadlines import claim_due_on, exchange_of, judge
from services.audit.rules.payments import add_payment, follow, payment_of, write_payment
from shared.messages.body import Fact
from tests.audit.given.facts import (
    PLACE,
    admitted,
    cancelled,
    claimed,
    confirmed,
    issued,
    march,
    page_overdue,
    page_received,
    paid,
    settled,
    uploaded,
    withdrawn,
)

# fmt: off
EXCHANGES = [  # what was said, its class, the subject, due, late
    (admitted(on=3, heard=3), "at_once", "V1", march(3), False),
    (admitted(on=3, heard=4), "at_once", "V1", march(3), True),
    (settled(discharged=9, on=9), "at_once", "S1", march(9), False),
    (settled(discharged=9, on=10), "at_once", "S1", march(9), True),
    (settled(discharged=9, on=19, attempt=3, attempts_apart=2), "at_once", "S1", march(9), True),
    (settled(discharged=None, on=3), "at_once", "S1", march(3), False),
    (settled(discharged=None, on=4), "at_once", "S1", march(3), True),
    (uploaded(on=3, heard=3), "daily", "V1/U1", march(4), False),
    (uploaded(on=3, heard=4), "daily", "V1/U1", march(4), False),
    (uploaded(on=3, heard=5), "daily", "V1/U1", march(4), True),
    (page_received(due=16, on=16), "case_page", "V1/2026-03-16", march(16), False),
    (page_received(due=16, on=17), "case_page", "V1/2026-03-16", march(16), True),
    (page_overdue(due=16), "case_page", "V1/2026-03-16", march(16), True),
    (cancelled(due=16, on=17), "case_page", "V1/2026-03-16", march(16), True),
    (claimed("2026-02", march(20)), "monthly", "C1", march(20), False),
    (claimed("2026-02", march(21)), "monthly", "C1", march(20), True),
]
# fmt: on


@pytest.mark.requirement("HUB-14")
@pytest.mark.requirement("SET-20")
@pytest.mark.requirement("SET-21")
@pytest.mark.parametrize(("fact", "exchange", "subject_id", "due_on", "late"), EXCHANGES)
def test_each_class_has_its_deadline(
    fact: Fact, exchange: str, subject_id: str, due_on: date, late: bool
) -> None:
    found = exchange_of(fact)
    assert found
    assert (found.exchange, found.subject_id, found.due_on, found.late) == (
        exchange,
        subject_id,
        due_on,
        late,
    )
    assert (found.party, found.area) == (PLACE, "510100")


NO_EXCHANGES = [
    settled(discharged=9, on=20, attempt=2),
    settled(discharged=9, on=20, attempt=3, attempts_apart=1),
    settled(discharged=9, on=20, attempts_apart=0, goes_on=True),
    page_received(due=16, on=17).model_copy(update={"part_of_visit_id": "V2"}),  # V2's is the exchange
    issued(),
    confirmed(pay_by=20),
]


@pytest.mark.parametrize("fact", NO_EXCHANGES)
def test_what_has_no_deadline_of_its_own_is_no_exchange(fact: Fact) -> None:
    assert exchange_of(fact) is None


BEYOND = [
    claimed("9999-12", march(20)),
    claimed("0000-01", march(20)),
    uploaded(on=3, heard=3).model_copy(update={"cost_on": date.max}),
]


@pytest.mark.parametrize("fact", BEYOND)
def test_what_would_be_due_on_no_day_of_the_calendar_is_no_exchange(fact: Fact) -> None:
    assert exchange_of(fact) is None


@given(st.dates(), st.dates() | st.none())
def test_whatever_days_a_fact_carries_it_can_be_judged(due_on: date, heard_on: date | None) -> None:
    exchange = Exchange("daily", "V1/U1", PLACE, "510100", due_on, heard_on)
    kept, told = judge(None, exchange)
    assert bool(kept) and told == exchange.late


# fmt: off
CLAIM_DAYS = [
    ("2026-01", date(2026, 2, 20)),
    ("2026-11", date(2026, 12, 20)),
    ("2026-12", date(2027, 1, 20)),
]
# fmt: on


@pytest.mark.parametrize(("month", "due_on"), CLAIM_DAYS)
def test_a_month_is_claimed_by_the_20th_of_the_next(month: str, due_on: date) -> None:
    assert claim_due_on(month) == due_on


@pytest.mark.parametrize(("due", "on"), [(16, 16), (16, 12), (None, 20)])
def test_a_discharge_cancelled_in_time_or_with_its_page_there_has_missed_nothing(
    due: int | None, on: int
) -> None:
    assert exchange_of(cancelled(due=due, on=on)) is None


def case_page(heard_on: date | None) -> Exchange:
    """A case page that was due on the 16th."""
    return Exchange("case_page", "V1/2026-03-16", PLACE, "510100", march(16), heard_on)


def tally(**counts: int) -> Tally:
    """A change of the counts of March."""
    return Tally("case_page", "510100", PLACE, "2026-03", **counts)


OVERDUE, LATE = Missed(*case_page(None)), Missed(*case_page(march(18)))
# fmt: off
JUDGED = [  # known before, heard now, counted, kept, told
    (None, march(16), tally(on_time=1), None, False),
    (None, march(18), tally(late=1), LATE, True),
    (None, None, tally(overdue=1), OVERDUE, True),
    (OVERDUE, march(18), tally(late=1, overdue=-1), LATE, False),
    (OVERDUE, None, None, None, False),
    (LATE, None, None, None, False),
]
# fmt: on


@pytest.mark.requirement("HUB-14")
@pytest.mark.parametrize(("known", "heard_on", "counted", "kept", "told"), JUDGED)
def test_a_missed_deadline_is_counted_and_told_once(
    known: Missed | None, heard_on: date | None, counted: Tally | None, kept: Missed | None, told: bool
) -> None:
    rows = [row for row in (counted, kept) if row]
    assert judge(known, case_page(heard_on)) == (rows, told)


# fmt: off
PAYMENTS = [
    ((issued(), confirmed(pay_by=20)), (march(20), None)),
    ((issued(), confirmed(pay_by=20), paid(on=20)), (march(20), march(20))),
    ((paid(on=22), confirmed(pay_by=20), issued()), (march(20), march(22))),
    ((issued(), paid(on=22)), None),
    ((issued(), confirmed(pay_by=20, fen=0)), None),
    ((issued(), confirmed(pay_by=20), paid(date(2020, 1, 1), booked=25)), (march(20), march(25))),
    ((paid(date(2020, 1, 1), booked=25), confirmed(pay_by=20), issued()), (march(20), march(25))),
    ((issued(), confirmed(pay_by=20), paid(on=19, booked=25)), (march(20), march(19))),
    ((issued(), confirmed(pay_by=20), paid(on=27, booked=25)), (march(20), march(25))),
    ((issued(), confirmed(pay_by=20), paid(date(2020, 1, 1))), (march(20), None)),
    ((issued(), confirmed(pay_by=20), withdrawn(reopened=True)), None),
    ((issued(), confirmed(pay_by=20), withdrawn(reopened=True), confirmed(pay_by=27)), (march(27), None)),
    ((issued(), confirmed(pay_by=20), withdrawn(reopened=False)), (march(20), None)),
]
# fmt: on


@pytest.mark.parametrize(("facts", "dates"), PAYMENTS)
def test_a_payment_has_a_deadline_once_it_is_confirmed(
    facts: tuple[Fact, ...], dates: tuple[date, date | None] | None
) -> None:
    known = KnownStatement("T1")
    for fact in facts:
        known = follow(known, fact)
    payment = payment_of(known)
    assert (payment and payment[4:]) == dates
    assert payment is None or payment[:4] == ("monthly", "T1", "511900", "511900")


@pytest.mark.parametrize("facts", [facts for facts, _ in PAYMENTS])
def test_a_payment_is_known_from_the_trail_alone(facts: tuple[Fact, ...]) -> None:
    known = read = KnownStatement("T1")
    for fact in facts:
        known, read = follow(known, fact), add_payment(read, write_payment(fact))
    assert read == known


def test_a_word_taken_away_is_known_too() -> None:
    assert add_payment(KnownStatement("T1", pay_by=march(2)), "pay_by=-") == KnownStatement("T1")
