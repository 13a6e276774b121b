"""Reads the lines of an institution with all that says where they stand. Reads only."""

from datetime import date
from typing import NamedTuple

from shared.bus.service import Tx
from shared.month.funds import Funds

_FUNDS = ", ".join(f"l.{name}" for name in Funds._fields)
_REST = " OR ".join(f"d.{name} <> p.{name}" for name in Funds._fields)
_SUM = " + ".join(Funds._fields)
# What is carried on after a dispute is not owed to the institution again. A line is paid with its own month,
# or under HOSPITAL_ADVANCE with the month in which its advance fell due.
_LINES = f"""
SELECT l.line_id, l.settlement_id, l.why, coalesce(l.month, '') AS month,
    coalesce(l.agreement_id, '') AS agreement_id, l.insured_area, l.scheme, l.visit_kind, l.business_on,
    l.total_fen, {_FUNDS}, coalesce(l.aside, '') AS aside,
    coalesce(l.month <= b.sorted_through, false) AS is_sorted, q.line_id IS NOT NULL AS is_disputed,
    coalesce(c.outcome, '') AS outcome,
    EXISTS (SELECT FROM claimed_line k WHERE k.settlement_id = l.settlement_id) AS is_claimed,
    coalesce(a.agreement->>'claims' = 'required', false) AS needs_claim,
    p.institution_id IS NOT NULL AS is_paid, coalesce({_REST}, false) AS is_paid_partly
FROM line l LEFT JOIN book b USING (agreement_id) LEFT JOIN known_agreement a USING (agreement_id)
    LEFT JOIN dispute q ON q.line_id = l.line_id LEFT JOIN decision c ON c.line_id = l.line_id
    LEFT JOIN payable y ON y.line_id = l.line_id
    LEFT JOIN payment p ON (p.agreement_id, p.month, p.institution_id)
        = (l.agreement_id, coalesce(y.month, l.month), l.institution_id)
    LEFT JOIN payment_due d ON (d.agreement_id, d.month, d.institution_id)
        = (p.agreement_id, p.month, p.institution_id)
WHERE l.institution_id = $1 AND l.line_id NOT LIKE '%.d'
    AND ($2::text IS NULL OR coalesce(l.month, to_char(l.business_on, 'YYYY-MM')) = $2)
ORDER BY l.business_on, l.line_id
"""  # noqa: S608 (our own words)
_TOTALS = f"""
SELECT coalesce((SELECT sum({_SUM}) FROM payment_due
        WHERE institution_id = $1 AND month = (SELECT max(month) FROM payment_due
            WHERE institution_id = $1 AND ($2::text IS NULL OR month = $2))), 0)::bigint AS due_fen,
    coalesce((SELECT sum({_SUM}) FROM payment
        WHERE institution_id = $1 AND month = (SELECT max(month) FROM payment_due
            WHERE institution_id = $1 AND ($2::text IS NULL OR month = $2))), 0)::bigint AS paid_fen
"""  # noqa: S608 (our own words)


class StoredLine(NamedTuple):
    """A line as it is kept, with what says where it stands for its institution (明细与其依据)."""

    line_id: str
    settlement_id: str
    why: str
    month: str
    agreement_id: str
    insured_area: str
    scheme: str
    visit_kind: str
    business_on: date
    total_fen: int
    pool_fen: int
    large_amount_fen: int
    serious_illness_fen: int
    assistance_fen: int
    account_fen: int
    aside: str
    is_sorted: bool
    is_disputed: bool
    outcome: str
    is_claimed: bool
    needs_claim: bool
    is_paid: bool
    is_paid_partly: bool

    @property
    def funds(self) -> Funds:
        """What the institution is owed for it, fen."""
        return Funds(*(getattr(self, name) for name in Funds._fields))


async def read_lines(tx: Tx, institution_id: str, month: str | None) -> list[StoredLine]:
    """The lines of an institution in a month, or set aside with business in it; without one, all."""
    return [StoredLine(*row) for row in await tx.fetch(_LINES, institution_id, month)]


async def read_totals(tx: Tx, institution_id: str, month: str | None) -> tuple[int, int]:
    """What it was due and was paid for a month, or for the last one that was sorted, fen."""
    row = await tx.fetchrow(_TOTALS, institution_id, month)
    return (row["due_fen"], row["paid_fen"]) if row else (0, 0)


async def read_name(tx: Tx, institution_id: str) -> str:
    """What an institution is called; empty where no register told it."""
    query = "SELECT name FROM known_institution WHERE institution_id = $1"
    return await tx.fetchval(query, institution_id) or ""
