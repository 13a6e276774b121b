"""`yidi status`: what runs, how far the services are, and what is not right. It starts nothing."""

import asyncio
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from confluent_kafka import KafkaException
from rich import box
from rich.table import Column, Table

from services.__main__ import all_services
from services.cli.faults import EXCHANGES, Fault, process_faults, service_faults
from services.cli.output import screen
from services.cli.reading import UNREADABLE, why_unread
from services.cli.stack.answers import Waited, answer_faults, read_answers
from services.enrollment.opened import Opened, read_opened
from shared.bus.operate.condition import Condition, Overview, read_overview
from shared.settings import Settings
from shared.stack import Servers
from shared.stack.servers import address_of
from shared.stack.status import FINE, Row
from shared.stack.status import status as stack_status

Looked = tuple[Overview | None, Opened | None, list[Fault]]


def register(app: typer.Typer) -> None:
    """Adds `yidi status`."""
    app.command()(status)


def status(
    as_json: Annotated[bool, typer.Option("--json", help="末行为JSON / one JSON document")] = False,
) -> None:
    """查看运行状态 / Show what runs, how far the services are, and what is not right.

    Day: the slowest stream has done all of it; behind: days behind the one opened last; lag: records unread;
    unsent: said, but not yet on Kafka; p95: how long 95 of 100 requests at the desks waited at most, since
    the processes started. Exit 0: all is right. Exit 1: something is not; each is named.
    """
    rows = stack_status(Settings())
    overview, opened, faults = _look(rows, Settings())
    answers = read_answers(Settings().home)
    faults = [*process_faults(rows), *faults, *answer_faults(answers)]
    conditions = overview.conditions if overview else []
    if as_json:
        document = {
            "processes": [asdict(row) for row in rows],
            "opened_day": opened.day if opened else None,
            "services": [_as_json(condition, opened) for condition in conditions],
            "answers": [one._asdict() for one in answers],
            "faults": [fault._asdict() for fault in faults],
        }
        typer.echo(json.dumps(document, default=str, ensure_ascii=False))
    else:
        _print(rows, conditions, opened)
        _print_answers(answers)
        for fault in faults:
            typer.echo(f"✗ {fault.zh}\n  {fault.en}")
    raise typer.Exit(1 if faults else 0)


def _look(rows: list[Row], settings: Settings) -> Looked:
    """What database and broker tell of the services, where they answer."""
    well = {row.name: row.health == FINE for row in rows}
    if not well["postgres"]:
        return None, None, [Fault("服务状态未知：PostgreSQL 无应答", "how the services are is not known")]
    servers = Servers(
        address_of(settings, "kafka") if well["kafka"] else "", address_of(settings, "postgres")
    )
    try:
        overview, opened = asyncio.run(_read(servers, settings.partitions))
    except (*UNREADABLE, KafkaException) as error:
        return None, None, [Fault("服务状态未知", f"how the services are is not known: {why_unread(error)}")]
    return overview, opened, list(service_faults(overview, opened, datetime.now(UTC)))


async def _read(servers: Servers, partitions: int) -> tuple[Overview, Opened | None]:
    overview = await read_overview(servers, all_services(), partitions)
    here = {condition.service for condition in overview.conditions}
    opened = await read_opened(servers.postgres) if "enrollment" in here else None
    return overview, opened


def _behind(condition: Condition, opened: Opened | None) -> int | None:
    if opened is None or condition.day is None:
        return None
    return (opened.day - condition.day).days


def _as_json(condition: Condition, opened: Opened | None) -> dict[str, Any]:
    return {**condition._asdict(), "behind_days": _behind(condition, opened)}


def _print(rows: list[Row], conditions: list[Condition], opened: Opened | None) -> None:
    """Both tables fit 80 columns; their words are whole at any width."""
    console = screen()
    table = _table("进程\nprocess", "pid", "始于\nup since", "重启\nrestarts", "状态\nhealth")
    for row in rows:
        table.add_row(row.name, str(row.pid or ""), _time(row.up_since), str(row.restarts), row.health)
    console.print(table)
    if not conditions:
        return
    console.print(f"营业日 / opened day: {opened.day if opened else '—'}")
    table = _table(
        "服务\nservice",
        "类别\nclass",
        "营业日\nday",
        "落后\nbehind",
        "未读\nlag",
        "未发\nunsent",
        "死信\nparked",
    )
    for one in conditions:
        behind = _behind(one, opened)
        day = one.day.isoformat() if one.day else "—"
        counts = [_number(count) for count in (behind, one.lag, one.unsent, one.parked)]
        table.add_row(one.service, EXCHANGES[one.exchange], day if one.marks else "", *counts)
    console.print(table)


def _print_answers(answers: list[Waited]) -> None:
    if answers:
        table = _table("请求\nrequest", "应答\nanswers", "95% 在几秒内\np95 within s")
        for one in answers:
            p95 = "—" if one.p95_s is None else f"{one.p95_s:g}"
            table.add_row(one.request, _number(one.answers), p95)
        screen().print(table)


def _table(*names: str) -> Table:
    columns = [Column(name, overflow="fold") for name in names]
    return Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)


def _time(time: datetime | None) -> str:
    return time.astimezone().strftime("%m-%d %H:%M:%S") if time else ""


def _number(count: int | None) -> str:
    return "—" if count is None else f"{count:,}"
