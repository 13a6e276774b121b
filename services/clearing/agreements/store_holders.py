"""Compares what centers hold in the ledger with the statements and lines that are still to be cleared.

An entry that sums to zero may still be posted to the wrong center: only this comparison shows it. Reads only.
"""

from shared.bus.service import Tx

_OPEN = """
WITH open AS (
    SELECT p.agreement_id, coalesce(s.head ->> 'insured_center', p.insured_center) AS insured_center,
           coalesce(s.head ->> 'treatment_center', p.treatment_center) AS treatment_center,
           p.pool_fen, p.large_amount_fen, p.serious_illness_fen, p.assistance_fen
    FROM placed p LEFT JOIN statement s USING (agreement_id, scheme, month)
         LEFT JOIN progress g USING (statement_id)
    WHERE s.statement_id IS NULL OR g.state <> 'PAID' AND NOT (g.state = 'CONFIRMED' AND EXISTS
        (SELECT FROM dispute d WHERE d.statement_id = s.statement_id AND d.line_id = p.line_id))
)
SELECT agreement_id, account, party FROM (
    SELECT agreement_id, account, party, pool_fen, large_amount_fen, serious_illness_fen, assistance_fen
    FROM posting WHERE account IN ('fund_payable', 'center_receivable')
    UNION ALL SELECT agreement_id, 'fund_payable', insured_center, pool_fen, large_amount_fen,
                     serious_illness_fen, assistance_fen FROM open
    UNION ALL SELECT agreement_id, 'center_receivable', treatment_center, -pool_fen, -large_amount_fen,
                     -serious_illness_fen, -assistance_fen FROM open
) AS sides
GROUP BY agreement_id, account, party HAVING sum(pool_fen) <> 0 OR sum(large_amount_fen) <> 0
    OR sum(serious_illness_fen) <> 0 OR sum(assistance_fen) <> 0
ORDER BY 1, 2, 3 LIMIT $1
"""
_PAID = """
WITH disputed AS (
    SELECT statement_id, sum(pool_fen) AS pool_fen, sum(large_amount_fen) AS large_amount_fen,
           sum(serious_illness_fen) AS serious_illness_fen, sum(assistance_fen) AS assistance_fen
    FROM dispute GROUP BY statement_id
), paid AS (
    SELECT s.statement_id, s.head,
           (s.sums ->> 'pool_fen')::bigint - coalesce(d.pool_fen, 0) AS pool_fen,
           (s.sums ->> 'large_amount_fen')::bigint - coalesce(d.large_amount_fen, 0) AS large_amount_fen,
           (s.sums ->> 'serious_illness_fen')::bigint - coalesce(d.serious_illness_fen, 0)
               AS serious_illness_fen,
           (s.sums ->> 'assistance_fen')::bigint - coalesce(d.assistance_fen, 0) AS assistance_fen
    FROM statement s JOIN progress USING (statement_id) LEFT JOIN disputed d USING (statement_id)
    WHERE state = 'PAID'
)
SELECT DISTINCT statement_id FROM (
    SELECT s.statement_id, p.account, p.party, p.pool_fen, p.large_amount_fen, p.serious_illness_fen,
           p.assistance_fen
    FROM paid s JOIN posting p ON p.entry_id = s.statement_id || '.paid'
    WHERE p.account IN ('fund_payable', 'center_receivable')
    UNION ALL SELECT statement_id, 'fund_payable', head ->> 'insured_center', -pool_fen, -large_amount_fen,
                     -serious_illness_fen, -assistance_fen FROM paid
    UNION ALL SELECT statement_id, 'center_receivable', head ->> 'treatment_center', pool_fen,
                     large_amount_fen, serious_illness_fen, assistance_fen FROM paid
) AS sides
GROUP BY statement_id, account, party HAVING sum(pool_fen) <> 0 OR sum(large_amount_fen) <> 0
    OR sum(serious_illness_fen) <> 0 OR sum(assistance_fen) <> 0
ORDER BY 1 LIMIT $1
"""


async def find_unexplained(tx: Tx, limit: int) -> list[tuple[str, str, str]]:
    """Finds accounts in which a center does not hold the sum of its open statements and lines.

    As (agreement, account, holder); there are none if the books agree.
    """
    return [(row[0], row[1], row[2]) for row in await tx.fetch(_OPEN, limit)]


async def find_misposted(tx: Tx, limit: int) -> list[str]:
    """Finds paid statements whose payment did not clear exactly what their own two centers owed.

    There are none if the books agree.
    """
    return [row["statement_id"] for row in await tx.fetch(_PAID, limit)]
