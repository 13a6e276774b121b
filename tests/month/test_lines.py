"""What lines are worth and how they are called: settlements, reversals, recoveries, carried lines."""

from typing import Any

import pytest

from tests.month.given.facts import (
    advance,
    agreement,
    decided,
    disputed,
    funds,
    page,
    places,
    recovered,
    reversed_,
    reviewed,
    settled,
    statements,
    worth,
)

PAID = funds(pool=500, large_amount=40, serious_illness=30, assistance=20, account=10)
STAY = settled("S", "2026-03-05", PAID)  # 100 yuan in cash beside it: 10 600 fen in all
BILL = {**STAY, "kind": "pharmacy"}
ACCEPTED = reviewed("S", "2026-04-02", pool=450, account=10)

# The facts, of each line its total, its pool and all that is due of it
WORTH: list[tuple[list[dict[str, Any]], dict[str, tuple[int, int, int]]]] = [
    ([agreement(), STAY], {"S": (10_600, 500, 600)}),
    ([agreement(), STAY, ACCEPTED], {"S": (10_600, 500, 600)}),
    ([advance(), BILL, ACCEPTED], {"S": (10_600, 450, 460)}),
    ([advance(), BILL, reviewed("S", "2026-04-02")], {"S": (10_600, 0, 0)}),
    ([agreement(), STAY, reversed_("S", "2026-03-06")],
     {"S": (10_600, 500, 600), "S.r": (-10_600, -500, -600)}),
    ([advance(), BILL, ACCEPTED, reversed_("S", "2026-04-06")],
     {"S": (10_600, 450, 460), "S.r": (-10_600, -450, -460)}),
    ([agreement(), STAY, recovered("R", "S", "2026-05-06", pool=7, account=1)],
     {"S": (10_600, 500, 600), "R": (0, -7, -8)}),
]  # fmt: skip


@pytest.mark.requirement("CLR-30")
@pytest.mark.parametrize(("facts", "expected"), WORTH)
def test_a_line_is_worth_its_funds_or_what_was_accepted_and_its_reversal_the_opposite(
    facts: list[dict[str, Any]], expected: dict[str, tuple[int, int, int]]
) -> None:
    assert worth(*facts) == expected


BACK = reversed_("S", "2026-03-06")
DISPUTE, BACK_DISPUTE = disputed("S", "2026-04-02"), disputed("S.r", "2026-04-02")
# The facts beside an agreement and a settlement, of each line after a dispute its total, pool and due
CARRIED: list[tuple[list[dict[str, Any]], dict[str, tuple[int, int, int]]]] = [
    ([DISPUTE], {}),
    ([DISPUTE, decided("S", "2026-04-03", "upheld")], {}),
    ([DISPUTE, decided("S", "2026-04-02", "rejected")], {"S.d": (10_600, 500, 600)}),
    ([DISPUTE, decided("S", "2026-04-03", "adjusted", funds(pool=1))], {"S.d": (10_600, 1, 1)}),
    ([DISPUTE, decided("S", "2026-04-03", "adjusted", PAID)], {"S.d": (10_600, 500, 600)}),
    ([DISPUTE, decided("S", "2026-04-03", "adjusted", funds())], {"S.d": (10_600, 0, 0)}),
    ([BACK, BACK_DISPUTE, decided("S.r", "2026-04-03", "rejected")], {"S.r.d": (-10_600, -500, -600)}),
    ([BACK, BACK_DISPUTE, decided("S.r", "2026-04-03", "adjusted", funds(pool=-2))],
     {"S.r.d": (-10_600, -2, -2)}),
    ([DISPUTE, decided("S", "2026-04-03", "adjusted", funds(pool=9)), disputed("S.d", "2026-05-02"),
      decided("S.d", "2026-05-03", "rejected")], {"S.d": (10_600, 9, 9), "S.d.d": (10_600, 9, 9)}),
    ([recovered("R", "S", "2026-05-06", pool=7), disputed("R", "2026-06-02"),
      decided("R", "2026-06-03", "adjusted", funds(pool=-3))], {"R.d": (0, -3, -3)}),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "expected"), CARRIED)
def test_a_disputed_line_is_carried_on_with_its_amounts_or_with_what_was_accepted_of_them(
    facts: list[dict[str, Any]], expected: dict[str, tuple[int, int, int]]
) -> None:
    carried = {id: it for id, it in worth(agreement(), STAY, *facts).items() if id.endswith(".d")}
    assert carried == expected


def test_each_line_says_why_it_stands_in_its_statement() -> None:
    facts = [agreement(), STAY, BACK, DISPUTE, decided("S", "2026-04-03", "rejected")]
    facts += [settled("T", "2026-03-05", PAID), recovered("R", "T", "2026-05-06", pool=7)]
    lines = [line for one in statements(*facts) for line in one.lines]
    assert [(line.line_id, line.why) for line in lines] == [
        ("S", "settled"),
        ("T", "settled"),
        ("S.r", "reversed"),
        ("S.d", "carried"),
        ("R", "recovered"),
    ]


def test_what_goes_with_a_settlement_stands_in_its_agreement_and_scheme() -> None:
    narrow = agreement("B", insured_area="511900", schemes=["390"])
    facts = [agreement(), narrow, {**STAY, "scheme": "390"}, BACK, DISPUTE]
    facts += [decided("S", "2026-04-03", "rejected"), settled("T", "2026-03-05")]
    told = [(one.terms.agreement_id, one.scheme, one.month, len(one.lines)) for one in statements(*facts)]
    assert told == [("A", "310", "2026-03", 1), ("B", "390", "2026-03", 2), ("B", "390", "2026-04", 1)]


# What is beside the settlement and its line, what may be recovered at most of the pool
MOST: list[tuple[list[dict[str, Any]], int]] = [
    ([agreement(), STAY], 500),
    ([advance(), STAY, page("S", "2026-03-06"), ACCEPTED], 450),
    ([agreement(), STAY, recovered("Q", "S", "2026-05-05", pool=200)], 300),
    ([agreement(), STAY, DISPUTE], 500),  # not decided yet
    ([agreement(), STAY, DISPUTE, decided("S", "2026-04-03", "rejected")], 500),  # the carried line's alone
    ([agreement(), STAY, DISPUTE, decided("S", "2026-04-03", "adjusted", funds(pool=80))], 80),
]


@pytest.mark.requirement("CLR-30")
@pytest.mark.parametrize(("facts", "most"), MOST)
def test_all_that_the_lines_of_a_settlement_came_to_may_be_recovered(
    facts: list[dict[str, Any]], most: int
) -> None:
    assert "R" in places(*facts, recovered("R", "S", "2026-05-06", pool=most))
    with pytest.raises(ValueError, match="more is recovered of the settlement than its lines came to"):
        places(*facts, recovered("R", "S", "2026-05-06", pool=most + 1))
