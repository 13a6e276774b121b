"""An answer's positions go along with the next request to who reads those facts, until it has answered."""

from shared.adapter.positions import Positions
from shared.bus.message import Position

FILED = Position("referral/realtime.filings/3", "referral.events", 3, 7)
FILED_LATER = FILED._replace(sequence=9)
SETTLED = Position("settlement/realtime.encounters/3", "settlement.events", 3, 4)


def held(*positions: Position) -> Positions:
    kept = Positions()
    kept.remember("P1", positions)
    return kept


def test_a_filing_is_awaited_where_the_visit_is_settled() -> None:
    assert list(held(FILED).after("P1", "realtime.encounters")) == [FILED]


def test_a_service_does_not_await_its_own_facts() -> None:
    assert list(held(SETTLED).after("P1", "realtime.encounters")) == []
    assert list(held(SETTLED).after("P1", "monthly.claims")) == [SETTLED]


def test_other_persons_are_not_concerned() -> None:
    assert list(held(FILED).after("P2", "realtime.encounters")) == []


def test_the_last_position_of_a_stream_stands_whatever_the_order_of_answers() -> None:
    assert list(held(FILED_LATER, FILED).after("P1", "realtime.encounters")) == [FILED_LATER]


def test_what_was_reached_is_not_asked_for_again_but_what_came_meanwhile_is() -> None:
    kept = held(FILED)
    kept.reached("P1", [FILED])
    assert list(kept.after("P1", "realtime.encounters")) == []
    kept = held(FILED, FILED_LATER)
    kept.reached("P1", [FILED])
    assert list(kept.after("P1", "realtime.encounters")) == [FILED_LATER]
