"""`yidi month compute`: every month from a file of facts, without Kafka and without a database."""

import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic_core import to_json

from services.cli.month.facts_file import computed, stopped
from services.cli.month.table import print_months
from shared.month.compute import Months
from shared.month.statement import Statement, csv_of, csv_sha256, document

_ISO = "%Y-%m-%d"


def compute(
    facts: Annotated[
        Path, typer.Argument(metavar="FACTS.jsonl", help="清算事实文件 / file of facts, JSON Lines")
    ],
    through: Annotated[
        datetime | None,
        typer.Option(
            formats=[_ISO],
            metavar="YYYY-MM-DD",
            help="只列截至此日已清分的 / only what is sorted by this day",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="每张清算单一行JSON / one JSON object a statement, and the rest")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="明细表输出文件夹 / folder for the statements' CSV files"),
    ] = None,
) -> None:
    """离线计算清算月份 / Compute every month from a file of facts: its statements, and what stands in none.

    Anyone with the facts comes to the same bytes, in whatever order and however often they are told. As JSON,
    each statement is a line, and the last line lists the lines of no statement: without an agreement, late,
    or without the case page or review that they need. The lines of each statement are written to
    MONTH_AGREEMENT_SCHEME.csv in the folder given. Exit 0: computed. Exit 2: the file is not valid, and a
    line that cannot be is named with the reason.

    Example: yidi month compute facts.jsonl --through 2026-04-30 --json
    """
    months = computed(facts).months
    documents = _documents(months, through.date() if through else None, _folder(out))
    if as_json:
        for each in (*documents, months.aside):
            sys.stdout.buffer.write(to_json(each) + b"\n")
        sys.stdout.flush()
    else:
        print_months(list(documents), months.aside)


def _folder(path: Path | None) -> Path | None:
    try:
        if path:
            path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise stopped(f"{path}: 无法写入 / cannot be written: {error.strerror}") from None
    return path


def _documents(months: Months, through: date | None, folder: Path | None) -> Iterator[dict[str, Any]]:
    for statement in months.statements(through):
        pieces = csv_of(statement.lines)
        if folder:
            pieces = _written(pieces, folder / _file_name(statement))
        yield document(statement, csv_sha256(pieces))


def _file_name(statement: Statement) -> str:
    return f"{statement.month}_{statement.terms.agreement_id}_{statement.scheme}.csv"


def _written(pieces: Iterable[bytes], path: Path) -> Iterator[bytes]:
    """The same pieces, each written as it goes by."""
    try:
        with path.open("wb") as file:
            for piece in pieces:
                file.write(piece)
                yield piece
    except OSError as error:
        raise stopped(f"{path}: 无法写入 / cannot be written: {error.strerror}") from None
