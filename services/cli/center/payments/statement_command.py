"""`yidi center statement`: what one institution is owed, was paid, and why not."""

from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic_core import to_json

from services.clearing.queries.payments.institution import read_institution
from services.cli.center.act import AsJson
from services.cli.month.month_option import AMonthOption
from services.cli.output import print_record
from services.cli.reading import read_database
from shared.money import yuan
from shared.names.areas import short_area_name
from shared.statements.institution import (
    STANDS,
    InstitutionLine,
    InstitutionStatement,
    Stand,
    by_stand,
    institution_printed,
)
from shared.statements.pdf import write_pdf
from shared.statements.workbook import write_workbook

NONE = 1
ENGLISH = {
    Stand.PAID: "paid",
    Stand.PARTLY_PAID: "paid in part, the rest comes with the next month",
    Stand.DUE: "due, not paid yet",
    Stand.NOT_SORTED: "its month is not sorted yet",
    Stand.IN_DISPUTE: "in dispute",
    Stand.NOT_OWED: "not owed by the dispute's decision",
    Stand.LATE: "late, to be let in",
    Stand.NOT_CLAIMED: "not claimed",
    Stand.NOT_ELIGIBLE: "lacks its case page or its review",
    Stand.NO_AGREEMENT: "no agreement",
    Stand.HELD: "held aside",
}


def register(center: typer.Typer) -> None:
    """Adds this command to `yidi center`."""
    center.command()(statement)


def statement(
    institution_id: Annotated[
        str, typer.Argument(metavar="INSTITUTION", help="医药机构编码 / code of the institution")
    ],
    month: AMonthOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="文件夹，另存XLSX与PDF / where XLSX and PDF go")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """医药机构对账单 / Show what one institution is owed, was paid, and why not, line by line.

    Without --month all its lines, with what it was due and paid with the last month.
    Exit 0: shown. Exit 1: it has no line. Exit 2: there are no books yet.

    Example: yidi center statement H51010000001 --month 2026-03 --out statements
    """
    found = read_database(lambda dsn: read_institution(dsn, institution_id, month))
    if not found.lines:
        typer.echo(f"{institution_id} 没有清算明细 / {institution_id} has no line", err=True)
        raise typer.Exit(NONE)
    if as_json:
        typer.echo(to_json(_document(found)))
    else:
        _print(found)
    if out:
        _write(found, out)


def _document(found: InstitutionStatement) -> dict[str, Any]:
    return {
        **found._asdict(),
        "open_fen": found.due_fen - found.paid_fen,
        "sums": {
            stand: {"lines": sums.lines, "due_fen": sums.funds.due_fen}
            for stand, sums in by_stand(found.lines).items()
        },
        "lines": [
            {**line._asdict(), "funds": line.funds._asdict(), "due_fen": line.funds.due_fen}
            for line in found.lines
        ],
    }


def _print(found: InstitutionStatement) -> None:
    for line in found.lines:
        typer.echo(_row(line))
    sums = [
        f"{STANDS[stand]} / {ENGLISH[stand]}: {one.lines:,} 笔 / lines, {yuan(one.funds.due_fen)} 元"
        for stand, one in by_stand(found.lines).items()
    ]
    open_fen = found.due_fen - found.paid_fen
    totals = (
        f"应付 / due {yuan(found.due_fen)} 元, 已拨付 / paid {yuan(found.paid_fen)} 元, "
        f"结转 / carried on {yuan(open_fen)} 元"
    )
    head = f"{found.institution_id} {found.name}".rstrip()
    print_record(f"{head}  {found.month}".rstrip(), [*sums, totals])


def _row(line: InstitutionLine) -> str:
    area = f"{line.insured_area} {short_area_name(line.insured_area)}"
    due = yuan(line.funds.due_fen)
    return f"{line.line_id}  {line.business_on}  {area}  {due} 元  {STANDS[line.stand]}"


def _write(found: InstitutionStatement, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    printed = institution_printed(found)
    name = "_".join(filter(None, (found.month, found.institution_id)))
    for kind, write in (("xlsx", write_workbook), ("pdf", write_pdf)):
        write(printed, folder / f"{name}.{kind}")
    typer.echo(f"文件 / files: {folder}", err=True)
