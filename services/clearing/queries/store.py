"""Reads the statements of a month with their state, and the figures of the month. Reads only."""

from datetime import date

from services.clearing.model.report import StatementStatus
from shared.bus.service import Tx
from shared.month.funds import Funds


async def read_status(tx: Tx, month: str) -> list[StatementStatus]:
    """The statements of a month, in order of agreement and scheme."""
    rows = await tx.fetch(
        "SELECT s.statement_id, s.agreement_id, s.scheme, s.head->>'funding_mode' AS funding_mode,"
        " s.head->>'insured_center' AS insured_center,"
        " s.head->>'treatment_center' AS treatment_center, s.lines,"
        " (s.sums->>'fund_fen')::bigint AS fund_fen,"
        " coalesce(s.sums->>'due_fen', s.sums->>'fund_fen')::bigint AS due_fen, p.state,"
        " d.disputed_lines, d.disputed_fen"
        " FROM statement s JOIN progress p USING (statement_id),"
        " LATERAL (SELECT count(*) AS disputed_lines, coalesce(sum(pool_fen + large_amount_fen"
        " + serious_illness_fen + assistance_fen + account_fen), 0)::bigint AS disputed_fen"
        " FROM dispute WHERE statement_id = s.statement_id) AS d"
        " WHERE s.month = $1 ORDER BY s.agreement_id, s.scheme",
        month,
    )
    areas = await _read_areas(tx, month)
    return [StatementStatus(**dict(row), by_area=areas[row["agreement_id"], row["scheme"]]) for row in rows]


async def _read_areas(tx: Tx, month: str) -> dict[tuple[str, str], dict[str, Funds]]:
    rows = await tx.fetch(
        "SELECT agreement_id, scheme, insured_area, sum(pool_fen)::bigint, sum(large_amount_fen)::bigint,"
        " sum(serious_illness_fen)::bigint, sum(assistance_fen)::bigint, sum(account_fen)::bigint FROM line"
        " WHERE month = $1 GROUP BY agreement_id, scheme, insured_area ORDER BY 1, 2, 3",
        month,
    )
    areas: dict[tuple[str, str], dict[str, Funds]] = {}
    for row in rows:
        areas.setdefault((row[0], row[1]), {})[row[2]] = Funds(*row[3:])
    return areas


async def month_figures(tx: Tx, month: str) -> tuple[Funds, int, int]:
    """The sums of a month's lines per fund, and what its claims asked for and were granted, fen.

    By their business days, whether they stand in its statements, a later month's or none; a line that is
    carried on counts once.
    """
    funds = await tx.fetchrow(
        "SELECT sum(pool_fen)::bigint, sum(large_amount_fen)::bigint, sum(serious_illness_fen)::bigint,"
        " sum(assistance_fen)::bigint, sum(account_fen)::bigint FROM line"
        " WHERE to_char(business_on, 'YYYY-MM') = $1 AND line_id NOT LIKE '%.d' HAVING count(*) > 0",
        month,
    )
    claims = await tx.fetchrow(
        "SELECT coalesce(sum(claimed_fen), 0)::bigint, (SELECT coalesce(sum(pool_fen + large_amount_fen"
        " + serious_illness_fen + assistance_fen), 0)::bigint FROM review r JOIN claim c USING (claim_id)"
        " WHERE c.month = $1) FROM claim WHERE month = $1",
        month,
    )
    return (Funds(*funds) if funds else Funds(), *(claims or (0, 0)))


async def read_exceptions(tx: Tx) -> tuple[int, int, int, int]:
    """What reviews deducted, how many payments came back, what top-ups were paid, what was recovered; fen."""
    row = await tx.fetchrow(
        "SELECT (SELECT coalesce(sum(c.fund_fen - r.pool_fen - r.large_amount_fen - r.serious_illness_fen"
        " - r.assistance_fen), 0)::bigint FROM review r JOIN claimed_line c USING (claim_id, settlement_id)),"
        " (SELECT count(*) FROM returned), (SELECT coalesce(sum(f.amount_fen), 0)::bigint"
        " FROM funding_paid JOIN funding f USING (agreement_id, funding_id)"
        " JOIN top_up t ON (t.agreement_id, t.top_up_id) = (f.agreement_id, f.funding_id)),"
        " (SELECT coalesce(-sum(pool_fen + large_amount_fen + serious_illness_fen + assistance_fen"
        " + account_fen), 0)::bigint FROM line WHERE why = 'recovered')"
    )
    return (row[0], row[1], row[2], row[3]) if row else (0, 0, 0, 0)


async def read_day(tx: Tx) -> date | None:
    """The business day that clearing has reached; None before the first."""
    day: date | None = await tx.fetchval("SELECT day FROM service_day")
    return day
