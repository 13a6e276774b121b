"""`yidi bus …`: going on with another broker after one was lost or replaced."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from services.__main__ import find_service
from shared.bus.client.reader import UnreadableLogError
from shared.bus.operate import rebuild as rebuilding
from shared.bus.operate import skip as stepping
from shared.bus.operate import takeover
from shared.bus.operate.rebuild import ExpiredError, NotLostError
from shared.bus.operate.skip import NoSuchRecordError
from shared.bus.operate.takeover import NothingToAdoptError, ShortLogError
from shared.bus.operate.told import DiffersError
from shared.bus.topics import SERVICES
from shared.settings import Settings
from shared.stack import Servers, StackError, at_work

bus = typer.Typer(no_args_is_help=True, help="消息总线 / going on with another broker")
Name = Annotated[str, typer.Argument(help=f"{' | '.join(SERVICES)}", metavar="SERVICE")]


def register(app: typer.Typer) -> None:
    """Add these commands to the yidi command."""
    app.add_typer(bus, name="bus")


@bus.command()
def adopt(
    service: Name,
    from_beginning: Annotated[
        bool, typer.Option("--from-beginning", help="Read the new logs whole / 从头读取")
    ] = False,
) -> None:
    """Let a service go on with the topics that are on the broker now / 接管新的Kafka.

    A log whose beginning has expired is read from where it begins, and what is missing is noted. Otherwise
    for a broker that holds a copy with the same offsets; one that was filled again is read with
    --from-beginning: what was heard before is dropped as a repeat. Exit 1: nothing was changed.

    Example: yidi bus adopt settlement --from-beginning
    """
    servers, settings = ready(service)
    try:
        adopted = asyncio.run(takeover.adopt(service, servers, settings, from_beginning))
    except StackError as error:
        raise fault(str(error)) from error
    except NothingToAdoptError as error:
        raise fault(
            f"{service}: 各流已在现有主题上，无需接管 / nothing to adopt: all its streams stand there already"
        ) from error
    except ShortLogError as error:
        raise fault(
            f"{error}：新日志短于已读位置，不是原日志的副本；先执行 yidi bus refill，再加 --from-beginning"
            " / the log ends before the position: no copy of the old one;"
            " `yidi bus refill` first, then adopt with --from-beginning"
        ) from error
    typer.echo("主题/分区  从  缺失 / topic/partition  next offset  lost")
    for (topic, partition), next_offset in adopted.positions.items():
        first, last = adopted.lost.get((topic, partition), (0, 0))
        lost = f"  {first}-{last - 1}" if last else ""
        typer.echo(f"{topic}/{partition}  {next_offset}{lost}")


@bus.command()
def refill(
    service: Name,
    since: Annotated[
        datetime | None, typer.Option(help="Only what was said since then (UTC) / 起始时间")
    ] = None,
) -> None:
    """Say again what a service's outbox keeps, after a broker was lost / 重新发布已发报文.

    While no service runs, before `yidi bus adopt`; readers drop what they have heard.

    Example: yidi bus refill settlement --since 2026-03-01
    """
    servers, settings = ready(service)
    at = since.replace(tzinfo=UTC) if since else None
    try:
        records = asyncio.run(takeover.refill(service, servers, settings, at))
    except StackError as error:
        raise fault(str(error)) from error
    typer.echo(f"{service}: 已重新发布 {records} 条 / {records} records said again")


@bus.command()
def rebuild(
    service: Name,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON, last line.")] = False,
) -> None:
    """Make a service's lost database anew from the topics, as it was / 由主题重建丢失的数据库.

    While no process of the service runs, on a database without that service's tables, or with empty ones.
    Everything is decided again in the order of before and compared with what the log says; nothing is said
    twice. Exit 1: what is there is no database to work with; the command may be repeated.

    Example: yidi bus rebuild clearing --json
    """
    servers, settings = ready(service)
    try:
        rebuilt = asyncio.run(rebuilding.rebuild(find_service(service), servers, settings))
    except (StackError, UnreadableLogError, NotLostError, ExpiredError, DiffersError) as error:
        raise fault(f"{service}: {error}") from error
    if as_json:
        typer.echo(json.dumps({"service": service, **rebuilt._asdict()}))
        return
    messages, facts, unsent = rebuilt
    typer.echo(
        f"{service}: 重新受理报文 {messages} 条，事实与日志一致 {facts} 条，待发 {unsent} 条"
        f" / {messages} messages decided again; {facts} facts as in the log, {unsent} still to be sent"
    )


@bus.command()
def skip(
    service: Name,
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="As the log names it / 主题")],
    partition: Annotated[int, typer.Argument(metavar="PARTITION", help="分区")],
    offset: Annotated[int, typer.Argument(metavar="OFFSET", help="位点")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept with its bytes / 理由")],
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON, last line.")] = False,
) -> None:
    """Step over one record that a service cannot take / 跳过无法处理的报文.

    It is kept with its bytes, stands aside as a dead letter, blocks nobody, and is in the trail.

    Example: yidi bus skip settlement realtime.encounters 3 1742 --reason "ends the process"
    """
    if not reason.strip():
        raise fault("请写明理由 / say why, with --reason")
    servers, _ = ready(service)
    try:
        found = asyncio.run(stepping.skip(service, servers, topic, partition, offset, reason))
    except NoSuchRecordError as error:
        raise fault(str(error)) from error
    if as_json:
        place = {"service": service, "topic": topic, "partition": partition, "offset": offset}
        typer.echo(json.dumps({**place, "reason": reason, "readable": found is not None}, ensure_ascii=False))
        return
    kept = "原文已保存 / kept with its bytes" if found else "原文无法读取 / its bytes cannot be read"
    typer.echo(f"{service}: {topic}/{partition}/{offset} 将跳过 / will be stepped over; {kept}")


def ready(service: str) -> tuple[Servers, Settings]:
    """The servers that run, for a command about one of the services; exits with 1 otherwise."""
    if service not in SERVICES:
        raise fault(f"没有服务 {service} / no service {service}; there are: {', '.join(SERVICES)}")
    settings = Settings()
    try:
        return at_work(settings), settings
    except StackError as error:
        raise fault(str(error)) from error


def fault(text: str) -> typer.Exit:
    """Says what keeps a command from being done; gives the exit to raise."""
    typer.echo(text, err=True)
    return typer.Exit(1)
