"""`yidi import`: a registry folder, validated whole and then registered in the order of its dependencies."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.progress import Progress
from rich.table import Table

from services.cli.output import notes, screen
from services.cli.registry_import.folder import Registry, read_registry
from services.cli.registry_import.origin import Entry, FileFault
from services.cli.stack.readiness import kafka_at_work
from shared.adapter import Connection, Operator, OutcomeUnknownError
from shared.messages.answer import Answer
from shared.messages.enrollment.registers import Registered
from shared.settings import Settings
from shared.stack import StackError

DONE, REFUSED, INVALID = 0, 1, 2
"""Exit codes: all registered; something refused or unanswered; a file is not valid and nothing was sent."""

_AT_ONCE = 500  # requests
_ROWS_AT_ONCE = 10_000  # of large files, whose requests hold many rows

_out = screen()
_err = notes()


class Outcome(NamedTuple):
    """What became of one entry of a file."""

    entry: Entry
    answer: Answer

    @property
    def place(self) -> str:
        """File and line, for people to open."""
        return f"{self.entry.file}:{self.entry.line}"

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was registered and yet looks like a slip."""
        result = self.answer.result
        return result.warnings if isinstance(result, Registered) else ()


def register(app: typer.Typer) -> None:
    """Adds `yidi import`."""
    app.command("import")(import_folder)


def import_folder(
    folder: Annotated[Path, typer.Argument(help="登记文件夹 / folder of TOML and CSV files")],
    as_json: Annotated[bool, typer.Option("--json", help="末行为JSON / the last line is JSON")] = False,
) -> None:
    """导入登记资料 / Register nodes, institutions, agreements, policies, catalogues, persons … from files."""
    with _err.status("读取文件 / reading the files"):
        registry = read_registry(folder)
    for note in registry.notes:
        _err.print(note, soft_wrap=True)
    if registry.faults:
        _show_faults(registry.faults, as_json)
        raise typer.Exit(INVALID)
    try:
        outcomes = asyncio.run(_import(registry))
    except (OutcomeUnknownError, StackError) as error:
        _err.print(f"{error}\n服务是否在运行？/ do the services run? yidi status", soft_wrap=True)
        raise typer.Exit(REFUSED) from None
    (_show_json if as_json else _show)(registry, outcomes)
    raise typer.Exit(DONE if all(outcome.answer.accepted for outcome in outcomes) else REFUSED)


async def send_registry(
    operator: Operator, registry: Registry, sent: Callable[[int], None] = lambda count: None
) -> list[Outcome]:
    """Registers stage after stage, many at once; `sent` hears of how many more rows there was an answer.

    Raises OutcomeUnknownError when the services do not answer; registering again is safe.
    """
    outcomes: list[Outcome] = []
    for entries in _chunks(registry):
        answers = await operator.ask_many([entry.body for entry in entries])
        outcomes += map(Outcome, entries, answers)
        sent(sum(entry.rows for entry in entries))
    return outcomes


def _chunks(registry: Registry) -> Iterator[list[Entry]]:
    for stage in registry.stages:
        chunk: list[Entry] = []
        rows = 0
        for entry in stage:
            if len(chunk) >= _AT_ONCE or (chunk and rows + entry.rows > _ROWS_AT_ONCE):
                yield chunk
                chunk, rows = [], 0
            chunk.append(entry)
            rows += entry.rows
        if chunk:
            yield chunk


def _rows(registry: Registry) -> int:
    return sum(entry.rows for stage in registry.stages for entry in stage)


async def _import(registry: Registry) -> list[Outcome]:
    kafka = await kafka_at_work(Settings())
    with Progress(console=_err, transient=True) as progress:
        task = progress.add_task("导入 / import", total=_rows(registry))
        async with Connection(kafka, "operator") as connection, Operator(connection) as operator:
            return await send_registry(operator, registry, lambda count: progress.advance(task, count))


def _show_faults(faults: tuple[FileFault, ...], as_json: bool) -> None:
    if as_json:
        told = [{**fault._asdict(), "remedy": fault.remedy._asdict()} for fault in faults]
        typer.echo(json.dumps({"invalid": told, "sent": 0}, ensure_ascii=False))
        return
    for fault in faults:
        _err.print(str(fault), soft_wrap=True)
    _err.print(f"{len(faults)} 处错误，未导入 / {len(faults)} faults, nothing was sent")


def _counts(registry: Registry, outcomes: list[Outcome]) -> dict[str, dict[str, int]]:
    accepted = Counter(outcome.entry.file for outcome in outcomes if outcome.answer.accepted)
    return {
        file: {"accepted": accepted[file], "refused": count - accepted[file]}
        for file, count in registry.counts.items()
    }


def _show_json(registry: Registry, outcomes: list[Outcome]) -> None:
    refused = [
        {
            "file": outcome.entry.file,
            "line": outcome.entry.line,
            "subject": outcome.entry.body.key,
            **outcome.answer.model_dump(exclude={"outcome", "days", "result"}),
        }
        for outcome in outcomes
        if not outcome.answer.accepted
    ]
    warnings = [f"{outcome.place}: {text}" for outcome in outcomes for text in outcome.warnings]
    document = {"files": _counts(registry, outcomes), "refused": refused, "warnings": warnings}
    typer.echo(json.dumps(document, ensure_ascii=False))


def _show(registry: Registry, outcomes: list[Outcome]) -> None:
    table = Table("文件 / file", "接受 / accepted", "拒绝 / refused")
    for file, count in _counts(registry, outcomes).items():
        table.add_row(file, str(count["accepted"]), str(count["refused"]))
    _out.print(table)
    for outcome in outcomes:
        for warning in outcome.warnings:
            _out.print(f"{outcome.place}: 请核对 / please check: {warning}", soft_wrap=True)
        if not outcome.answer.accepted:
            _out.print(_refusal(outcome), soft_wrap=True)


def _refusal(outcome: Outcome) -> str:
    answer = outcome.answer
    what = f"{answer.code} {answer.text_zh}；{answer.advice_zh} / {answer.text_en}; {answer.advice_en}"
    return f"{outcome.place}: {outcome.entry.body.key}: {what} [{answer.where}]"
