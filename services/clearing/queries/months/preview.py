"""Works out what a month would come to as things stand, beside the running service. Reads only.

Its lines are added up by the very query that sorts it, so that nothing is told which the sort would not do.
"""

from services.clearing.ledger.store_books import read_books
from services.clearing.model.terms import terms_of_month
from services.clearing.months.store import Span, sum_months
from services.clearing.queries.month import snapshot
from services.clearing.queries.months import store_preview as store
from services.clearing.queries.months.preview_report import Preview, aside_sums, expected
from services.clearing.queries.months.signed import agreements_of, read_signed
from shared.month.place import month_after
from shared.month.terms import month_end


async def read_preview(dsn: str, month: str) -> Preview:
    """The statements that a month would become today, and what stands in none."""
    async with snapshot(dsn) as tx:
        books, signed = await read_books(tx, ""), await read_signed(tx)
        spans = [
            Span(one.agreement_id, month_after(month, -1), month)
            for one in books
            if one.sorted_through < month
        ]
        groups = await sum_months(tx, spans, len(books))
        aside = await store.read_aside(tx, month_end(month, 0))
    terms_of = agreements_of(signed).terms

    def centers_of(agreement_id: str) -> tuple[str, str]:
        terms = terms_of_month([one for one in signed if one.agreement_id == agreement_id], month)
        return terms.insured_center, terms.treatment_center

    done = [one.agreement_id for one in books if one.sorted_through >= month]
    rows = [row for row in aside if row.agreement_id not in done]
    return Preview(
        month, expected(groups, month, terms_of, centers_of), aside_sums(rows, month, terms_of), done
    )
