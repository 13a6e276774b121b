"""Compares what centers hold in the ledger with the statements and lines that are still to be cleared.

An entry that sums to zero may still be posted to the wrong center: only this comparison shows it. Reads only.
"""

from shared.bus.service import Tx
from shared.month.funds import Funds


def _over(form: str) -> str:
    """A form of words for each of the five amounts, joined by commas."""
    return ", ".join(form.format(fund=fund) for fund in Funds._fields)


_DIFFERS = " OR ".join(f"sum({fund}) <> 0" for fund in Funds._fields)
# A line is owed until its statement is paid; a disputed one until the dispute is decided, whatever was paid.
_OPEN = f"""
WITH open AS (
    SELECT l.agreement_id, coalesce(s.head ->> 'insured_center', l.insured_center) AS insured_center,
           coalesce(s.head ->> 'treatment_center', l.treatment_center) AS treatment_center,
           {_over("l.{fund}")}
    FROM line l LEFT JOIN statement s USING (agreement_id, scheme, month)
         LEFT JOIN progress g USING (statement_id) LEFT JOIN dispute d USING (statement_id, line_id)
         LEFT JOIN decision c ON c.line_id = l.line_id
    WHERE l.agreement_id IS NOT NULL AND c.line_id IS NULL
        AND (s.statement_id IS NULL OR g.state <> 'PAID' OR d.line_id IS NOT NULL)
)
SELECT agreement_id, account, party FROM (
    SELECT agreement_id, account, party, {_over("{fund}")}
    FROM posting WHERE account IN ('fund_payable', 'center_receivable')
    UNION ALL SELECT agreement_id, 'fund_payable', insured_center, {_over("{fund}")} FROM open
    UNION ALL SELECT agreement_id, 'center_receivable', treatment_center, {_over("-{fund}")} FROM open
) AS sides
GROUP BY agreement_id, account, party HAVING {_DIFFERS}
ORDER BY 1, 2, 3 LIMIT $1
"""  # noqa: S608 (our own words)
_PAID = f"""
WITH disputed AS (
    SELECT statement_id, {_over("sum({fund}) AS {fund}")} FROM dispute GROUP BY statement_id
), paid AS (
    SELECT s.statement_id, s.head,
           {_over("coalesce((s.sums ->> '{fund}')::bigint, 0) - coalesce(d.{fund}, 0) AS {fund}")}
    FROM statement s JOIN progress USING (statement_id) LEFT JOIN disputed d USING (statement_id)
    WHERE state = 'PAID'
), entry AS (
    SELECT r.statement_id, r.number, e.entry_id FROM remittance r, LATERAL (
        VALUES (CASE r.number WHEN 1 THEN '' ELSE '.' || r.number END)
    ) AS n (ending), LATERAL (
        VALUES (r.statement_id || '.paid' || ending), (r.statement_id || '.rest' || ending),
               (r.statement_id || '.paid' || ending || '.returned'),
               (r.statement_id || '.rest' || ending || '.returned')
    ) AS e (entry_id)
)
SELECT DISTINCT statement_id FROM (
    SELECT e.statement_id, p.account, p.party, {_over("p.{fund}")}
    FROM entry e JOIN posting p USING (entry_id)
    WHERE p.account IN ('fund_payable', 'center_receivable')
    UNION ALL SELECT statement_id, 'fund_payable', head ->> 'insured_center', {_over("-{fund}")} FROM paid
    UNION ALL SELECT statement_id, 'center_receivable', head ->> 'treatment_center', {_over("{fund}")}
              FROM paid
) AS sides
GROUP BY statement_id, account, party HAVING {_DIFFERS}
ORDER BY 1 LIMIT $1
"""  # noqa: S608 (our own words)


async def find_unexplained(tx: Tx, limit: int) -> list[tuple[str, str, str]]:
    """Finds accounts in which a center does not hold the sum of its open statements and lines.

    As (agreement, account, holder); there are none if the books agree.
    """
    return [(row[0], row[1], row[2]) for row in await tx.fetch(_OPEN, limit)]


async def find_misposted(tx: Tx, limit: int) -> list[str]:
    """Finds statements whose payments, less what came back, did not clear what their own two centers owed.

    Of one that is not paid nothing is cleared. There are none if the books agree.
    """
    return [row["statement_id"] for row in await tx.fetch(_PAID, limit)]
