"""`yidi rebuild SERVICE known`: what a service keeps of others, made anew from the topics and compared."""

import asyncio
import json
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from services.__main__ import find_service
from services.cli.bus.commands import Name, fault, ready
from services.cli.output import notes, screen
from services.cli.reading import UNREADABLE, why_unread
from shared.bus.client.reader import UnreadableLogError
from shared.bus.fault import PlainError
from shared.bus.operate.known.rebuild import AtWorkError, Compared, NoCopiesError, Rebuilt, rebuild_known
from shared.bus.operate.rebuild import ExpiredError
from shared.settings import Settings
from shared.stack import Servers

_FAULTS = (UnreadableLogError, PlainError, NoCopiesError, AtWorkError, ExpiredError)


class What(StrEnum):
    """What of a service is rebuilt."""

    KNOWN = "known"


def register(app: typer.Typer) -> None:
    """Adds `yidi rebuild`."""
    app.command()(rebuild)


def rebuild(
    service: Name,
    what: Annotated[What, typer.Argument(metavar="known", help="The copies of others' truth / 副本")],
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON, last line.")] = False,
) -> None:
    """重建副本 / Rebuild what a service keeps of another's truth from the topics, and compare it.

    While no process of the service runs: it keeps registers in memory. Each table of copies is shown with its
    digest as it was and as the topics say; one that differs is put right and told. Nothing is said, and rows
    of the service's own stay as they are. For a whole lost database: yidi bus rebuild. Exit 1: nothing was
    changed.

    Example: yidi rebuild settlement known
    """
    servers, settings = ready(service)
    try:
        rebuilt = _with_bar(service, servers, settings)
    except _FAULTS as error:
        raise fault(f"{service}: {error}") from error
    except UNREADABLE as error:
        raise fault(f"{service}: {why_unread(error)}") from error
    if as_json:
        tables = [_as_json(one) for one in rebuilt.tables]
        mended = [one.table for one in rebuilt.tables if one.was_mended]
        document = {"service": service, "facts": rebuilt.facts, "mended": mended, "tables": tables}
        typer.echo(json.dumps(document))
    else:
        _show(service, rebuilt)


def _with_bar(service: str, servers: Servers, settings: Settings) -> Rebuilt:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=notes(), transient=True) as bar:
        task = bar.add_task("日志 / log", total=None)

        def tell(read: int, total: int) -> None:
            bar.update(task, completed=read, total=total)

        return asyncio.run(rebuild_known(find_service(service), servers, settings, tell))


def _as_json(one: Compared) -> dict[str, Any]:
    return {"table": one.table, "before": one.before._asdict(), "after": one.after._asdict()}


def _show(service: str, rebuilt: Rebuilt) -> None:
    table = Table("副本 / copies", "原有 / kept", "重建 / rebuilt", "摘要 / digest", "")
    for name, before, after in rebuilt.tables:
        digest = before.digest[:12] if before == after else f"{before.digest[:12]} → {after.digest[:12]}"
        verdict = "一致 / equal" if before == after else "已更正 / put right"
        table.add_row(name, f"{before.rows:,}", f"{after.rows:,}", digest, verdict)
    screen().print(table)
    mended = sum(one.was_mended for one in rebuilt.tables)
    typer.echo(
        f"{service}: 由 {rebuilt.facts} 条事实重建，更正 {mended} 张表"
        f" / rebuilt from {rebuilt.facts} facts; {mended} tables put right"
    )
