"""`yidi center receive`: takes a center's batches in, checked, as files for programs and for people."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic_core import to_json

from services.cli.center.act import REFUSED, ACenter, AsJson, as_center, folder_of
from shared.adapter import Center
from shared.adapter.batches.batch import BatchRefusedError
from shared.money import yuan


def register(center: typer.Typer) -> None:
    """Adds this command to `yidi center`."""
    center.command()(receive)


def receive(
    center_id: ACenter,
    out: Annotated[Path | None, typer.Option("--out", help="文件夹 / where the files go")] = None,
    papers: Annotated[
        bool, typer.Option("--papers/--no-papers", help="并打印清算单 / XLSX and PDF as well")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """接收清算批次 / Take in what is new: each batch is checked, and written as CSV, XLSX and PDF.

    Exit 0: received, or nothing new. Exit 1: a batch does not check; none of it counts. Exit 2: no data.

    Example: yidi center receive 511900 --out statements
    """
    found, refused = as_center(center_id, lambda desk: _receive(desk, papers), out)
    for line in found:
        typer.echo(to_json(line) if as_json else _said(line))
    if found:
        typer.echo(f"文件 / files: {folder_of(center_id, out)}", err=True)
    for error in refused:
        typer.echo(str(error), err=True)
    if not (found or refused or as_json):
        typer.echo("没有新批次 / no new batch", err=True)
    raise typer.Exit(REFUSED if refused else 0)


async def _receive(desk: Center, papers: bool) -> tuple[list[dict[str, object]], list[BatchRefusedError]]:
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
