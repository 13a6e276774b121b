"""`yidi center shares`: what each pooling area owes its province's center (000 三(三)3)."""

import csv
import json
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Annotated

import typer

from services.clearing.queries.desk import read_shares
from services.clearing.queries.desk_report import Share
from services.cli.center.act import ACenter, AsJson
from services.cli.month.month_option import AMonthOption
from services.cli.output import print_record
from services.cli.reading import read_database
from shared.money import yuan

_COLUMNS = (*Share._fields, "payable_fen")


def register(center: typer.Typer) -> None:
    """Adds this command to `yidi center`."""
    center.command()(shares)


def shares(
    center_id: ACenter,
    month: AMonthOption = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="CSV文件 / a CSV file")] = None,
    as_json: AsJson = False,
) -> None:
    """二级清算 / What each pooling area bears of this insured center's statements, and owes after disputes.

    The shares of a statement add up to it, to the fen. Without --month, of the statements that are not paid.
    Exit 0: listed. Exit 1: there is none. Exit 2: there are no books yet.

    Example: yidi center shares 511900 --month 2026-03 --out shares.csv
    """
    found = read_database(lambda dsn: read_shares(dsn, center_id, month))
    if out is not None:
        _write(found, out)
    if as_json:
        typer.echo(json.dumps([one.as_json() for one in found], ensure_ascii=False))
    elif not found:
        typer.echo(f"{center_id} 没有清算单 / {center_id} has no statement", err=True)
    else:
        for id, ones in groupby(found, key=attrgetter("statement_id")):
            print_record(id, map(_about, ones))
    raise typer.Exit(0 if found else 1)


def _about(one: Share) -> str:
    return (
        f"{one.month}  {one.scheme}  {one.insured_area}  {one.lines:,} 笔 / lines, "
        f"应付 / due {yuan(one.due_fen)} 元, 争议 / disputed {yuan(one.disputed_fen)} 元, "
        f"应上解 / owed {yuan(one.payable_fen)} 元"
    )


def _write(found: list[Share], out: Path) -> None:
    """The shares as a CSV, with a byte order mark, so that a spreadsheet reads its encoding."""
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(_COLUMNS)
        rows.writerows([*one, one.payable_fen] for one in found)
