"""Two lists of a month: each key that differs has one cause, and the causes add up to the fen."""

from collections.abc import Iterable
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.month.funds import Funds
from shared.month.statement import added_up
from shared.reconcile.cause import WORDS, Cause, Kind, Sides, cause_of
from shared.reconcile.differences import Entry, Key, Reconciliation, Side, less, reconcile

DAY = date(2026, 3, 5)
MARCH, APRIL = "2026-03", "2026-04"
SETTINGS = settings(derandomize=True, deadline=None, max_examples=300, database=None)


def entries(text: str) -> list[Entry]:
    """`S1 300` is a settlement of 300 fen of the pool, `S1.r -300` its reversal."""
    found = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        id, fen = part.split()
        kind: Kind = "reversed" if id.endswith(".r") else "settled"
        found.append(Entry(Key(id.removesuffix(".r"), kind), DAY, int(fen), Funds(int(fen))))
    return found


def side(text: str) -> Side:
    """The month's list, and behind `|` the keys of the month after."""
    month, _, beside = text.partition("|")
    return Side(entries(month), {entry.key: APRIL for entry in entries(beside)})


def told(found: Reconciliation) -> str:
    return ", ".join(
        f"{one.key.settlement_id}{'.r' * (one.key.kind == 'reversed')} {one.cause} {one.sums.total_fen}"
        for one in found.differences
    )


# Our list | our month beside, theirs | theirs beside, what differs with its amount (here less there)
CASES = [
    ("", "", ""),
    ("S1 300, S2 5", "S2 5, S1 300", ""),
    ("S1 300, S1 300", "S1 300", "S1 DUPLICATE 300"),
    ("S1 300", "S1 300, S1 200", "S1 DUPLICATE -200"),
    ("S1 300, S1 300", "", "S1 DUPLICATE 600"),
    ("S1 300, S1 300", "S1 300, S1 300", ""),  # no side's list differs from the other's
    ("S1 300, S1 200", "S1 200, S1 200", "S1 DUPLICATE 100"),
    ("S1 300, S1 300", "| S1 300", "S1 DUPLICATE 600"),
    ("S1.r -300, S1.r -300", "", "S1.r DUPLICATE -600"),
    ("S1 300, S1.r -300", "S1 300", "S1.r REFUND_UNKNOWN -300"),
    ("S1 300", "S1 300, S1.r -300", "S1.r REFUND_UNKNOWN 300"),
    ("S1.r -300", "| S1.r -300", "S1.r DATE_CUT -300"),  # it stands on both sides, in two months
    ("S1.r -300", "| S1 300", "S1.r REFUND_UNKNOWN -300"),
    ("S1 300", "| S1 300", "S1 DATE_CUT 300"),
    ("| S1 300", "S1 300", "S1 DATE_CUT -300"),
    ("S1 300 | S1 300", "", "S1 MISSING_THERE 300"),  # only where the other side has it counts
    ("S1 300", "S1 300 | S1 300", ""),
    ("S1 300", "S1 200 | S1 300", "S1 AMOUNT 100"),
    ("S1 300", "", "S1 MISSING_THERE 300"),
    ("", "S1 300", "S1 MISSING_HERE -300"),
    ("S1 300", "S1 200", "S1 AMOUNT 100"),
    ("S1.r -300", "S1.r -200", "S1.r AMOUNT -100"),
    ("S2 1, S1 300, S1.r -300", "S3 7", "S1.r REFUND_UNKNOWN -300, S1 MISSING_THERE 300, S2 MISSING_THERE 1, "
                                        "S3 MISSING_HERE -7"),
]  # fmt: skip


@pytest.mark.requirement("CLR-12")
@pytest.mark.parametrize(("here", "there", "differing"), CASES)
def test_each_key_that_differs_has_the_first_cause_that_fits(here: str, there: str, differing: str) -> None:
    assert told(reconcile(side(here), side(there))) == differing


def test_the_same_sum_split_otherwise_among_the_funds_differs_fund_by_fund() -> None:
    key = Key("S1", "settled")
    here, there = Entry(key, DAY, 500, Funds(300, 0, 50)), Entry(key, DAY, 500, Funds(310, 0, 40))
    [one] = reconcile(Side([here]), Side([there])).differences
    assert (one.cause, one.sums.total_fen, one.sums.funds) == ("AMOUNT", 0, Funds(-10, 0, 10))


