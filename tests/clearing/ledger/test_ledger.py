"""The posting table: sums to zero whatever happens, and has no place for a bank's fees."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.clearing.ledger.rules import MODES, POSTINGS, Entry, NoPostingError, postings
from services.clearing.model.ledger import FEES, NO_FUND, Event
from shared.month.funds import Funds
from tests.clearing.given.facts import agreement

DAY = date(2026, 3, 2)
amounts = st.integers(min_value=-(10**12), max_value=10**12)


@settings(deadline=None)
@given(row=st.sampled_from(sorted(POSTINGS)), funds=st.builds(Funds, amounts, amounts, amounts, amounts))
def test_every_entry_sums_to_zero_in_each_fund(row: tuple[Event, str], funds: Funds) -> None:
    event, mode = row
    sides = postings(Entry("e1", event, DAY, funds, 0, "H51010700001"), agreement(funding_mode=mode))
    for fund in Funds._fields:
        assert sum(getattr(side, fund) for side in sides) == 0
    assert len({side.account for side in sides}) == len(sides)


def test_an_entry_about_no_money_posts_nothing() -> None:
    assert postings(Entry("e1", Event.SETTLED, DAY, Funds(), 0, "H51010700001"), agreement()) == []


@pytest.mark.requirement("CLR-09")
@pytest.mark.requirement("CLR-28")
@pytest.mark.requirement("CLR-29")
@pytest.mark.parametrize("mode", sorted(MODES))
def test_neither_a_fee_nor_a_fine_has_a_row_on_an_account_of_a_fund(mode: str) -> None:
    for event in (*FEES, Event.FINE, Event.PENALTY):
        assert {leg.account for leg in POSTINGS[event, mode]} <= NO_FUND


def test_interest_has_no_row_where_no_money_lies_ahead() -> None:
    with pytest.raises(NoPostingError, match="INTEREST"):
        postings(Entry("e1", Event.INTEREST, DAY, Funds(500), 0), agreement(funding_mode="CITY_ADVANCE"))
