"""Stores statements, their states, their batches and their disputes."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from pydantic import TypeAdapter

from services.clearing.model.statement import (
    Chunk,
    Dispute,
    DisputeWithdrawn,
    Manifest,
    Progress,
    Reminder,
    State,
    Statement,
)
from shared.bus.service import Tx
from shared.messages.clearing.batches import CHUNK_LINES, COLUMNS, StatementHead, Sums, csv_head

FIRST = (date.min, "", "")
"""Before the first line of a statement."""
_PAGE = 10_000
_STATEMENT = (
    *("statement_id", "agreement_id", "scheme", "month", "head", "sums", "by_area", "lines", "sorted_on"),
)
_BY_AREA = TypeAdapter(dict[str, Sums])
_FUND_FEN = "pool_fen + large_amount_fen + serious_illness_fen + assistance_fen"
_DISPUTES = (
    f"SELECT {', '.join(Dispute._fields)} FROM dispute"  # noqa: S608 (our own words)
    " WHERE statement_id = ANY($1) ORDER BY statement_id, line_id"
)
_WORTH = {"fund_fen": _FUND_FEN, "due_fen": f"{_FUND_FEN} + account_fen"}
# The database writes a line as its row of the statement's file: text passes faster than twenty values.
_LINE = f"concat_ws(',', {', '.join(_WORTH.get(name, name) for name in COLUMNS)})"
_OF_STATEMENT = (
    f"SELECT {_LINE} AS row, business_on, institution_id, line_id FROM line"  # noqa: S608 (our own words)
    " WHERE agreement_id = $1 AND scheme = $2 AND month = $3"
)
_CHUNK = f"{_OF_STATEMENT} ORDER BY business_on, institution_id, line_id OFFSET $4 LIMIT $5"
_LINES = (
    f"{_OF_STATEMENT} AND (business_on, institution_id, line_id) > ($4, $5, $6)"
    " ORDER BY business_on, institution_id, line_id LIMIT $7"
)
_PARTS = f"""
SELECT rows FROM unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::text[], $6::text[], $7::int[])
    WITH ORDINALITY AS p(agreement_id, scheme, month, day, institution_id, line_id, room, number)
CROSS JOIN LATERAL (SELECT string_agg(row, E'\n' ORDER BY business_on, institution_id, line_id) AS rows FROM
    (SELECT {_LINE} AS row, business_on, institution_id, line_id FROM line l
    WHERE l.agreement_id = p.agreement_id AND l.scheme = p.scheme AND l.month = p.month
    AND (l.business_on, l.institution_id, l.line_id) > (p.day, p.institution_id, p.line_id)
    ORDER BY l.business_on, l.institution_id, l.line_id LIMIT p.room) AS found) AS part
