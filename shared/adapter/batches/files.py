"""A checked batch as files: CSV in fen for programs, the same bytes each time; XLSX and PDF for people."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from shared.adapter.batches.batch import Batch
from shared.messages.clearing.batches import ClearingLine
from shared.month.funds import Funds
from shared.statements.paper import Heading, Paper, PaperLine
from shared.statements.pdf import write_pdf
from shared.statements.tables import printed
from shared.statements.workbook import write_workbook


class Papers(NamedTuple):
    """A batch's statement for people (清算单), to be signed."""

    xlsx: Path
    pdf: Path


def write_batch(batch: Batch, folder: Path) -> Path:
    """Writes the batch's lines into `folder`, whole or not at all; the file's path."""
    path = folder / f"{_name(batch)}.csv"
    _put(path, lambda fresh: fresh.write_bytes(batch.csv))
    return path


def write_papers(batch: Batch, folder: Path, names: Mapping[str, str] | None = None) -> Papers:
    """Writes the batch's statement into `folder`, each file whole or not at all; lines take time here.

    `names`: what centers and institutions are called, by their codes; areas are named without it.
    """
    paper = printed(_paper(batch, names or {}))
    papers = Papers(*(folder / f"{_name(batch)}.{kind}" for kind in Papers._fields))
    _put(papers.xlsx, lambda fresh: write_workbook(paper, fresh))
    _put(papers.pdf, lambda fresh: write_pdf(paper, fresh))
    return papers


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


def _name(batch: Batch) -> str:
    head = batch.manifest.head
    return f"{head.month}_{head.agreement_id}_{head.scheme}"


def _put(path: Path, write: Callable[[Path], object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    write(fresh)
    fresh.replace(path)
