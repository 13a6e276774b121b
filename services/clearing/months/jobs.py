"""Reads the work that a day brings, page by page. It falls due once every stream has reached the day.

So all facts of the days before have arrived when a month is sorted. A page may hold less than asked for; only
an empty page means that a job is done. The jobs of a day are done in the order of `JOBS`.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from itertools import groupby
from math import ceil
from operator import itemgetter

from services.clearing.agreements import store as agreements
from services.clearing.investigations import store as investigations
from services.clearing.ledger import store_books as books
from services.clearing.lines import store as lines
from services.clearing.model.due import (
    IssueStatement,
    MonthSums,
    PayInstitutions,
    SortMonths,
    TellInvestigation,
    TellOverdue,
    WriteChunk,
)
from services.clearing.model.terms import month_rule
from services.clearing.months import store as month
from services.clearing.months.chunks import FileDigests, rows_of
from services.clearing.months.store import Span
from services.clearing.prefund import jobs as prefund
from services.clearing.statements import store as statements
from services.clearing.statements.store import FIRST, Part
from shared.bus.message import Due
from shared.bus.service import Job, Tx
from shared.messages.clearing.batches import CHUNK_LINES, COLUMNS, join_digests
from shared.month.place import last_sorted

# As many as a nation of provinces has, so that a month's lines are passed over once.
AGREEMENTS_A_PAGE = 1_000
CHUNKS_A_PAGE = 20
_ORDER = [COLUMNS.index(name) for name in ("business_on", "institution_id", "line_id")]
_FILES = FileDigests()


async def retry_lines(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """Lines held aside whose agreement may be found by now, or that were not reported yet."""
    found = await lines.find_unagreed(tx, cursor, limit)
    return [Due(body.line_id, body.line_id, body) for body in found]


async def sort_months(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """Agreements with an ended month that is not sorted; locked, so that no line is added meanwhile."""
    kept = {book.agreement_id: book.sorted_through for book in await books.read_books(tx, cursor)}
    signed = await agreements.read_periods(tx, sorted(kept))
    periods = groupby(signed, key=lambda terms: terms.agreement_id)
    # The terms signed last give the months; periods come in the order of their first days.
    ended = {id: last_sorted(month_rule([*terms][-1]), day) for id, terms in periods}
    page = sorted(id for id in ended if kept[id] < ended[id])[:AGREEMENTS_A_PAGE]
    held = await books.lock_books(tx, page, to_change=True)
    spans = [Span(id, after, ended[id]) for id, after in held.items() if after < ended[id]]
    sums = await month.sum_months(tx, spans, len(kept))
    return [_sorting(span, tuple(sums.get(span.agreement_id, ()))) for span in spans]


async def write_chunks(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """The next chunks of incomplete batches; the cursor names the chunk written last and its last line."""
    current, number, after = _parse(cursor)
    parts, room = [], CHUNKS_A_PAGE
    for statement in await statements.find_unissued(tx, current, CHUNKS_A_PAGE + 1):
        if statement.statement_id != current:
            number, after = 0, FIRST
        chunks = min(ceil(statement.lines / CHUNK_LINES) - number, room)
        if chunks > 0:
            parts.append(Part(statement, number, after, chunks * CHUNK_LINES))
            room -= chunks
    found = await statements.read_parts(tx, parts)
    return [due for part, lines in zip(parts, found, strict=True) for due in _chunks(part, lines)]


async def issue_statements(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """Statements whose chunks are all written."""
    page = []
    found = await statements.find_unissued(tx, cursor, limit)
    written = await statements.read_digests(tx, [statement.statement_id for statement in found])
    for statement in found:
        id, digests = statement.statement_id, written.get(statement.statement_id, [])
        if id > cursor and len(digests) * CHUNK_LINES >= statement.lines:
            csv_sha256 = _FILES.take(id, len(digests)) or await statements.hash_file(
                tx, statement.agreement_id, statement.scheme, statement.month
            )
            body = IssueStatement(
                statement_id=id, chunks=len(digests), sha256=join_digests(digests), csv_sha256=csv_sha256
            )
            page.append(Due(id, id, body))
    return page


async def pay_institutions(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """Institutions that are owed for the month last sorted, those of one agreement together."""
    agreement_id, _, institution_id = cursor.partition("/")
    found = await month.find_unpaid(tx, (agreement_id, institution_id), limit)
    page = []
    for (id, sorted_month), rows in groupby(found, key=lambda row: row[0]):
        dues = tuple(due for _, due in rows)
        body = PayInstitutions(agreement_id=id, month=sorted_month, dues=dues)
        page.append(Due(f"{id}/{dues[-1].institution_id}", id, body))
    return page


async def begin_periods(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """Agreements of which a period begins; after the month before is sorted and paid."""
    found = await agreements.find_begun(tx, day, cursor, limit)
    return [Due(body.agreement_id, body.agreement_id, body) for body in found]


async def tell_overdue(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """Statements about which something may be overdue."""
    found = await statements.find_open(tx, day, cursor, limit)
    return [Due(id, id, TellOverdue(statement_id=id)) for id in found]


async def tell_investigations(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """Investigations of which the next step is overdue."""
    found = await investigations.find_overdue(tx, day, cursor, limit)
    return [Due(id, line_id, TellInvestigation(line_id=line_id)) for id, line_id in found]


def _sorting(span: Span, groups: tuple[MonthSums, ...]) -> Due:
    return Due(*span[:1] * 2, SortMonths.of_valid({**span._asdict(), "groups": groups}))


def _chunks(part: Part, lines: Sequence[str]) -> list[Due]:
    id, page = part.statement.statement_id, []
    for number, start in enumerate(range(0, len(lines), CHUNK_LINES), part.number):
        cut = lines[start : start + CHUNK_LINES]
        rows, last = rows_of(cut), _placed(cut[-1])
        _FILES.add(id, number, rows)
        body = WriteChunk.of_valid({"statement_id": id, "number": number, "rows": rows})
        page.append(Due(f"{id}/{number:06}/{last}", id, body))
    return page


def _placed(line: str) -> str:
    """Where a line stands in its statement, as a cursor names it: its day, its institution and its id."""
    return "/".join(itemgetter(*_ORDER)(line.split(",")))


def _parse(cursor: str) -> tuple[str, int, tuple[date, str, str]]:
    if not cursor:
        return "", 0, FIRST
    id, number, on, institution_id, line_id = cursor.split("/")
    return id, int(number) + 1, (date.fromisoformat(on), institution_id, line_id)


class ClearingJob(StrEnum):
    """The jobs of a day (到期作业), by the names stored in the database: a new name needs a migration."""

    RETRY_LINES = "retry-lines"
    SORT_MONTHS = "sort-months"
    WRITE_CHUNKS = "write-chunks"
    ISSUE_STATEMENTS = "issue-statements"
    PAY_INSTITUTIONS = "pay-institutions"
    BEGIN_PERIODS = "begin-periods"
    TELL_OVERDUE = "tell-overdue"
    TELL_INVESTIGATIONS = "tell-investigations"
    PROPOSE_QUOTAS = "propose-quotas"
    TELL_PREFUND_OVERDUE = "tell-prefund-overdue"
    WATCH_PREFUNDS = "watch-prefunds"


JOBS = (
    Job(ClearingJob.RETRY_LINES, None, retry_lines),
    Job(ClearingJob.SORT_MONTHS, None, sort_months),
    Job(ClearingJob.WRITE_CHUNKS, None, write_chunks),
    Job(ClearingJob.ISSUE_STATEMENTS, None, issue_statements),
    Job(ClearingJob.PAY_INSTITUTIONS, None, pay_institutions),
    Job(ClearingJob.BEGIN_PERIODS, None, begin_periods),
    Job(ClearingJob.TELL_OVERDUE, None, tell_overdue),
    Job(ClearingJob.TELL_INVESTIGATIONS, None, tell_investigations),
    Job(ClearingJob.PROPOSE_QUOTAS, None, prefund.propose_quotas),
    Job(ClearingJob.TELL_PREFUND_OVERDUE, None, prefund.tell_overdue),
    Job(ClearingJob.WATCH_PREFUNDS, None, prefund.watch_prefunds),
)