ORDER BY number
"""  # noqa: S608 (our own words)


class Unissued(NamedTuple):
    """A sorted statement whose batch is not complete (待出具清算单), with what finds and counts its lines."""

    statement_id: str
    lines: int
    agreement_id: str
    scheme: str
    month: str


class Part(NamedTuple):
    """Lines of a statement to read (待读明细): those after a line, from chunk `number` on, `room` at most."""

    statement: Unissued
    number: int
    after: tuple[date, str, str]
    room: int


async def lock_statements(tx: Tx, ids: Sequence[str]) -> dict[str, Statement]:
    """Locks statements until the transaction ends, and gives them by id."""
    rows = await tx.fetch(
        "SELECT s.statement_id, s.head, s.sums, s.by_area, s.sorted_on, p.state, p.since"
        " FROM progress p JOIN statement s USING (statement_id)"
        " WHERE p.statement_id = ANY($1) ORDER BY p.statement_id FOR UPDATE OF p",
        ids,
    )
    return {row["statement_id"]: _statement(*row[1:]) for row in rows}


def _statement(head: str, sums: str, by_area: str, sorted_on: date, state: str, since: date) -> Statement:
    return Statement(
        StatementHead.model_validate_json(head),
        Sums.model_validate_json(sums),
        _BY_AREA.validate_json(by_area),
        sorted_on,
        State(state),
        since,
    )


async def add_statements(tx: Tx, rows: Sequence[Statement]) -> None:
    """Adds sorted statements; a month sorted twice violates the key."""
    await tx.copy_records_to_table(
        "statement",
        records=[
            (
                row.head.statement_id,
                row.head.agreement_id,
                row.head.scheme,
                row.head.month,
                row.head.model_dump_json(),
                row.sums.model_dump_json(),
                _BY_AREA.dump_json(dict(row.by_area)).decode(),
                row.sums.lines,
                row.sorted_on,
            )
            for row in rows
        ],
        columns=_STATEMENT,
    )
    await tx.copy_records_to_table(
        "progress",
        records=[(row.head.statement_id, row.state, row.since) for row in rows],
        columns=Progress._fields,
    )


async def move_statements(tx: Tx, rows: Iterable[Progress]) -> None:
    """Moves statements to their new state; of several new states of a statement the last counts."""
    latest = {row.statement_id: row for row in rows}
    status = await tx.execute(
        "UPDATE progress p SET state = n.state, since = n.since"
        " FROM unnest($1::text[], $2::text[], $3::date[]) AS n(statement_id, state, since)"
        " WHERE p.statement_id = n.statement_id",
        list(latest),
        [row.state for row in latest.values()],
        [row.since for row in latest.values()],
    )
    if status != f"UPDATE {len(latest)}":
        raise RuntimeError(f"{len(latest)} statements, but {status}")


async def read_disputes(tx: Tx, statement_ids: Sequence[str]) -> dict[str, dict[str, Dispute]]:
    """The disputes of statements, by statement and line."""
    rows = await tx.fetch(_DISPUTES, statement_ids)
    disputes: dict[str, dict[str, Dispute]] = {}
    for row in rows:
        disputes.setdefault(row["statement_id"], {})[row["line_id"]] = Dispute(*row)
    return disputes


async def add_disputes(tx: Tx, rows: Iterable[Dispute]) -> None:
    """Adds disputes of lines."""
    await tx.copy_records_to_table("dispute", records=rows, columns=Dispute._fields)


async def take_disputes_back(tx: Tx, rows: Sequence[DisputeWithdrawn]) -> None:
    """Deletes disputes that their center has withdrawn."""
    status = await tx.execute(
        "DELETE FROM dispute d USING unnest($1::text[], $2::text[]) AS n(statement_id, line_id)"
        " WHERE d.statement_id = n.statement_id AND d.line_id = n.line_id",
        [row.statement_id for row in rows],
        [row.line_id for row in rows],
    )
    if status != f"DELETE {len(rows)}":
        raise RuntimeError(f"{len(rows)} disputes, but {status}")


async def find_of_lines(tx: Tx, line_ids: Sequence[str]) -> set[str]:
    """The statements in which lines stand; there is none for a line whose month is not sorted."""
    rows = await tx.fetch(
        "SELECT statement_id FROM line JOIN statement USING (agreement_id, scheme, month)"
        " WHERE line_id = ANY($1)",
        line_ids,
    )
    return {row["statement_id"] for row in rows}


async def find_open(tx: Tx, day: date, after: str, limit: int) -> list[str]:
    """Statements after this one that are not paid, or of which a dispute should have been decided by now."""
    rows = await tx.fetch(
        "SELECT p.statement_id FROM progress p WHERE p.statement_id > $1"
        " AND (p.state NOT IN ('SORTED', 'PAID') OR EXISTS (SELECT FROM dispute d"
        " WHERE d.statement_id = p.statement_id AND d.decide_by < $2"
        " AND NOT EXISTS (SELECT FROM decision c WHERE c.line_id = d.line_id)))"
        " ORDER BY p.statement_id LIMIT $3",
        after,
        day,
        limit,
    )
    return [row["statement_id"] for row in rows]


async def read_reminders(tx: Tx, statement_ids: Sequence[str]) -> set[Reminder]:
    """What was told to be overdue of statements."""
    rows = await tx.fetch("SELECT * FROM reminder WHERE statement_id = ANY($1)", statement_ids)
    return {Reminder(*row) for row in rows}


async def add_reminders(tx: Tx, rows: Iterable[Reminder]) -> None:
    """Adds reminders; one told twice violates the key."""
    await tx.copy_records_to_table("reminder", records=rows, columns=Reminder._fields)


async def read_chunk_numbers(tx: Tx, statement_ids: Sequence[str]) -> set[tuple[str, int]]:
    """The chunks that are written, as (statement, number)."""
    rows = await tx.fetch(
        "SELECT statement_id, number FROM chunk WHERE statement_id = ANY($1)", statement_ids
    )
    return {(row["statement_id"], row["number"]) for row in rows}


async def read_digests(tx: Tx, statement_ids: Sequence[str]) -> dict[str, list[str]]:
    """The digests of statements' chunks, in order, by statement."""
    rows = await tx.fetch(
        "SELECT statement_id, array_agg(sha256 ORDER BY number) FROM chunk WHERE statement_id = ANY($1)"
        " GROUP BY statement_id",
        statement_ids,
    )
    return {row[0]: row[1] for row in rows}


