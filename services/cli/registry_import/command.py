"""`yidi import`: a registry folder, checked whole and then registered in the order of its dependencies."""

import asyncio
import gc
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from services.cli.output import notes, screen
from services.cli.reading import read_database, reading
from services.cli.registry_import.folder import Registry, read_registry
from services.cli.registry_import.origin import FileFault
from services.cli.registry_import.send import AT_ONCE, CHUNKS_AHEAD, Outcome, Sent, Tally, sending
from services.cli.registry_import.sheets.local_codes import NATIONAL, LocalCodes
from services.cli.registry_import.side_by_side.foresee import begin_second, foresee
from services.cli.registry_import.side_by_side.read import begin_apart
from services.cli.stack.readiness import kafka_at_work
from services.enrollment.registered import open_registered
from shared.adapter import Connection, Operator, OutcomeUnknownError
from shared.adapter.operator import OPERATOR
from shared.settings import Settings
from shared.stack import StackError, database_at_work

DONE, REFUSED, INVALID = 0, 1, 2
"""Exit codes: all registered; a row is refused, or unanswered; a file is not valid, nothing was sent."""

_out = screen()
_err = notes()


def register(app: typer.Typer) -> None:
    """Adds `yidi import`."""
    app.command("import")(import_folder)


def import_folder(
    folder: Annotated[
        Path, typer.Argument(help="登记文件夹 / folder of CSV or XLSX tables, and TOML policies")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只核对，不发送 / only tell what would change; nothing is sent")
    ] = False,
    local_codes: Annotated[
        str | None,
        typer.Option(help="按此地区公布的编码对照 / an area whose own codes stand in the files"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="末行为JSON / the last line is JSON")] = False,
) -> None:
    """导入登记资料 / Register nodes, institutions, agreements, policies, catalogues, persons … from files.

    All or nothing: every row is checked for its form, then by the service's own rules against what is
    registered; with one bad row nothing is sent. What is refused all the same is told by row.
    Exit 0: registered. Exit 1: a row is refused, or no answer. Exit 2: a file is not valid.

    Example: yidi import registers --dry-run
    """
    _collect_seldom()
    registry = _read(folder, _local_codes(local_codes) if local_codes else NATIONAL, as_json)
    try:
        if not dry_run:  # first, since no row is to blame for a set-up that does not fit the topics
            asyncio.run(kafka_at_work(Settings()))
        foreseen = _foresee(registry)
        if dry_run or foreseen.refused:
            _show(foreseen, as_json, sent=False)
            raise typer.Exit(REFUSED if foreseen.refused else DONE)
        tally = asyncio.run(_with_bar("导入 / import", registry, lambda sent: _send(registry, sent)))
    except (OutcomeUnknownError, StackError) as error:
        _err.print(f"{error}\n服务是否在运行？/ do the services run? yidi status", soft_wrap=True)
        raise typer.Exit(REFUSED) from None
    _show(tally, as_json, sent=True)
    raise typer.Exit(REFUSED if tally.refused else DONE)


def _collect_seldom() -> None:
    """Rows are no garbage in circles: to look for it after every 700 took a third of the time of a check."""
    gc.freeze()  # the program itself: among millions of rows it would be looked through again and again
    gc.set_threshold(50_000, 20, 50)


def _read(folder: Path, local: LocalCodes, as_json: bool) -> Registry:
    apart = begin_apart(folder, local)  # before the status has its thread
    with _err.status("读取文件 / reading the files"):
        registry = read_registry(folder, local, apart)
    for note in registry.notes:
        _err.print(note, soft_wrap=True)
    if registry.faults:
        _show_faults(registry.faults, as_json)
        raise typer.Exit(INVALID)
    return registry


def _local_codes(area: str) -> LocalCodes:
    """What the area's own codes stand for today, as it published them."""

    async def read(dsn: str) -> LocalCodes:
        async with open_registered(dsn) as registered:
            return LocalCodes(await registered.local_codes(area))

    local = read_database(read)
    if not local.of_set:
        _err.print(f"{area} 未公布编码对照 / has published no codes of its own", soft_wrap=True)
        raise typer.Exit(INVALID)
    return local


def _foresee(registry: Registry) -> Tally:
    with reading(REFUSED):
        dsn = database_at_work(Settings())
        second = begin_second(dsn, registry)  # before the bar has its thread
        return asyncio.run(
            _with_bar("核对 / check", registry, lambda looked: foresee(dsn, registry, looked, second))
        )


async def _with_bar(
    what: str, registry: Registry, work: Callable[[Sent], Coroutine[Any, Any, Tally]]
) -> Tally:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_err, transient=True) as progress:
        task = progress.add_task(what, total=registry.rows)
        return await work(lambda count: progress.advance(task, count))


async def _send(registry: Registry, sent: Sent) -> Tally:
    settings, tally = Settings(), Tally()
    kafka = await kafka_at_work(settings)
    async with Connection(kafka, OPERATOR, in_flight=AT_ONCE * CHUNKS_AHEAD) as connection:
        async for outcomes in sending(Operator(connection), registry, settings.partitions):
            for outcome in outcomes:
                tally.add(outcome)
            sent(sum(outcome.entry.rows for outcome in outcomes))
    return tally


def _show_faults(faults: tuple[FileFault, ...], as_json: bool) -> None:
    if as_json:
        told = [{**fault._asdict(), "remedy": fault.remedy._asdict()} for fault in faults]
        typer.echo(json.dumps({"invalid": told, "sent": 0}, ensure_ascii=False))
        return
    for fault in faults:
        _err.print(str(fault), soft_wrap=True)
    _err.print(f"{len(faults)} 处错误，未导入 / {len(faults)} faults, nothing was sent")


def _show(tally: Tally, as_json: bool, sent: bool) -> None:
    if as_json:
        refused = [_as_json(outcome) for outcome in tally.refusals]
        document = {"files": tally.files(sent), "refused": refused, "warnings": tally.warnings}
        typer.echo(json.dumps(document if sent else {**document, "sent": 0}, ensure_ascii=False))
        return
    words = ("接受 / accepted",) if sent else ("将变更 / would change", "不变 / unchanged")
    table = Table("文件 / file", *words, "拒绝 / refused")
    for file, counts in tally.files(sent).items():
        table.add_row(file, *(f"{count:,}" for count in counts.values()))
    _out.print(table)
    for warning in tally.warnings:
        place, _, text = warning.partition(": ")
        _out.print(f"{place}: 请核对 / please check: {text}", soft_wrap=True)
    for outcome in tally.refusals:
        _out.print(_refusal(outcome), soft_wrap=True)
    if (untold := tally.refused.total() - len(tally.refusals)) > 0:
        _out.print(f"另有{untold}行被拒绝 / and {untold} more rows are refused")
    if not sent:
        _err.print("未发送 / nothing was sent")


def _as_json(outcome: Outcome) -> dict[str, Any]:
    entry, answer = outcome.entry, outcome.answer
    place = {"file": entry.file, "line": entry.line, "subject": entry.body.key}
    return {**place, **answer.model_dump(exclude={"outcome", "days", "result"})}


def _refusal(outcome: Outcome) -> str:
    answer = outcome.answer
    what = f"{answer.code} {answer.text_zh}；{answer.advice_zh} / {answer.text_en}; {answer.advice_en}"
    return f"{outcome.place}: {outcome.entry.body.key}: {what} [{answer.where}]"
