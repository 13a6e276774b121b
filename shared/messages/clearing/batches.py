"""What travels of a monthly batch: its lines in chunks, its manifest; and how it is summed and hashed.

Who writes a batch and who checks it do the same.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from operator import attrgetter
from typing import Annotated, Literal

from pydantic import Field

from shared.benefit.bill import VisitKind
from shared.messages.body import (
    Area,
    Body,
    Count,
    Fact,
    Fen,
    Identifier,
    InstitutionId,
    Month,
    Request,
    Scheme,
    SumFen,
)
from shared.messages.enrollment.agreements import FundingMode
from shared.messages.scope import SCOPE, Scope

CHUNK_LINES = 500
_BATCHES = ("monthly.batches",)
_BYTE_ORDER_MARK = "\ufeff"
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, hexadecimal")]
Why = Literal["settled", "reversed", "carried", "recovered", "late"]


class ClearingLine(Body):
    """One line of a statement (清算明细): a settlement, a reversal (negative), what was carried or recovered.

    `why`, the areas, the day of service, the account's part and what is due stand in lines since statements
    have a file of their own; lines from before have none of them.
    """

    line_id: Identifier
    settlement_id: Identifier
    why: Why | None = None
    person_id: Identifier
    insured_area: Area | None = None
    treatment_area: Area | None = None
    institution_id: InstitutionId
    visit_kind: VisitKind
    service_on: date | None = None
    business_on: date
    total_fen: Fen
    pool_fen: Fen
    large_amount_fen: Fen
    serious_illness_fen: Fen
    assistance_fen: Fen
    account_fen: Fen = 0
    fund_fen: Fen
    due_fen: Fen | None = None


class Sums(Body):
    """Control sums of a batch or statement, per fund; `due_fen` is the funds' and the account's together.

    Sums from before the account's part was cleared have no `due_fen`.
    """

    lines: Count
    total_fen: SumFen
    pool_fen: SumFen
    large_amount_fen: SumFen
    serious_illness_fen: SumFen
    assistance_fen: SumFen
    account_fen: SumFen = 0
    fund_fen: SumFen
    due_fen: SumFen | None = None


class AreaSums(Sums):
    """The sums of one insured area (统筹地区) in a statement: what it bears (000 三(三)3)."""

    insured_area: Area


COLUMNS = tuple(ClearingLine.model_fields)
"""The columns of a statement's file, in their order."""

_SUMMED = tuple(name for name in Sums.model_fields if name != "lines")
_row = attrgetter(*COLUMNS)
_CSV_ROW = ",".join(["%s"] * len(COLUMNS)) + "\n"
# The frozen form of chunks from before statements had a file.
_row_before = attrgetter(
    *("line_id", "settlement_id", "person_id", "institution_id", "visit_kind", "business_on", "total_fen"),
    *("pool_fen", "large_amount_fen", "serious_illness_fen", "assistance_fen", "fund_fen"),
)


def sum_lines(lines: Sequence[ClearingLine]) -> Sums:
    """The control sums of all lines of a batch."""
    given = _SUMMED if _has_file(lines) else [name for name in _SUMMED if name != "due_fen"]
    return Sums(lines=len(lines), **{name: sum(getattr(line, name) for line in lines) for name in given})


def csv_rows(lines: Sequence[ClearingLine]) -> bytes:
    """Lines as rows of the statement's file, as the clearing contract writes them; no value needs a quote.

    What lines from before do not say is left empty.
    """
    if _has_file(lines):
        return "".join([_CSV_ROW % _row(line) for line in lines]).encode()
    return "".join([_CSV_ROW % tuple(map(_text_before, _row(line))) for line in lines]).encode()


def csv_head() -> bytes:
    """The byte order mark and the heading of a statement's file."""
    return f"{_BYTE_ORDER_MARK}{','.join(COLUMNS)}\n".encode()


def csv_digest(lines: Sequence[ClearingLine]) -> str:
    """SHA-256 over the statement's file (清算明细表)."""
    return sha256(csv_head() + csv_rows(lines)).hexdigest()


def chunk_digest(lines: Sequence[ClearingLine]) -> str:
    """SHA-256 over a chunk's rows of the statement's file; of lines from before, over their frozen form."""
    if _has_file(lines):
        return sha256(csv_rows(lines)).hexdigest()
    rows = ("\t".join(map(str, _row_before(line))) + "\n" for line in lines)
    return sha256("".join(rows).encode()).hexdigest()


def file_of(lines: Sequence[ClearingLine]) -> tuple[bytes, str]:
    """A statement's file, and the digest of the batch from all its lines in order, in one pass over them."""
    cuts = [lines[start : start + CHUNK_LINES] for start in range(0, len(lines), CHUNK_LINES)]
    rows = [csv_rows(cut) for cut in cuts]
    digests = [sha256(part).hexdigest() for part in rows] if _has_file(lines) else map(chunk_digest, cuts)
    return b"".join((csv_head(), *rows)), join_digests(digests)


def join_digests(digests: Iterable[str]) -> str:
    """A batch's SHA-256: over the hexadecimal digests of its chunks, one after the other."""
    return sha256("".join(digests).encode()).hexdigest()


def batch_digest(lines: Sequence[ClearingLine]) -> str:
    """The digest of a batch from all its lines in order, as its manifest gives it."""
    return file_of(lines)[1]


def _text_before(value: object) -> str:
    return "" if value is None else str(value)


def _has_file(lines: Sequence[ClearingLine]) -> bool:
    return not lines or lines[0].why is not None


class StatementHead(Body):
    """Which money a statement is about: who owes whom, under which agreement, for which month."""

    statement_id: Identifier
    agreement_id: Identifier
    funding_mode: FundingMode
    insured_center: Area
    treatment_center: Area
    insured_area: Area
    treatment_area: Area
    scheme: Scheme
    month: Month
    scope: Scope = SCOPE


class BatchManifest(Fact):
    """The manifest of a monthly batch: what must have arrived before the first line counts.

    `csv_sha256` is over the statement's file; batches from before had none.
    """

    TOPICS = _BATCHES
    KEY = "statement_id"
    statement_id: Identifier
    head: StatementHead
    sums: Sums
    chunks: Count
    sha256: Digest
    csv_sha256: Digest | None = None


class BatchChunk(Fact):
    """500 lines of a batch, in order, the last fewer; numbers from 0; the digest stands in the manifest.

    The centers are those of the statement, so that others need not keep what is not theirs; chunks from
    before they were told name none.
    """

    TOPICS = _BATCHES
    KEY = "statement_id"
    statement_id: Identifier
    number: Count
    lines: tuple[ClearingLine, ...] = Field(max_length=CHUNK_LINES)
    insured_center: Area | None = None
    treatment_center: Area | None = None


class RequestChunk(Request):
    """A center asks for a chunk of a statement's batch again (重发); without a number, for its manifest.

    The same bytes come on `monthly.batches` once more; a repeat of what is there changes nothing. What does
    not have the digest kept when it was first sent is refused: BATCH_DIFFERS. A whole batch is asked for
    chunk by chunk, and its manifest last.
    """

    TOPICS = ("monthly.claims",)
    KEY = "statement_id"
    statement_id: Identifier
    center_id: Area
    number: Count | None = None