async def add_chunks(tx: Tx, rows: Iterable[Chunk]) -> None:
    """Adds written chunks; one written twice violates the key."""
    await tx.copy_records_to_table("chunk", records=rows, columns=Chunk._fields)


async def add_manifests(tx: Tx, rows: Iterable[Manifest]) -> None:
    """Adds the manifests of complete batches."""
    await tx.copy_records_to_table("manifest", records=rows, columns=Manifest._fields)


async def find_unissued(tx: Tx, first: str, limit: int) -> list[Unissued]:
    """Statements that are sorted and not issued, in order, from `first` on."""
    rows = await tx.fetch(
        "SELECT statement_id, lines, agreement_id, scheme, month"
        " FROM progress JOIN statement USING (statement_id)"
        " WHERE state = 'SORTED' AND statement_id >= $1 ORDER BY statement_id LIMIT $2",
        first,
        limit,
    )
    return [Unissued(*row) for row in rows]


async def read_parts(tx: Tx, parts: Sequence[Part]) -> list[list[str]]:
    """The lines of each part, in order, as rows of the statement's file without their ends."""
    given = [
        (part.statement.agreement_id, part.statement.scheme, part.statement.month, *part.after, part.room)
        for part in parts
    ]
    rows = await tx.fetch(_PARTS, *zip(*given, strict=True)) if given else []
    return [row["rows"].split("\n") for row in rows]


async def read_chunk(tx: Tx, head: StatementHead, number: int) -> list[str]:
    """The lines of a chunk of a sorted statement, as they were written: they never change again."""
    start = number * CHUNK_LINES
    rows = await tx.fetch(_CHUNK, head.agreement_id, head.scheme, head.month, start, CHUNK_LINES)
    return [row["row"] for row in rows]


async def read_manifests(tx: Tx, statement_ids: Sequence[str]) -> dict[str, Manifest]:
    """The manifests of complete batches, by statement."""
    rows = await tx.fetch(
        "SELECT statement_id, chunks, sha256, csv_sha256 FROM manifest WHERE statement_id = ANY($1)",
        statement_ids,
    )
    return {row["statement_id"]: Manifest(*row) for row in rows}


async def read_rows(tx: Tx, agreement_id: str, scheme: str, month: str) -> AsyncIterator[str]:
    """The lines of a statement in order, each as a row of the statement's file, read page by page."""
    after = FIRST
    while rows := await tx.fetch(_LINES, agreement_id, scheme, month, *after, _PAGE):
        for row in rows:
            yield row["row"] + "\n"
        last = rows[-1]
        after = last["business_on"], last["institution_id"], last["line_id"]


async def hash_file(tx: Tx, agreement_id: str, scheme: str, month: str) -> str:
    """SHA-256 over the file of a statement."""
    digest = sha256(csv_head())
    async for row in read_rows(tx, agreement_id, scheme, month):
        digest.update(row.encode())
    return digest.hexdigest()


async def find_statements(tx: Tx, month: str) -> list[tuple[str, str]]:
    """The statements of a month, as (agreement, scheme)."""
    rows = await tx.fetch("SELECT agreement_id, scheme FROM statement WHERE month = $1 ORDER BY 1, 2", month)
    return [(row["agreement_id"], row["scheme"]) for row in rows]
