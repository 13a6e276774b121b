"""Reads and writes uploads and their withdrawals; rows are only added."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.settlement.model.upload import Upload, UploadedLine, Withdrawal, unpack_lines
from shared.bus.service import Tx
from shared.bus.together import Read

_OF_VISITS = """
SELECT u.visit_id, u.upload_id, u.person_id, u.institution_id, u.request_id, u.cost_on, u.heard_on,
    u.line_count, u.total_fen, u.full_self_pay_fen, u.over_limit_fen, u.pre_self_pay_fen, u.counted_fen,
    u.categories
FROM upload u LEFT JOIN withdrawal w USING (visit_id, upload_id)
WHERE u.visit_id = ANY($1) AND w.visit_id IS NULL
"""
_WHOLE_OF_VISITS = _OF_VISITS.replace("u.categories", "u.categories, u.lines")
_WHOLE_OF_PERSONS = _WHOLE_OF_VISITS.replace("u.visit_id = ANY", "u.person_id = ANY")
_VISITS_OF_PERSONS = "SELECT DISTINCT visit_id FROM upload WHERE person_id = ANY($1)"
_PAGE = """
SELECT counted.upload_id, counted.cost_on, counted.before, u.lines FROM (
    SELECT u.upload_id, u.cost_on, u.line_count,
        sum(u.line_count) OVER (ORDER BY u.cost_on, u.upload_id) - u.line_count AS before
    FROM upload u LEFT JOIN withdrawal w USING (visit_id, upload_id)
    WHERE u.visit_id = $1 AND u.person_id = $2 AND u.institution_id = $3 AND w.visit_id IS NULL
) AS counted JOIN upload u ON u.visit_id = $1 AND u.upload_id = counted.upload_id
WHERE counted.before + counted.line_count > $4 AND counted.before < $4 + $5
ORDER BY counted.cost_on, counted.upload_id
"""
_TAKEN = """
SELECT visit_id, upload_id FROM upload
JOIN unnest($1::text[], $2::text[]) AS asked (visit_id, upload_id) USING (visit_id, upload_id)
"""


def of_visits(visits: Sequence[str], others: Mapping[str, list[Upload]]) -> Read[dict[str, list[Upload]]]:
    """The uploads in force of each visit, with their sums but without their lines, beside `others`."""
    return Read(_OF_VISITS, (visits,), lambda rows: {**others, **_by_visit(rows)})


async def whole_of_visits(tx: Tx, visits: Sequence[str]) -> dict[str, list[Upload]]:
    """The uploads in force of each visit, lines and all."""
    return _by_visit(await tx.fetch(_WHOLE_OF_VISITS, visits))


async def visits_of_persons(tx: Tx, persons: Sequence[str]) -> list[str]:
    """The ids of the visits that have uploads for the persons."""
    return [row[0] for row in await tx.fetch(_VISITS_OF_PERSONS, persons)]


async def whole_of_persons(tx: Tx, persons: Sequence[str]) -> dict[str, list[Upload]]:
    """The uploads in force for the persons, by visit, lines and all."""
    return _by_visit(await tx.fetch(_WHOLE_OF_PERSONS, persons))


async def lines_page(tx: Tx, subject: tuple[str, str, str], skip: int, limit: int) -> list[UploadedLine]:
    """The lines of the uploads in force of (visit, person, institution): at most `limit` after `skip`.

    By day, upload and line. Of the uploads only those that hold such lines are unpacked.
    """
    found: list[UploadedLine] = []
    for upload_id, cost_on, before, lines in await tx.fetch(_PAGE, *subject, skip, limit):
        kept = unpack_lines(lines)[max(skip - before, 0) : skip + limit - before]
        found += [UploadedLine(upload_id, cost_on, line) for line in kept]
    return found


async def taken(tx: Tx, names: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Of the (visit, upload) ids asked for, those that were used, withdrawn ones included."""
    rows = await tx.fetch(_TAKEN, [visit for visit, _ in names], [upload for _, upload in names])
    return {(row[0], row[1]) for row in rows}


async def save(tx: Tx, rows: Sequence[Upload]) -> None:
    """Keeps uploads."""
    await tx.copy_records_to_table("upload", records=rows, columns=Upload._fields)


async def save_withdrawals(tx: Tx, rows: Sequence[Withdrawal]) -> None:
    """Keeps the withdrawals of uploads."""
    await tx.copy_records_to_table("withdrawal", records=rows, columns=Withdrawal._fields)


def _by_visit(rows: Iterable[Any]) -> dict[str, list[Upload]]:
    uploads: dict[str, list[Upload]] = defaultdict(list)
    for row in rows:
        upload = Upload(*row)
        uploads[upload.visit_id].append(upload)
    return uploads
