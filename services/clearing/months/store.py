"""Stores the sort of a month: the sums of its lines, and what institutions are owed and paid."""

from collections.abc import Iterable, Sequence

from services.clearing.model.due import InstitutionDue, MonthSums
from services.clearing.model.month import Payment, Sorted
from services.clearing.statements.rules import sums_of
from shared.bus.service import Tx
from shared.month.funds import Funds


async def sum_months(tx: Tx, agreement_id: str, after: str, through: str) -> list[MonthSums]:
    """Sums an agreement's lines of the months after `after` up to `through`.

    One group for each scheme, month, insured area and pair of centers that the lines were entered with.
    """
    rows = await tx.fetch(
        "SELECT scheme, month, insured_area, insured_center, treatment_center, count(*) AS lines,"
        " sum(total_fen)::bigint AS total_fen, sum(pool_fen)::bigint AS pool_fen,"
        " sum(large_amount_fen)::bigint AS large_amount_fen,"
        " sum(serious_illness_fen)::bigint AS serious_illness_fen,"
        " sum(assistance_fen)::bigint AS assistance_fen, sum(account_fen)::bigint AS account_fen"
        " FROM line WHERE agreement_id = $1 AND month > $2 AND month <= $3"
        " GROUP BY scheme, month, insured_area, insured_center, treatment_center ORDER BY 1, 2, 3, 4, 5",
        agreement_id,
        after,
        through,
    )
    return [_month_sums(**dict(row)) for row in rows]


def _month_sums(
    scheme: str,
    month: str,
    insured_area: str,
    insured_center: str,
    treatment_center: str,
    *,
    lines: int,
    total_fen: int,
    **funds: int,
) -> MonthSums:
    return MonthSums(
        scheme=scheme,
        month=month,
        insured_area=insured_area,
        insured_center=insured_center,
        treatment_center=treatment_center,
        sums=sums_of(lines, total_fen, Funds(**funds)),
    )


async def add_payments_due(tx: Tx, rows: Sequence[Sorted]) -> None:
    """Works out what each institution is owed for the months just sorted.

    It is owed for the new lines of these months, or for the advances that fell due with them, and what the
    last payment left open, positive or negative. A line carried after a dispute is not owed again.
    """
    await tx.execute(
        "INSERT INTO payment_due (agreement_id, month, institution_id,"
        " pool_fen, large_amount_fen, serious_illness_fen, assistance_fen, account_fen)"
        " SELECT s.agreement_id, s.through, o.institution_id, sum(o.pool_fen), sum(o.large_amount_fen),"
        " sum(o.serious_illness_fen), sum(o.assistance_fen), sum(o.account_fen)"
        " FROM unnest($1::text[], $2::text[], $3::text[], $4::bool[])"
        " AS s(agreement_id, after, through, by_lines) JOIN owed o ON o.agreement_id = s.agreement_id"
        " AND (o.why = 'CARRIED' AND o.month = s.after OR o.month > s.after AND o.month <= s.through"
        " AND (o.why = 'PAYABLE' OR o.why = 'LINE' AND s.by_lines))"
        " GROUP BY s.agreement_id, s.through, o.institution_id"
        " HAVING sum(o.pool_fen) <> 0 OR sum(o.large_amount_fen) <> 0"
        " OR sum(o.serious_illness_fen) <> 0 OR sum(o.assistance_fen) <> 0 OR sum(o.account_fen) <> 0",
        [row.agreement_id for row in rows],
        [row.after for row in rows],
        [row.through for row in rows],
        [row.by_lines for row in rows],
    )


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
