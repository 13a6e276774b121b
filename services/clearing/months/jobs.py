"""Reads the work that a day brings, page by page. It falls due once every stream has reached the day.

So all facts of the days before have arrived when a month is sorted. A page may hold less than asked for; only
an empty page means that a job is done. The jobs of a day are done in the order of `JOBS`.
"""

from datetime import date
from enum import StrEnum
from itertools import groupby

from services.clearing.agreements import store as agreements
from services.clearing.investigations import store as investigations
from services.clearing.ledger import store_books as books
from services.clearing.lines import store as lines
from services.clearing.model.due import (
    IssueStatement,
    PayInstitutions,
    SortMonths,
    TellInvestigation,
    TellOverdue,
    WriteChunk,
)
from services.clearing.model.terms import month_rule
from services.clearing.months import store as month
from services.clearing.prefund import jobs as prefund
from services.clearing.statements import store as statements
from services.clearing.statements.store import FIRST, Unissued
from shared.bus.message import Due
from shared.bus.service import Job, Tx
from shared.messages.clearing.batches import CHUNK_LINES, ClearingLine, join_digests
from shared.month.place import last_sorted

AGREEMENTS_A_PAGE = 50
CHUNKS_A_PAGE = 20


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
    return [
        Due(id, id, await _month_sums(tx, id, after, ended[id]))
        for id, after in held.items()
        if after < ended[id]
    ]


async def write_chunks(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """The next chunks of incomplete batches; the cursor names the chunk written last and its last line."""
    current, number, after = _parse(cursor)
    page: list[Due] = []
    for statement in await statements.find_unissued(tx, current, CHUNKS_A_PAGE + 1):
        if statement.statement_id != current:
            number, after = 0, FIRST
        room = (CHUNKS_A_PAGE - len(page)) * CHUNK_LINES
        found = await statements.read_batch_lines(
            tx, statement.agreement_id, statement.scheme, statement.month, after, room
        )
        page += _chunks(statement, number, found)
        if len(page) >= CHUNKS_A_PAGE:
            break
    return page


async def issue_statements(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """Statements whose chunks are all written."""
    page = []
    for statement in await statements.find_unissued(tx, cursor, limit):
        id, digests = statement.statement_id, await statements.read_digests(tx, statement.statement_id)
        if id > cursor and len(digests) * CHUNK_LINES >= statement.lines:
            csv_sha256 = await statements.hash_file(
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


async def _month_sums(tx: Tx, agreement_id: str, after: str, through: str) -> SortMonths:
    groups = await month.sum_months(tx, agreement_id, after, through)
    return SortMonths(agreement_id=agreement_id, after=after, through=through, groups=tuple(groups))


def _chunks(statement: Unissued, number: int, found: list[ClearingLine]) -> list[Due]:
    id, page = statement.statement_id, []
    for start in range(0, len(found), CHUNK_LINES):
        lines = tuple(found[start : start + CHUNK_LINES])
        last, here = lines[-1], number + start // CHUNK_LINES
        cursor = f"{id}/{here:06}/{last.business_on}/{last.institution_id}/{last.line_id}"
        body = WriteChunk.model_construct(statement_id=id, number=here, lines=lines)
        page.append(Due(cursor, id, body))
    return page


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
