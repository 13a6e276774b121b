"""Reads the lines that stand in no month, added up by what they have and what they want. Reads only."""

from datetime import date

from services.clearing.queries.months.preview_report import AsideLines
from shared.bus.service import Tx
from shared.month.funds import Funds

_ASIDE = f"""
SELECT a.agreement_id, a.scheme, a.aside, a.visit_kind, a.business_on, a.has_page, a.is_reviewing,
    a.has_review, a.is_reversed, a.is_asked, count(*), sum(a.total_fen)::bigint, sum(a.due_fen)::bigint
FROM (SELECT l.*, {" + ".join(f"l.{fund}" for fund in Funds._fields)} AS due_fen,
        EXISTS (SELECT FROM page_came p WHERE p.visit_id = l.visit_id) AS has_page,
        EXISTS (SELECT FROM reviewing s WHERE s.settlement_id = l.settlement_id AND s.waits_for <> ''
            AND NOT EXISTS (SELECT FROM reviewing n WHERE n.claim_id = s.claim_id
                AND n.settlement_id = s.settlement_id AND n.number > s.number)) AS is_reviewing,
        EXISTS (SELECT FROM review r WHERE r.settlement_id = l.settlement_id) AS has_review,
        EXISTS (SELECT FROM line b WHERE b.settlement_id = l.settlement_id AND b.line_id <> b.settlement_id
            AND b.why = 'reversed') AS is_reversed,
        EXISTS (SELECT FROM admission_asked k WHERE k.line_id = l.line_id) AS is_asked
    FROM line l WHERE l.aside IS NOT NULL AND l.business_on <= $1) AS a
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
"""  # noqa: S608 (our own words)


async def read_aside(tx: Tx, through: date) -> list[AsideLines]:
    """The lines of business up to a day that stand in no month."""
    return [AsideLines(*row) for row in await tx.fetch(_ASIDE, through)]
