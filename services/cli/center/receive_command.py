"""`yidi center receive` and `again`: a center's batches, checked, as files for programs and for people."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from pydantic_core import to_json

from services.cli.center.act import REFUSED, ACenter, AsJson, AStatement, as_center, folder_of
from shared.adapter import Center
from shared.adapter.batches.batch import BatchRefusedError
from shared.money import yuan

Taken = tuple[list[dict[str, object]], list[BatchRefusedError]]
AFolder = Annotated[Path | None, typer.Option("--out", help="文件夹 / where the files go")]
Printed = Annotated[bool, typer.Option("--papers/--no-papers", help="并打印清算单 / XLSX and PDF as well")]


def register(center: typer.Typer) -> None:
    """Adds these commands to `yidi center`."""
    for command in (receive, again):
        center.command()(command)


def receive(center_id: ACenter, out: AFolder = None, papers: Printed = True, as_json: AsJson = False) -> None:
    """接收清算批次 / Take in what is new: each batch is checked, and written as CSV, XLSX and PDF.

    Exit 0: received, or nothing new. Exit 1: a batch does not check; none of it counts. Exit 2: no data.

    Example: yidi center receive 511900 --out statements
    """
    _take_in(center_id, lambda desk: _receive(desk, papers), out, as_json)


def again(
    center_id: ACenter,
    statement_id: AStatement,
    out: AFolder = None,
    papers: Printed = True,
    as_json: AsJson = False,
) -> None:
    """重取清算批次 / Ask for a statement's batch again, and take it in as `receive` does: the same bytes.

    Exit 0: received. Exit 1: it was refused, or a batch does not check. Exit 2: no answer.

    Example: yidi center again 511900 S-1 --out statements
    """

    async def step(desk: Center) -> Taken:
        await desk.again(statement_id)
        return await _receive(desk, papers)

    _take_in(center_id, step, out, as_json)


def _take_in(
    center_id: str, step: Callable[[Center], Awaitable[Taken]], out: Path | None, as_json: bool
) -> NoReturn:
    found, refused = as_center(center_id, step, out)
    for line in found:
        typer.echo(to_json(line) if as_json else _said(line))
    if found:
        typer.echo(f"文件 / files: {folder_of(center_id, out)}", err=True)
    for error in refused:
        typer.echo(str(error), err=True)
    if not (found or refused or as_json):
        typer.echo("没有新批次 / no new batch", err=True)
    raise typer.Exit(REFUSED if refused else 0)


async def _receive(desk: Center, papers: bool) -> Taken:
    found: list[dict[str, object]] = []
    refused: list[BatchRefusedError] = []
    async for arrival in desk.arrivals():
        if isinstance(arrival, BatchRefusedError):
            refused.append(arrival)
            continue
        if papers:
            await desk.papers(arrival)
        head, sums = arrival.manifest.head, arrival.manifest.sums
        found.append({**head.model_dump(mode="json"), **sums.model_dump(mode="json")})
    return found, refused


def _said(line: dict[str, object]) -> str:
    due = yuan(int(str(line["due_fen"] or line["fund_fen"])))
    return f"{line['statement_id']}  {line['month']}  {line['scheme']}  {line['lines']} 笔 / lines  {due} 元"
