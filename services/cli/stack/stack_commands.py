"""`yidi up, down, logs, doctor`: starting and stopping what runs on this machine, its logs and its needs."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from services.cli.bus.findings import examine_bus
from services.cli.certify.vendor_broker import end_vendor_broker
from services.cli.output import notes, screen
from services.cli.stack.processes import service_programs
from services.cli.stack.readiness import make_ready
from shared.settings import Settings
from shared.stack import StackError, doctor, logs, servers
from shared.stack.dsn import mask
from shared.stack.status import FINE, RUNNING
from shared.stack.status import status as stack_status
from shared.stack.watch import detached
from shared.stack.watch.supervisor import end_leftovers

Json = Annotated[bool, typer.Option("--json", help="one JSON document instead of a table")]
READY_S = 60.0


def register(app: typer.Typer) -> None:
    """Add these commands to the yidi command."""
    for command in (up, down, logs_command, doctor_command):
        app.command(command.__name__.removesuffix("_command"))(command)


def up(
    only_servers: Annotated[bool, typer.Option(help="Kafka and PostgreSQL, no services")] = False,
) -> None:
    """Start Kafka, PostgreSQL and the services, and keep them running. 启动并守护全部进程。

    Returns once all are ready, or after a minute, when it says which are not.
    """
    try:
        running = bring_up(Settings(), typer.echo, only_servers=only_servers)
    except StackError as error:
        raise _refusal(error) from error
    typer.echo(f"Kafka       {running.kafka}\nPostgreSQL  {mask(running.postgres)}")


def bring_up(
    settings: Settings, tell: Callable[[str], None], *, only_servers: bool = False
) -> servers.Servers:
    """Brings all up that is not up yet, and tells what was done; where the servers are. Raises StackError."""
    with notes().status("启动服务器 / starting the servers"):
        running = servers.up(settings)
    if not only_servers:
        asyncio.run(make_ready(running, settings))
        _supervise(settings, tell)
    return running


def _supervise(settings: Settings, tell: Callable[[str], None]) -> None:
    if detached.is_supervised(settings):
        tell("已在运行 / up already")
        return
    end_leftovers(settings)  # before ports are claimed: they may still hold theirs
    programs = service_programs(settings)
    detached.detach(settings, programs)
    with notes().status("等待就绪 / waiting until all are ready"):
        late = _not_ready(settings, {program.name for program in programs})
    tell("已启动 / started" + (f"；尚未就绪 / not ready yet: {' '.join(late)}" if late else ""))


def _not_ready(settings: Settings, names: set[str]) -> list[str]:
    """Waits for all of them to be well, but not for ever; gives those that are not."""
    until = time.monotonic() + READY_S
    while late := names - {row.name for row in stack_status(settings) if row.health in {FINE, RUNNING}}:
        if time.monotonic() > until:
            break
        time.sleep(0.2)
    return sorted(late)


def down() -> None:
    """Stop everything cleanly. 停止全部进程。"""
    try:
        end_vendor_broker(Settings())
        detached.end(Settings())
    except StackError as error:
        raise _refusal(error) from error
    typer.echo("已停止 / stopped")


def logs_command(
    name: Annotated[str | None, typer.Argument(help="a name from `yidi status`; all if left out")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="go on with what is added")] = False,
    lines: Annotated[int, typer.Option("-n", help="so many last lines of each")] = 20,
) -> None:
    """The ends of the logs. 查看日志。"""
    home = Settings().home
    known = logs.names(home)
    if name is not None and name not in known:
        typer.echo(f"没有日志 {name};现有 / no log {name}; there are: {' '.join(known) or '-'}", err=True)
        raise typer.Exit(1)
    chosen = [name] if name else known
    for one in chosen:
        _print_log(one, logs.last(home, one, lines), named=len(chosen) > 1)
    if follow:
        for one, text in logs.follow(home, chosen):
            _print_log(one, text, named=len(chosen) > 1)


def _print_log(name: str, text: str, named: bool) -> None:
    for line in text.splitlines():
        typer.echo(f"{name:16} {line}" if named else line)


def doctor_command(json_: Json = False) -> None:
    """What this machine lacks for yidi and what to do; exit code 0 only if all is fine. 环境检查。"""
    settings = Settings()
    findings = [*doctor.examine(settings), *asyncio.run(examine_bus(settings))]
    if json_:
        typer.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        table = Table("check", "", "found", "what to do")
        for finding in findings:
            remedy = "\n".join(finding.remedy or ())
            table.add_row(finding.name, "ok" if finding.ok else "✗", finding.found, remedy)
        screen().print(table)
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


def _refusal(error: StackError) -> typer.Exit:
    typer.echo(str(error), err=True)
    return typer.Exit(1)
