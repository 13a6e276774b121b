"""Stores the sort of a month: the sums of its lines, and what institutions are owed and paid."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.clearing.model.due import InstitutionDue, MonthSums
from services.clearing.model.month import Payment, Sorted
from services.clearing.statements.rules import sums_of
from shared.bus.service import Tx
from shared.month.funds import Funds

SORT_MEMORY = "64MB"
"""What the database may take to sum up a month's lines without files: some hundred bytes a sum."""
_FUNDS = ", ".join(Funds._fields)
_SUM_FUNDS = ", ".join(f"sum({fund})::bigint AS {fund}" for fund in Funds._fields)
_LEFT = ", ".join(f"d.{fund} - coalesce(p.{fund}, 0)" for fund in Funds._fields)
_SUM = f"""
SELECT agreement_id, scheme, month, insured_area, insured_center, treatment_center, count(*) AS lines,
    sum(total_fen)::bigint AS total_fen, {_SUM_FUNDS}
FROM line WHERE month > $1 AND month <= $2
GROUP BY agreement_id, scheme, month, insured_area, insured_center, treatment_center
ORDER BY 1, 2, 3, 4, 5, 6
"""  # noqa: S608 (our own words)
_SUM_OF = _SUM.replace("WHERE", "WHERE agreement_id = ANY($3) AND")
# Each kind is summed up by itself: the few sums that are left are added, and not each line once more.
_OWE = f"""
INSERT INTO payment_due (agreement_id, month, institution_id, {_FUNDS})
SELECT agreement_id, $3, institution_id, {_SUM_FUNDS} FROM (
    SELECT agreement_id, institution_id, {_SUM_FUNDS} FROM line
    WHERE agreement_id = ANY($4) AND month > $2 AND month <= $3 AND line_id NOT LIKE '%.d'
    GROUP BY agreement_id, institution_id
    UNION ALL
    SELECT agreement_id, institution_id, {_SUM_FUNDS} FROM payable
    WHERE agreement_id = ANY($1) AND month > $2 AND month <= $3
    GROUP BY agreement_id, institution_id
    UNION ALL
    SELECT agreement_id, institution_id, {_LEFT}
    FROM payment_due d LEFT JOIN payment p USING (agreement_id, month, institution_id)
    WHERE agreement_id = ANY($1) AND month = $2
) AS owed GROUP BY agreement_id, institution_id
HAVING {" OR ".join(f"sum({fund}) <> 0" for fund in Funds._fields)}
"""  # noqa: S608 (our own words)


class Span(NamedTuple):
    """The months of an agreement after `after` up to `through` (待清分月份)."""

    agreement_id: str
    after: str
    through: str


async def sum_months(tx: Tx, spans: Sequence[Span], books: int) -> dict[str, list[MonthSums]]:
    """Sums the lines of agreements' months, in one statement for all with the same months, by agreement.

    One group for each scheme, month, insured area and pair of centers that the lines were entered with.
    Where at least half of all `books` are summed, those of all are, and the others' are dropped: to look for
    each line's agreement among so many takes longer.
    """
    await tx.execute(f"SET LOCAL work_mem = '{SORT_MEMORY}'")
    sums: defaultdict[str, list[MonthSums]] = defaultdict(list)
    for months, ids in _by_months(spans).items():
        of_most = 2 * len(ids) >= books
        rows = await (tx.fetch(_SUM, *months) if of_most else tx.fetch(_SUM_OF, *months, ids))
        wanted = set(ids)
        for agreement_id, *group in rows:
            if agreement_id in wanted:
                sums[agreement_id].append(_month_sums(*group))
    return sums


def _by_months(spans: Iterable[Span]) -> dict[tuple[str, str], list[str]]:
    """The agreements of which the same months are sorted: most often all of them."""
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for span in spans:
        found[span.after, span.through].append(span.agreement_id)
    return found


def _month_sums(
    scheme: str,
    month: str,
    insured_area: str,
    insured_center: str,
    treatment_center: str,
    lines: int,
    total_fen: int,
    *funds: int,
) -> MonthSums:
    sums = sums_of(lines, total_fen, Funds(*funds))
    return MonthSums(scheme, month, insured_area, insured_center, treatment_center, sums)


async def add_payments_due(tx: Tx, rows: Sequence[Sorted]) -> None:
    """Works out what each institution is owed for the months just sorted.

    It is owed for the new lines of these months, or for the advances that fell due with them, and what the
    last payment left open, positive or negative. A line carried after a dispute is not owed again.
    """
    by_lines = {row.agreement_id for row in rows if row.by_lines}
    for (after, through), ids in _by_months(Span(*row[:3]) for row in rows).items():
        await tx.execute(_OWE, ids, after, through, [id for id in ids if id in by_lines])


async def find_unpaid(
    tx: Tx, after: tuple[str, str], limit: int
) -> list[tuple[tuple[str, str], InstitutionDue]]:
    """What institutions are owed for the month last sorted and not paid, in order, by (agreement, month)."""
    rows = await tx.fetch(
        "SELECT d.agreement_id, d.month, d.institution_id, d.pool_fen, d.large_amount_fen,"
        " d.serious_illness_fen, d.assistance_fen, d.account_fen"
        " FROM book b JOIN payment_due d ON d.agreement_id = b.agreement_id AND d.month = b.sorted_through"
        " WHERE (d.agreement_id, d.institution_id) > ($1, $2) AND NOT EXISTS (SELECT FROM payment p"
        " WHERE (p.agreement_id, p.month, p.institution_id) = (d.agreement_id, d.month, d.institution_id))"
        " ORDER BY d.agreement_id, d.institution_id LIMIT $3",
        *after,
        limit,
    )
    return [((row[0], row[1]), InstitutionDue(**dict(list(row.items())[2:]))) for row in rows]


async def read_paid(tx: Tx, agreement_ids: Sequence[str]) -> set[tuple[str, str, str]]:
    """The institutions that were paid for the month last sorted, as (agreement, month, institution)."""
    rows = await tx.fetch(
        "SELECT p.agreement_id, p.month, p.institution_id FROM book b"
        " JOIN payment p ON p.agreement_id = b.agreement_id AND p.month = b.sorted_through"
        " WHERE b.agreement_id = ANY($1)",
        agreement_ids,
    )
    return {(row[0], row[1], row[2]) for row in rows}


async def add_payments(tx: Tx, rows: Iterable[Payment]) -> None:
    """Adds what institutions were paid; one paid twice for a month violates the key."""
    await tx.copy_records_to_table("payment", records=rows, columns=Payment._fields)
