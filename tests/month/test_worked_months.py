"""The contract's worked months, to the fen: P (prefund), H (hospitals advance), L (late)."""

from collections import Counter
from datetime import date
from typing import Any

import pytest

from shared.month.outcome import Aside
from shared.month.reading import gather
from shared.month.statement import Statement, disputed_lines, payable_fen, sums_of
from tests.month.given.facts import (
    advance,
    agreement,
    aside,
    decided,
    disputed,
    funds,
    numbered,
    page,
    places,
    reversed_,
    reviewed,
    settled,
    statements,
)

PREFUND = agreement(prefund_quota_fen=100_000)
# The care of March: settlement, day, institution, yuan of the pool and of the serious illness insurance.
CARE = [
    settled("S1", "2026-03-05", funds(pool=30_000)),
    settled("S2", "2026-03-09", funds(pool=20_000, serious_illness=5_000)),
    settled("S3", "2026-03-20", funds(pool=40_000), institution_id="H2"),
    reversed_("S2", "2026-03-28"),
    settled("S4", "2026-03-29", funds(pool=18_000, serious_illness=4_000)),
]
DISPUTE, REJECTED = disputed("S3", "2026-04-02"), decided("S3", "2026-04-10", "rejected")
PAGES = [page(id, "2026-04-02") for id in ("S1", "S2", "S3", "S4")]
REVIEWS = [
    reviewed("S1", "2026-04-12", pool=30_000),
    reviewed("S3", "2026-04-12", pool=38_000),
    reviewed("S4", "2026-04-12", pool=18_000, serious_illness=4_000),
]


def of_institutions(statement: Statement) -> dict[str, int]:
    due: Counter[str] = Counter()
    for line in statement.lines:
        due[line.settled.institution_id] += line.funds.due_fen
    return dict(due)


def figures(statement: Statement) -> tuple[Any, ...]:
    """Month, sorted on, lines, pool, serious illness, fund."""
    lines, _, paid = sums_of(statement.lines)
    on = statement.sorted_on.isoformat()
    return statement.month, on, lines, paid.pool_fen, paid.serious_illness_fen, paid.fund_fen


# Name, facts, figures of each statement
WORKED: list[tuple[str, list[dict[str, Any]], list[tuple[Any, ...]]]] = [
    ("P", [PREFUND, *CARE], [("2026-03", "2026-04-01", 5, 88_000, 4_000, 92_000)]),
    (
        "P with the dispute",
        [PREFUND, *CARE, DISPUTE, REJECTED],
        [
            ("2026-03", "2026-04-01", 5, 88_000, 4_000, 92_000),
            ("2026-04", "2026-05-01", 1, 40_000, 0, 40_000),
        ],
    ),
    ("H", [advance(), *CARE, *PAGES, *REVIEWS], [("2026-03", "2026-04-21", 3, 86_000, 4_000, 90_000)]),
    (
        "H with a claim reviewed on 04-21",
        [advance(), *CARE, *PAGES, REVIEWS[0], reviewed("S3", "2026-04-21", pool=38_000), REVIEWS[2]],
        [
            ("2026-03", "2026-04-21", 2, 48_000, 4_000, 52_000),
            ("2026-04", "2026-05-21", 1, 38_000, 0, 38_000),
        ],
    ),
]


@pytest.mark.requirement("CLR-06")
@pytest.mark.requirement("CLR-07")
@pytest.mark.parametrize(("name", "facts", "expected"), WORKED, ids=[name for name, *_ in WORKED])
def test_a_worked_month_of_the_contract_comes_out_to_the_fen(
    name: str, facts: list[dict[str, Any]], expected: list[tuple[Any, ...]]
) -> None:
    assert [figures(one) for one in statements(*facts)] == expected


# Name, facts, what each institution is owed of March
OWED = [
    ("P", [PREFUND, *CARE], {"H1": 52_000, "H2": 40_000}),
    ("H", [advance(), *CARE, *PAGES, *REVIEWS], {"H1": 52_000, "H2": 38_000}),
]


@pytest.mark.requirement("CLR-22")
@pytest.mark.requirement("CLR-26")
@pytest.mark.parametrize(("name", "facts", "expected"), OWED, ids=[name for name, *_ in OWED])
def test_an_institution_is_owed_what_its_lines_of_the_month_come_to(
    name: str, facts: list[dict[str, Any]], expected: dict[str, int]
) -> None:
    assert of_institutions(statements(*facts)[0]) == expected


@pytest.mark.requirement("CLR-16")
def test_a_line_disputed_before_the_confirmation_is_not_to_be_paid_and_comes_back_in_april() -> None:
    facts = [PREFUND, *CARE, DISPUTE, REJECTED]
    march, april = statements(*facts)
    dropped = disputed_lines(march.lines, gather(numbered(facts)).disputed, date(2026, 4, 2))
    assert [line.line_id for line in dropped] == ["S3"]
    assert payable_fen(march.lines, dropped) == 52_000
    assert [(line.line_id, line.why, line.funds.due_fen) for line in april.lines] == [
        ("S3.d", "carried", 40_000)
    ]
    assert payable_fen(april.lines, []) == 40_000


def test_in_month_h_the_reversed_settlement_never_became_eligible_nor_did_its_reversal() -> None:
    assert aside(Aside.NOT_ELIGIBLE, advance(), *CARE, *PAGES, *REVIEWS) == ["S2", "S2.r"]


def test_in_month_l_a_review_of_the_21st_of_april_makes_a_january_settlement_late() -> None:
    late = settled("S", "2026-01-15")
    assert places(advance(), late, page("S", "2026-01-20"), reviewed("S", "2026-04-21", pool=1)) == {
        "S": "late"
    }
    assert places(advance(), late, page("S", "2026-01-20"), reviewed("S", "2026-04-20", pool=1)) == {
        "S": "2026-03"
    }
