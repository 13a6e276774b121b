"""`yidi month facts` and `yidi month rebuild`: the facts of a running system, and closed months from them."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from services.clearing.queries.rebuild import LineDifference, read_facts
from services.clearing.queries.rebuild import rebuild as rebuild_month
from services.cli.month.month_option import AMonth
from services.cli.output import print_record, screen
from services.cli.reading import read_servers
from shared.month.facts import FACT, Fact

SHOWN = 20
AsJson = Annotated[bool, typer.Option("--json", help="末行为JSON / the last line is JSON")]


def facts(
    out: Annotated[Path, typer.Option(metavar="FILE", help="输出文件 / file to write, JSON Lines")],
    as_json: AsJson = False,
) -> None:
    """导出清算事实 / Write the facts of all months of a running system, for `yidi month compute`.

    They are read from the topics, not from the books. Exit 0: written. Exit 2: they cannot be read, or the
    file cannot be written.

    Example: yidi month facts --out facts.jsonl
    """
    found: list[Fact] = read_servers(lambda servers: read_facts(servers.kafka))
    try:
        with out.open("wb") as file:
            file.writelines(FACT.dump_json(fact, exclude_none=True) + b"\n" for fact in found)
    except OSError as error:
        typer.echo(f"{out}: 无法写入 / cannot be written: {error.strerror}", err=True)
        raise typer.Exit(2) from None
    if as_json:
        typer.echo(json.dumps({"facts": len(found), "file": str(out)}, ensure_ascii=False))
    else:
        typer.echo(f"{len(found):,} 条清算事实 / facts → {out}")


def rebuild(month: AMonth, as_json: AsJson = False) -> None:
    """由主题重算已清分月份 / Compute a closed month again from the topics, and name each line that differs.

    Exit 0: no line differs. Exit 1: lines differ; each is named. Exit 2: it cannot be read.

    Example: yidi month rebuild 2026-03
    """
    lines, found = read_servers(lambda servers: rebuild_month(servers.kafka, servers.postgres, month))
    if as_json:
        told: dict[str, Any] = {
            "month": month,
            "lines": lines,
            "differences": [one._asdict() for one in found],
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        _print(month, lines, found)
    raise typer.Exit(1 if found else 0)


def _print(month: str, lines: int, found: list[LineDifference]) -> None:
    if not found:
        screen().print(f"{month}: {lines:,} 笔，无差异 / lines, none differs", style="green")
        return
    for one in found[:SHOWN]:
        told = one.by_facts.strip() or "—", one.in_books.strip() or "—"
        print_record(
            f"{one.agreement_id} {one.scheme} {one.line_id}",
            (f"按事实 / by the facts: {told[0]}", f"账上 / in the books: {told[1]}"),
        )
    if len(found) > SHOWN:
        typer.echo(f"另有 / and {len(found) - SHOWN:,}")
