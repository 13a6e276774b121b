"""`yidi sandbox`: everything a vendor needs on one machine, its days and its clock."""

import asyncio
import json
from collections.abc import Callable
from contextlib import nullcontext, suppress
from datetime import date, datetime, timedelta
from typing import Annotated, Any, NamedTuple

import typer
from rich.table import Table

from services.cli.certify import kit as kits
from services.cli.certify.alone import BusyError, alone
from services.cli.certify.credentials import credentials_of, register_credentials
from services.cli.output import notes, screen
from services.cli.registry_import.folder import SAMPLE, read_registry
from services.cli.registry_import.send import send_registry
from services.cli.stack.stack_commands import bring_up
from services.enrollment.opened import read_opened
from shared.adapter import Connection, Operator, OutcomeUnknownError, RefusedError
from shared.adapter.operator import OPERATOR
from shared.adapter.refused import accepted
from shared.certify.play.town import Town
from shared.settings import Settings
from shared.stack import Servers, StackError

FIRST_DAY = date(2026, 3, 2)
_DAY = timedelta(days=1)
_ISO = "%Y-%m-%d"


class Days(NamedTuple):
    """How the days are to move: one on, up to one, or one every so many seconds."""

    next: bool
    to: date | None
    every_s: int | None


def register(app: typer.Typer) -> None:
    """Adds `yidi sandbox`."""
    app.command()(sandbox)


def sandbox(
    node: Annotated[
        str, typer.Argument(help="节点，可为示例中的 / also one of the sample", callback=kits.check_node)
    ] = "vendor",
    next_: Annotated[bool, typer.Option("--next", help="开启次日 / open the next day")] = False,
    to: Annotated[
        datetime | None,
        typer.Option(formats=[_ISO], metavar="YYYY-MM-DD", help="逐日开启至该日 / open each day up to this"),
    ] = None,
    every: Annotated[
        int | None,
        typer.Option(min=1, metavar="SECONDS", help="每若干秒开启一日，直至 Ctrl-C / a day every so many"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="末行为JSON / the last line is JSON")] = False,
) -> None:
    """对接沙箱 / Give a vendor a whole bus on this machine: a node, hospitals, people, days, a clock.

    It starts what does not run yet (`yidi down` stops it), registers the sample and the node with hospitals,
    people and credentials of its own, and opens a first day, 2 March 2026 or that of --to. Repeating it is
    harmless.
    Exit 0: ready. Exit 1: it could not be made ready.

    Example: yidi sandbox vendor --next
    """
    told, days = notes(), Days(next_, to.date() if to else None, every)
    try:
        servers = bring_up(Settings(), lambda line: told.print(line, soft_wrap=True))
        with told.status("登记 / registering"):
            today = _open(servers, node, days)
        _show(servers, kits.kit_of(node), today, as_json)
        if days.every_s:
            with suppress(KeyboardInterrupt):
                asyncio.run(_tick(servers, days.every_s, lambda day: told.print(f"{day}")))
    except (RefusedError, OutcomeUnknownError, StackError) as error:
        told.print(str(error), style="red", soft_wrap=True)
        raise typer.Exit(1) from None


def _open(servers: Servers, node: str, days: Days) -> date:
    """Prepares the sandbox; while a certification is under way no day is moved. Raises StackError."""
    moving = alone(Settings().home) if days.next or days.to else nullcontext()
    with moving:
        return asyncio.run(_prepare(servers, node, days))


async def _prepare(servers: Servers, node: str, days: Days) -> date:
    """Registers sample and node, and moves the days; the day that is open then."""
    async with Connection(servers.kafka, OPERATOR) as connection, Operator(connection) as operator:
        for outcome in await send_registry(operator, read_registry(SAMPLE)):
            accepted(outcome.answer)
        opened = await read_opened(servers.postgres)
        town = Town(operator, connection, opened.day if opened else (days.to or FIRST_DAY) - _DAY)
        until = max(days.to or town.today, town.today + days.next * _DAY)
        kits.require_agreements(until)
        kit = kits.kit_of(node)
        await town.register(kit.requests)
        await register_credentials(operator, list(credentials_of(kit)))
        if opened is None:
            await town.open_until(town.today + _DAY)
        await town.open_until(max(until, town.today + days.next * _DAY))
        return town.today


async def _tick(servers: Servers, every_s: int, tell: Callable[[date], None]) -> None:
    """Opens the next day every so many seconds; while a certification plays, that moves them."""
    async with Connection(servers.kafka, OPERATOR) as connection, Operator(connection) as operator:
        while True:
            await asyncio.sleep(every_s)
            with suppress(BusyError), alone(Settings().home):
                opened = await read_opened(servers.postgres)
                assert opened
                kits.require_agreements(opened.day + _DAY)
                await Town(operator, connection, opened.day).open_until(opened.day + _DAY)
                tell(opened.day + _DAY)


def _show(servers: Servers, kit: kits.Kit, today: date, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(_document(servers, kit, today), ensure_ascii=False))
        return
    table = Table("", "", show_header=False)
    table.add_row("Kafka", servers.kafka)
    table.add_row("节点 / node", kit.node)
    table.add_row("应答 / answers", f"reply.{kit.node}")
    table.add_row("营业日 / day", f"{today}")
    for hospital in kit.hospitals:
        table.add_row("医院 / hospital", f"{hospital.institution_id}  {hospital.name}")
    for person in kit.people:
        place = kit.places[person.scheme].institution_id
        insured = f"{person.scheme} {person.insured_area} → {place}"
        table.add_row("参保人 / person", f"{person.person_id}  {insured}")
    for shown in credentials_of(kit):
        ended = f"  至 / until {shown.until}" if shown.until else ""
        table.add_row("凭证 / credential", f"{shown.credential}  {shown.number}{ended}")
    table.add_row("示例参保人 / sample", "SAMPLE-0001 … SAMPLE-0020")
    screen().print(table)


def _document(servers: Servers, kit: kits.Kit, today: date) -> dict[str, Any]:
    return {
        "kafka": servers.kafka,
        "node": kit.node,
        "day": today.isoformat(),
        "hospitals": [
            one.model_dump(mode="json", include={"institution_id", "name", "area"}) for one in kit.hospitals
        ],
        "people": [
            one.model_dump(mode="json", include={"person_id", "scheme", "insured_area"}) for one in kit.people
        ],
        "credentials": [
            {**one._asdict(), "until": one.until and one.until.isoformat()} for one in credentials_of(kit)
        ],
    }
