"""A checked batch as files: CSV in fen for programs, the same bytes each time; XLSX and PDF for people."""

import csv
from collections.abc import Callable, Iterable, Mapping
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from shared.adapter.batches.batch import Batch
from shared.messages.clearing.batches import COLUMNS, ClearingLine
from shared.month.funds import Funds
from shared.statements.paper import Heading, Paper, PaperLine
from shared.statements.pdf import write_pdf
from shared.statements.workbook import write_workbook


class BatchFiles(NamedTuple):
    """The files of a batch (批次文件)."""

    csv: Path
    xlsx: Path
    pdf: Path


def write_batch(batch: Batch, folder: Path, names: Mapping[str, str] | None = None) -> BatchFiles:
    """Writes the batch's files into `folder`, each whole or not at all.

    `names`: what centers and institutions are called, by their codes; areas are named without it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    head = batch.manifest.head
    name = f"{head.month}_{head.agreement_id}_{head.scheme}"
    files = BatchFiles(*(folder / f"{name}.{kind}" for kind in BatchFiles._fields))
    paper = _paper(batch, names or {})
    _put(files.csv, lambda path: path.write_bytes(csv_bytes(batch.lines)))
    _put(files.xlsx, lambda path: write_workbook(paper, path))
    _put(files.pdf, lambda path: write_pdf(paper, path))
    return files


def csv_bytes(lines: Iterable[ClearingLine]) -> bytes:
    """The statement's file (清算明细表): UTF-8 with its mark, LF, amounts in fen.

    Its digest is the manifest's. What lines from before do not say is left empty.
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([getattr(line, name) for name in COLUMNS] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def _paper(batch: Batch, names: Mapping[str, str]) -> Paper:
    head = batch.manifest.head
    heading = Heading(
        statement_id=head.statement_id,
        agreement_id=head.agreement_id,
        funding_mode=head.funding_mode,
        insured_center=head.insured_center,
        treatment_center=head.treatment_center,
        scheme=head.scheme,
        month=head.month,
        digest=batch.manifest.sha256,
    )
    return Paper(heading, [_line(line, head.insured_area) for line in batch.lines], names)


def _line(line: ClearingLine, insured_area: str) -> PaperLine:
    """A line as it is printed; one from before says neither why it stands there nor whose area it is."""
    before = "settled" if line.line_id == line.settlement_id else "reversed"
    return PaperLine(
        line_id=line.line_id,
        settlement_id=line.settlement_id,
        why=line.why or before,
        person_id=line.person_id,
        insured_area=line.insured_area or insured_area,
        institution_id=line.institution_id,
        visit_kind=line.visit_kind,
        business_on=line.business_on,
        total_fen=line.total_fen,
        funds=Funds(*(getattr(line, name) for name in Funds._fields)),
    )


def _put(path: Path, write: Callable[[Path], object]) -> None:
    fresh = path.with_name(f".{path.name}.new")
    write(fresh)
    fresh.replace(path)