def test_another_day_of_the_same_month_alone_is_no_difference() -> None:
    one = Entry(Key("S1", "settled"), DAY, 1, Funds(1))
    assert not reconcile(Side([one]), Side([one._replace(day=date(2026, 3, 6))])).differences


def test_a_date_cut_names_the_other_sides_month() -> None:
    [one] = reconcile(side("S1 300"), side("| S1 300")).differences
    assert one.month == APRIL
    [one] = reconcile(side("S1 300, S1 300"), side("| S1 300")).differences
    assert one.month is None


def test_the_causes_are_tried_in_the_contracts_order() -> None:
    assert list(Cause) == [
        "DUPLICATE", "REFUND_UNKNOWN", "DATE_CUT", "MISSING_THERE", "MISSING_HERE", "AMOUNT"
    ]  # fmt: skip
    everything = Sides("reversed", [1, 1], [], beside=True)
    assert cause_of(everything) is Cause.DUPLICATE


def test_each_cause_has_an_action_in_both_languages() -> None:
    assert set(WORDS) == set(Cause)
    assert all(all(words) for words in WORDS.values())


def random_side(draw: Random) -> Side:
    """A list in which keys are missing, doubled and of other amounts, and what stands beside it."""
    return Side(list(_random(draw, draw.randrange(12))), {entry.key: APRIL for entry in _random(draw, 4)})


def _random(draw: Random, most: int) -> Iterable[Entry]:
    for _ in range(most):
        kind: Kind = draw.choice(("settled", "settled", "reversed"))
        sign = 1 if kind == "settled" else -1
        funds = Funds(*(sign * draw.choice((0, 1, 2, 10**14)) for _ in range(5)))
        yield Entry(Key(draw.choice("ABCDEF"), kind), DAY, funds.due_fen + sign * draw.choice((0, 7)), funds)


@SETTINGS
@given(seed=st.integers(0, 10**9))
def test_the_differences_add_up_to_the_difference_of_the_totals(seed: int) -> None:
    draw = Random(seed)
    here, there = random_side(draw), random_side(draw)
    found = reconcile(here, there)
    for name in ("lines", "total_fen", *Funds._fields, "due_fen"):
        apart = sum(one.sums.document()[name] for one in found.differences)
        assert apart == here.sums.document()[name] - there.sums.document()[name]
    assert (
        added_up(one.sums for one in found.differences) == found.difference == less(found.here, found.there)
    )


@SETTINGS
@given(seed=st.integers(0, 10**9))
def test_a_key_has_one_cause_and_only_where_the_sides_differ(seed: int) -> None:
    draw = Random(seed)
    here, there = random_side(draw), random_side(draw)
    causes = {one.key: one.cause for one in reconcile(here, there).differences}
    assert len(causes) == len(reconcile(here, there).differences)
    for key in {entry.key for entry in (*here.entries, *there.entries)}:
        amounts = [sorted((e.total_fen, e.funds) for e in s.entries if e.key == key) for s in (here, there)]
        assert (key in causes) == (amounts[0] != amounts[1])


@SETTINGS
@given(seed=st.integers(0, 10**9))
def test_seen_from_the_other_side_the_causes_are_mirrored(seed: int) -> None:
    draw = Random(seed)
    here, there = random_side(draw), random_side(draw)
    mirror = {Cause.MISSING_HERE: Cause.MISSING_THERE, Cause.MISSING_THERE: Cause.MISSING_HERE}
    seen = {
        one.key: (mirror.get(one.cause, one.cause), one.sums) for one in reconcile(here, there).differences
    }
    again = {one.key: (one.cause, less(added_up(()), one.sums)) for one in reconcile(there, here).differences}
    assert seen == again


@SETTINGS
@given(seed=st.integers(0, 10**9), order=st.randoms(use_true_random=False))
def test_no_order_of_the_lists_changes_what_is_found(seed: int, order: Random) -> None:
    draw = Random(seed)
    here, there = random_side(draw), random_side(draw)
    shuffled = Side(order.sample(list(here.entries), len(here.entries)), here.beside)
    assert told(reconcile(here, there)) == told(reconcile(shuffled, there))
