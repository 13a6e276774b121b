"""`yidi month year`: what a year came to, in and across provinces, and what its close still waits for."""

import json
import re
from typing import Annotated

import typer

from services.clearing.queries.months.year import read_year
from services.clearing.queries.months.year_report import Advanced, Year, YearSums
from services.cli.output import print_record
from services.cli.reading import read_database
from shared.money import yuan


def _a_year(text: str) -> int:
    if not re.fullmatch(r"(19|20)[0-9]{2}", text):
        raise typer.BadParameter("应为 YYYY / must be a year YYYY")
    return int(text)


def year(
    of: Annotated[int, typer.Argument(metavar="YYYY", parser=_a_year, help="年份 / the year")],
    as_json: Annotated[bool, typer.Option("--json", help="末行为JSON / the last line is JSON")] = False,
) -> None:
    """年度清算 / A year by agreement and scheme, in and across provinces; what its close still waits for.

    What is due is disputed, paid or still open. Below it stands what the funds compensated in each year
    (垫付补偿费用, 002 附件1). Exit 0: shown. Exit 1: nothing is of that year. Exit 2: there are no books yet.

    Example: yidi month year 2026 --json
    """
    found = read_database(lambda dsn: read_year(dsn, of))
    if as_json:
        typer.echo(json.dumps(found.as_json(), ensure_ascii=False, default=str))
    elif found.sums:
        _print(found)
    else:
        typer.echo(f"{of} 年没有清算单 / {of} has no statement", err=True)
    raise typer.Exit(0 if found.sums else 1)


def _print(found: Year) -> None:
    for one in found.sums:
        head = f"协议 / agreement {one.agreement_id}  {one.scheme}  {_scope(one.in_province)}"
        print_record(head, _about(one))
    print_record("垫付补偿费用 / compensated by the funds", map(_advanced, found.advanced))
    print_record("合计 / total", map(_advanced, found.totals))


def _about(one: YearSums) -> tuple[str, ...]:
    late = f"逾期 / late {one.late_lines:,} 笔 / lines, {yuan(one.late_fen)} 元"
    close = f"其中年终关账后 / of them after the close of {one.closes_on}: {one.past_close:,}"
    return (
        f"{one.statements:,} 张 / statements, {one.lines:,} 笔 / lines, "
        f"总额 / total {yuan(one.total_fen)} 元",
        f"应付 / due {yuan(one.due_fen)} 元 = 争议 / disputed {yuan(one.disputed_fen)} 元 "
        f"+ 已拨付 / paid {yuan(one.paid_fen)} 元 + 未结 / open {yuan(one.open_fen)} 元",
        f"追回 / recovered {yuan(one.recovered_fen)} 元" if one.recovered_fen else "",
        f"未结 / open {one.open_statements:,} 张 / statements" if one.open_statements else "",
        f"争议未裁定 / disputes not decided {one.undecided:,}" if one.undecided else "",
        f"{late}, {close}" if one.late_lines else "",
    )


def _advanced(one: Advanced) -> str:
    of = f"{one.year}  " if one.year else ""
    return f"{of}{_scope(one.in_province)}  {one.lines:,} 笔 / lines, {yuan(one.fund_fen)} 元"


def _scope(in_province: bool) -> str:
    return "省内 / in the province" if in_province else "跨省 / across provinces"
