"""`yidi month …`: where the statements of a month stand, and whether the books agree."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from services.clearing.model.report import BooksReport, StatementStatus
from services.clearing.report import check_books, read_status
from services.cli.reading import read_database
from shared.money import yuan

month = typer.Typer(no_args_is_help=True, help="清算月份 / months of clearing")
AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON, last line.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the yidi command."""
    app.add_typer(month, name="month")


@month.command()
def status(
    month: Annotated[str, typer.Argument(help="Month YYYY-MM / 月份", metavar="YYYY-MM")],
    as_json: AsJson = False,
) -> None:
    """Show where the statements of a month stand / 清算单进度.

    Exit 0: shown. Exit 1: the month has no statement. Exit 2: there are no books yet.
    """
    statements = read_database(lambda dsn: read_status(dsn, month))
    if as_json:
        typer.echo(json.dumps([statement.as_json() for statement in statements], ensure_ascii=False))
    elif statements:
        Console().print(_status_table(statements))
    else:
        typer.echo(
            f"{month} 尚无清算单；月份在截止日次日清分 / {month} has no statement yet;"
            " a month is sorted on the day after its cut-off",
            err=True,
        )
    raise typer.Exit(0 if statements else 1)


@month.command()
def check(as_json: AsJson = False) -> None:
    """Check that money is conserved and the balances are the ledger's / 核对账目.

    Exit 0: the books agree. Exit 1: they do not; what differs is named. Exit 2: there are no books yet.
    """
    report = read_database(check_books)
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        _print_check(report)
    raise typer.Exit(0 if report.ok else 1)


def _status_table(statements: list[StatementStatus]) -> Table:
    table = Table(
        Column("清算单 / statement", overflow="fold"),
        Column("协议 / agreement", overflow="fold"),
        "险种 / scheme",
        "参保地→就医地 / centers",
        "笔数 / lines",
        Column("基金（元）/ fund, yuan", no_wrap=True, min_width=12),
        "争议 / disputed",
        "状态 / state",
    )
    for row in statements:
        table.add_row(
            row.statement_id,
            row.agreement_id,
            row.scheme,
            f"{row.insured_center}→{row.treatment_center}",
            f"{row.lines:,}",
            yuan(row.fund_fen),
            f"{row.disputed_lines}: {yuan(row.disputed_fen)}" if row.disputed_lines else "",
            row.state,
        )
    return table


def _print_check(report: BooksReport) -> None:
    console = Console()
    if report.ok:
        console.print("[green]账目平衡：各基金合计为零，余额与分录一致 / the books agree[/green]")
        return
    console.print(
        "[red]账目不平；停止清算并核查下列分录和账户 / the books differ; stop and look at these[/red]"
    )
    table = Table("种类 / kind", "何处 / where")
    for fund, fen in ((fund, fen) for fund, fen in report.sums._asdict().items() if fen):
        table.add_row("基金合计不为零 / a fund does not sum to zero", f"{fund} {fen}")
    for entry_id in report.unbalanced:
        table.add_row("分录不平 / an entry does not sum to zero", entry_id)
    for account in report.differing:
        table.add_row("余额与分录不一致 / a balance is not the ledger's", " ".join(account))
    for account in report.unexplained:
        table.add_row("账户与未结清算单不符 / a center does not hold what is open", " ".join(account))
    for statement_id in report.misposted:
        table.add_row("拨付未由本单双方结清 / paid, not by the statement's centers", statement_id)
    console.print(table)
