"""A list with planted faults differs from the one it was made of by each cause once, and by nothing else."""

from datetime import date

import pytest

from services.cli.demo.reconciling import Listed, faults, planted
from shared.month.funds import Funds
from shared.reconcile.cause import Cause
from shared.reconcile.differences import Entry, Key, Side, reconcile

MONTH, MARCH_5 = "2026-03", date(2026, 3, 5)
ROWS = [
    *(Listed("settled", f"s{n}", MARCH_5, 1_000 + n, Funds(pool_fen=700 + n)) for n in range(7)),
    Listed("reversed", "s1", MARCH_5, -1_001, Funds(pool_fen=-701)),
]


def _side(rows: list[Listed]) -> Side:
    entries = {
        row: Entry(Key(row.settlement_id, row.kind), row.day, row.total_fen, row.funds) for row in rows
    }
    return Side(
        [entries[row] for row in rows if not row.month],
        {entries[row].key: row.month for row in rows if row.month},
    )


@pytest.mark.requirement("CLR-12")
def test_each_cause_is_planted_once() -> None:
    found = reconcile(_side(ROWS), _side(planted(ROWS, MONTH)))
    assert sorted(one.cause for one in found.differences) == sorted(Cause)
    assert sum(one.sums.funds.due_fen for one in found.differences) == found.difference.funds.due_fen


@pytest.mark.parametrize(
    ("clean", "spoilt", "wrong"),
    [
        ({}, dict.fromkeys(Cause, 1), []),
        ({Cause.AMOUNT: 1}, dict.fromkeys(Cause, 1), ["a"]),
        ({}, {Cause.AMOUNT: 2}, ["b"]),
    ],
)
def test_a_demonstration_whose_lists_differ_otherwise_fails(
    clean: dict[Cause, int], spoilt: dict[Cause, int], wrong: list[str]
) -> None:
    told = [{"list": "a", "causes": clean}, {"list": "b", "causes": spoilt}]
    assert [one.partition(":")[0] for one in faults(told)] == wrong
