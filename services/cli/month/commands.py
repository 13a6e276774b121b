"""`yidi month …`: where the statements of a month stand, whether the books agree, a month from its facts."""

import json
from typing import Annotated

import typer

from services.clearing.model.report import BooksReport, StatementStatus
from services.clearing.queries.month import check_books, read_status
from services.cli.month.compute_command import compute
from services.cli.month.facts_command import facts, rebuild
from services.cli.month.month_option import AMonth
from services.cli.month.preview_command import preview
from services.cli.month.year_command import year
from services.cli.output import print_record, screen
from services.cli.reading import read_database
from shared.money import yuan

month = typer.Typer(no_args_is_help=True, help="清算月份 / months of clearing")
AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON, last line.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the yidi command."""
    app.add_typer(month, name="month")


@month.command()
def status(
    month: AMonth,
    as_json: AsJson = False,
) -> None:
    """Show where the statements of a month stand / 清算单进度.

    Exit 0: shown. Exit 1: the month has no statement. Exit 2: no such month, or no books yet.
    """
    statements = read_database(lambda dsn: read_status(dsn, month))
    if as_json:
        typer.echo(json.dumps([statement.as_json() for statement in statements], ensure_ascii=False))
    elif statements:
        for row in statements:
            _print_status(row)
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


def _print_status(row: StatementStatus) -> None:
    disputed = f"{row.disputed_lines}: {yuan(row.disputed_fen)} 元" if row.disputed_lines else ""
    print_record(
        row.statement_id,
        (
            f"{row.state}  {row.scheme}  {row.insured_center}→{row.treatment_center}",
            f"{row.lines:,} 笔 / lines, 应付 / due {yuan(row.due_fen)} 元",
            f"争议 / disputed {disputed}" if disputed else "",
            f"协议 / agreement {row.agreement_id}",
        ),
    )


def _print_check(report: BooksReport) -> None:
    """Whether the books agree; each thing that differs is named on a line of its own."""
    if report.ok:
        screen().print("账目平衡：各基金合计为零，余额与分录一致 / the books agree", style="green")
        return
    screen().print(
        "账目不平；停止清算并核查下列分录和账户 / the books differ; stop and look at these", style="red"
    )
    sums = [f"{fund} {fen}" for fund, fen in report.sums._asdict().items() if fen]
    differing = (
        ("基金合计不为零 / a fund does not sum to zero", sums),
        ("分录不平 / an entry does not sum to zero", report.unbalanced),
        ("余额与分录不一致 / a balance is not the ledger's", map(" ".join, report.differing)),
        ("账户与未结清算单不符 / a center does not hold what is open", map(" ".join, report.unexplained)),
        ("拨付未由本单双方结清 / paid, not by the statement's centers", report.misposted),
        (
            "按日应付与明细不一致，走势图不可信 / a day's due is not that of its lines; the radar is wrong",
            [f"{agreement_id} {day}" for agreement_id, day in report.days],
        ),
    )
    for words, where in differing:
        if found := list(where):
            print_record(words, found)


month.command()(compute)
month.command()(facts)
month.command()(rebuild)
month.command()(year)
month.command()(preview)
