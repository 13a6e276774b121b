"""`yidi policy simulate DRAFT --month YYYY-MM`: a draft policy tried on a month that is settled."""

import asyncio
import json
import re
from contextlib import aclosing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.cli.output import notes, screen
from services.cli.policy.folder import at_file, read_policy_file
from services.cli.reading import reading
from services.cli.simulate.many import parts, processes_for
from services.cli.simulate.table import print_tally
from services.settlement.queries.simulate import COLUMNS, csv_rows, open_month
from shared.benefit.compare.simulation import Case, Sums, Tally
from shared.benefit.policy.form import Policy
from shared.findings import Finding, InvalidFileError
from shared.settings import Settings
from shared.simulator.plan.calendar_month import CalendarMonth
from shared.stack import database_at_work

REPLAYED, NO_BILLS, INVALID = 0, 1, 2
"""Exit codes."""
CASES, CHART = "cases.csv", "chart.png"
"""What is written into the folder."""

_notes = notes()


class Task(NamedTuple):
    """What is asked of a simulation."""

    draft: Policy
    month: CalendarMonth
    out: Path


def simulate(
    draft: Annotated[
        Path, typer.Argument(metavar="DRAFT", help="政策草案 / the draft, a policy file (TOML)")
    ],
    month: Annotated[
        str, typer.Option(metavar="YYYY-MM", help="已结算的月份 / the month whose bills are replayed")
    ],
    out: Annotated[Path, typer.Option(help="输出文件夹 / folder for the CSV and the chart")] = Path(
        "simulation"
    ),
    as_json: Annotated[bool, typer.Option("--json", help="末行为JSON / the last line is JSON")] = False,
) -> None:
    """试算政策草案 / Replay a month's bills under a draft policy: who gains, who loses, by how much.

    Nothing that is settled is touched. Replayed is every bill settled in the month and not taken back, of the
    draft's scheme and area, settled under a policy which the draft would go before; as if the draft had been
    in force on every day, whatever its own dates.

    Each bill keeps the year-to-date it was settled with: what the draft would have paid of earlier bills does
    not move later ones. So each difference is the draft's doing on that one bill and can be checked with yidi
    quote; that the draft uses up a year's deductibles and caps sooner or later is not in it.

    每笔账单沿用结算时的年度累计，不重新滚算：差额只反映草案对该笔账单的影响。

    Written are cases.csv (each case before and after, in fen) and chart.png; what the draft refuses is
    counted apart, by reason. Exit 0: replayed. Exit 1: no such bill in the month. Exit 2: the draft or the
    month is not valid, or there is no data.

    Example: yidi policy simulate draft-2027.toml --month 2026-03
    """
    try:
        task = Task(_draft(draft), read_month(month), _folder(out))
        with reading(INVALID):
            tally = asyncio.run(_run(task, database_at_work(Settings())))
    except InvalidFileError as error:
        raise _stopped(str(error), INVALID) from None
    _tell(task, tally, as_json)


def _stopped(line: str, code: int) -> typer.Exit:
    typer.echo(" ".join(line.splitlines()), err=True)
    return typer.Exit(code)


def _draft(path: Path) -> Policy:
    try:
        return read_policy_file(path)
    except InvalidFileError as error:
        raise at_file(path, error) from None


def read_month(text: str) -> CalendarMonth:
    """The month that an option names. Raises InvalidFileError where it is none."""
    month = CalendarMonth(text)
    if re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text) and text[:4] != "0000":
        return month
    raise InvalidFileError([Finding(f"--month {text}", "应为 YYYY-MM", "must be a month YYYY-MM")])


def _folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
        (path / CASES).touch()
    except OSError as error:
        zh, en = f"无法写入：{error.strerror}", f"cannot be written: {error.strerror}"
        raise InvalidFileError([Finding(str(path), zh, en)]) from None
    return path


async def _run(task: Task, dsn: str) -> Tally:
    draft, month, out = task
    tally = Tally()
    with (out / CASES).open("wb") as file:
        file.write(csv_rows([COLUMNS]))
        async with open_month(dsn, draft, month.first, month.last) as bills:
            replayed = parts(draft, bills, processes_for(bills.bills))
            with _progress() as bar:
                shown = bar.add_task("试算 / replaying", total=bills.bills)
                async with aclosing(replayed):
                    async for part in replayed:
                        file.write(part.rows)
                        tally.add(part.tally)
                        bar.advance(shown, part.bills)
    return tally


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=_notes,
        transient=True,
        disable=not _notes.is_terminal,
    )


def _tell(task: Task, tally: Tally, as_json: bool) -> None:
    if not tally.groups:
        what = f"{task.draft.insured_area} {task.draft.scheme} {task.month.name}"
        raise _stopped(
            f"{what}: 当月没有适用该草案的结算 / no bill settled in this month is the draft's", NO_BILLS
        )
    from services.cli.simulate.picture import draw_picture  # slow to import, and not for those who err

    title = f"{task.draft.policy_id}, {task.month.name}"
    draw_picture(tally, title, task.out / CHART)
    console = _notes if as_json else screen()
    print_tally(console, tally, title)
    console.print(f"文件 / files: {task.out / CASES}, {task.out / CHART}", soft_wrap=True, highlight=False)
    if as_json:
        typer.echo(json.dumps(_document(task, tally), ensure_ascii=False))


def _document(task: Task, tally: Tally) -> dict[str, Any]:
    draft, month, out = task
    totals = tally.totals()
    return {
        "draft": draft.policy_id,
        "month": month.name,
        "insured_area": draft.insured_area,
        "scheme": draft.scheme,
        "bills": totals.cases + totals.refused,
        "totals": _sums(totals),
        "groups": [{**group._asdict(), **_sums(sums)} for group, sums in sorted(tally.groups.items())],
        "refused": [
            {"code": code, "where": where, "cases": sums.refused, "fund_before_fen": sums.refused_fund_fen}
            for (code, where), sums in sorted(tally.refused.items())
        ],
        "largest": [_change(case) for case in tally.largest],
        "csv": str(out / CASES),
        "chart": str(out / CHART),
    }


def _sums(sums: Sums) -> dict[str, int]:
    return {
        **asdict(sums),
        "unchanged": sums.cases - sums.gainers - sums.losers,
        "fund_difference_fen": sums.fund_after_fen - sums.fund_before_fen,
        "personal_difference_fen": sums.personal_after_fen - sums.personal_before_fen,
    }


def _change(case: Case) -> dict[str, Any]:
    return {
        "visit_id": case.visit_id,
        "settlement_id": case.settlement_id,
        **case.group._asdict(),
        "personal_before_fen": case.before.personal_fen,
        "personal_difference_fen": case.moved_fen,
    }
