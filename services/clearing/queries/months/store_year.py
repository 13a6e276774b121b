"""Reads a year's statements, its late lines, and what was compensated year by year. Reads only."""

from datetime import date

from services.clearing.queries.months.year_report import Advanced, YearLate, YearStatement
from shared.bus.service import Tx
from shared.month.funds import Funds

_DUE = " + ".join(Funds._fields)
_SUM_DUE = "coalesce(s.sums->>'due_fen', s.sums->>'fund_fen')::bigint"
_STATEMENTS = f"""
SELECT s.agreement_id, s.scheme, s.month, s.head->>'insured_area', s.head->>'treatment_area', s.lines,
    (s.sums->>'total_fen')::bigint, (s.sums->>'fund_fen')::bigint, {_SUM_DUE}, d.disputed_fen, d.undecided,
    coalesce(r.recovered_fen, 0), p.state
FROM statement s JOIN progress p USING (statement_id)
    LEFT JOIN (SELECT agreement_id, scheme, month, -sum({_DUE})::bigint AS recovered_fen FROM line
        WHERE why = 'recovered' AND month BETWEEN $1 AND $2 GROUP BY agreement_id, scheme, month) AS r
    USING (agreement_id, scheme, month),
    LATERAL (SELECT coalesce(sum({_DUE}), 0)::bigint AS disputed_fen,
        count(*) FILTER (WHERE c.line_id IS NULL) AS undecided
        FROM dispute d LEFT JOIN decision c USING (line_id) WHERE d.statement_id = s.statement_id) AS d
WHERE s.month BETWEEN $1 AND $2
"""  # noqa: S608 (our own words)
_LATE = f"""
SELECT l.agreement_id, l.scheme, l.insured_area, l.treatment_area, l.visit_kind, l.business_on,
    p.received_on, r.reviewed_on, ({" + ".join(f"l.{fund}" for fund in Funds._fields)})::bigint
FROM line l LEFT JOIN page_came p USING (visit_id) LEFT JOIN review r USING (settlement_id)
WHERE l.aside = 'late' AND l.business_on BETWEEN $1 AND $2
"""  # noqa: S608 (our own words)
_ADVANCED = f"""
SELECT left(s.month, 4), left(s.head->>'insured_area', 2) = left(s.head->>'treatment_area', 2),
    sum(s.lines)::bigint, sum((s.sums->>'fund_fen')::bigint)::bigint, sum({_SUM_DUE})::bigint
FROM statement s WHERE s.month <= $1 GROUP BY 1, 2 ORDER BY 1, 2 DESC
"""  # noqa: S608 (our own words)


async def read_statements(tx: Tx, year: int) -> list[YearStatement]:
    """The statements of a year's months."""
    rows = await tx.fetch(_STATEMENTS, f"{year:04}-01", f"{year:04}-12")
    return [YearStatement(*row) for row in rows]


async def read_late(tx: Tx, year: int) -> list[YearLate]:
    """The lines of a year's business that are late and were not let in."""
    return [YearLate(*row) for row in await tx.fetch(_LATE, date(year, 1, 1), date(year, 12, 31))]


async def read_advanced(tx: Tx, year: int) -> list[Advanced]:
    """What the statements of a year and of each year before came to, in and across provinces."""
    return [Advanced(*row) for row in await tx.fetch(_ADVANCED, f"{year:04}-12")]
