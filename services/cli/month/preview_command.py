"""`yidi month preview`: what a month that is not sorted yet would come to, as things stand today."""

import json
from typing import Annotated

import typer

from services.clearing.model.statement import funds_of
from services.clearing.queries.months.preview import read_preview
from services.clearing.queries.months.preview_report import AsideSums, Expected, Preview
from services.cli.month.month_option import AMonth
from services.cli.output import print_record
from services.cli.reading import read_database
from shared.money import yuan

WHY = {
    "NO_AGREEMENT": "无协议 / without an agreement",
    "NO_SETTLEMENT": "冲正的结算未到 / its settlement was not heard",
    "RECOVERED": "已追回，不得冲正 / money of it was recovered",
    "REVERSED": "计入前已冲正 / reversed before it counted",
    "NO_CASE_PAGE": "缺病案首页 / without its case page",
    "NOT_CLAIMED": "未申请回款 / not claimed",
    "IN_REVIEW": "审核中 / in review",
    "LATE": "逾期，未准入 / late, and not admitted",
    "ADMISSION_ASKED": "逾期，待第二人准入 / late; a second officer has to admit it",
}


def preview(
    month: AMonth,
    as_json: Annotated[bool, typer.Option("--json", help="末行为JSON / the last line is JSON")] = False,
) -> None:
    """清分试算 / What a month would come to if it were sorted as things stand; nothing is changed.

    Below the statements stands what is in none, and what it wants. Exit 0: shown. Exit 1: the month is sorted
    already (`yidi month status`), or nothing is of it. Exit 2: no such month, or no books yet.

    Example: yidi month preview 2026-04 --json
    """
    found = read_database(lambda dsn: read_preview(dsn, month))
    is_any = bool(found.expected or found.aside)
    if as_json:
        typer.echo(json.dumps(found.as_json(), ensure_ascii=False))
    elif is_any:
        _print(found)
    else:
        typer.echo(
            f"{month} 已清分或无明细：yidi month status / {month} is sorted already, or has no line", err=True
        )
    raise typer.Exit(0 if is_any else 1)


def _print(found: Preview) -> None:
    for one in found.expected:
        print_record(f"协议 / agreement {one.agreement_id}  {one.scheme}", _about(one))
    if found.aside:
        print_record("未入单 / in no statement", map(_aside, found.aside))


def _about(one: Expected) -> tuple[str, ...]:
    sums = one.sums
    return (
        f"{one.insured_center}→{one.treatment_center}  清分日 / to be sorted on {one.sorted_on}",
        f"{sums.lines:,} 笔 / lines, 总额 / total {yuan(sums.total_fen)} 元, "
        f"应付 / due {yuan(funds_of(sums).due_fen)} 元",
    )


def _aside(one: AsideSums) -> str:
    return (
        f"{one.agreement_id or '—'}  {one.scheme}  {one.month}  {one.lines:,} 笔 / lines, "
        f"{yuan(one.due_fen)} 元: {WHY[one.why]}"
    )
