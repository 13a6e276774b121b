"""The tables of deadlines: missed ones, counts, and what is known of statements' payments."""

from collections.abc import Sequence
from datetime import date

from services.audit.model import KnownStatement, Missed, StatementUnpaid, Tally
from services.audit.store.rows import columns, expect
from shared.bus.message import Due
from shared.bus.service import Tx


async def read_missed(
    tx: Tx, visits: Sequence[str], statements: Sequence[str]
) -> dict[tuple[str, str], Missed]:
    """The deadlines already missed, of visits' case pages and of statements' payments."""
    if not visits and not statements:
        return {}
    rows = await tx.fetch(
        "SELECT exchange, subject_id, party, area, due_on, heard_on FROM missed"
        " WHERE (exchange = 'case_page' AND subject_id = ANY($1))"
        " OR (exchange = 'monthly' AND subject_id = ANY($2)) ORDER BY exchange, subject_id FOR UPDATE",
        visits,
        statements,
    )
    return {(row["exchange"], row["subject_id"]): Missed(*row) for row in rows}


async def read_statements(tx: Tx, ids: Sequence[str]) -> dict[str, KnownStatement]:
    """What is known of statements."""
    if not ids:
        return {}
    rows = await tx.fetch(
        "SELECT statement_id, party, area, pay_by, paid_on, issued_on, booked_on FROM known_statement"
        " WHERE statement_id = ANY($1) ORDER BY statement_id FOR UPDATE",
        ids,
    )
    return {row["statement_id"]: KnownStatement(*row) for row in rows}


async def save_missed(tx: Tx, rows: list[Missed]) -> None:
    """Keeps missed deadlines, and the day on which one came after all."""
    last = {(row.exchange, row.subject_id): row for row in rows}
    status = await tx.execute(
        "INSERT INTO missed SELECT *"
        " FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[], $6::date[])"
        " ON CONFLICT (exchange, subject_id) DO UPDATE SET heard_on = excluded.heard_on",
        *columns([last[key] for key in sorted(last)]),
    )
    expect(status, len(last), "missed")


async def add_tallies(tx: Tx, rows: list[Tally]) -> None:
    """Adds to the counts of exchanges."""
    sums: dict[tuple[str, ...], list[int]] = {}
    for row in rows:
        counts = sums.setdefault(row[:4], [0, 0, 0])
        for i, count in enumerate(row[4:]):
            counts[i] += count
    await tx.execute(
        "INSERT INTO tally AS t SELECT * FROM"
        " unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[])"
        " ON CONFLICT (exchange, area, party, month) DO UPDATE SET on_time = t.on_time + excluded.on_time,"
        " late = t.late + excluded.late, overdue = t.overdue + excluded.overdue",
        *columns([(*key, *sums[key]) for key in sorted(sums)]),
    )


async def save_statements(tx: Tx, rows: list[KnownStatement]) -> None:
    """Keeps what is known of statements."""
    last = {row.statement_id: row for row in rows}
    status = await tx.execute(
        "INSERT INTO known_statement SELECT *"
        " FROM unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::date[], $6::date[], $7::date[])"
        " ON CONFLICT (statement_id) DO UPDATE SET party = excluded.party, area = excluded.area,"
        " pay_by = excluded.pay_by, paid_on = excluded.paid_on, issued_on = excluded.issued_on,"
        " booked_on = excluded.booked_on",
        *columns([last[key] for key in sorted(last)]),
    )
    expect(status, len(last), "known_statement")


async def due_unpaid(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """Statements whose day of payment is over, each once."""
    rows = await tx.fetch(
        "SELECT statement_id FROM known_statement k"
        " WHERE paid_on IS NULL AND pay_by < $1 AND statement_id > $2 AND NOT EXISTS"
        " (SELECT FROM missed m WHERE m.exchange = 'monthly' AND m.subject_id = k.statement_id)"
        " ORDER BY statement_id LIMIT $3",
        day,
        cursor,
        limit,
    )
    return [Due(row[0], row[0], StatementUnpaid(statement_id=row[0])) for row in rows]
