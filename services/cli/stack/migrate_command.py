"""`yidi migrate`: schemas and topics brought up to date, or the SQL that this would run."""

import asyncio
from typing import Annotated

import typer

from services.__main__ import all_services
from services.cli.stack.readiness import make_ready
from shared.bus.migrations.store import Script, pending, script
from shared.settings import Settings
from shared.stack import StackError, postgres, servers

NOTHING = "无待执行的迁移 / nothing to migrate"


def register(app: typer.Typer) -> None:
    """Adds `yidi migrate`."""
    app.command()(migrate)


def migrate(
    print_: Annotated[
        bool, typer.Option("--print", help="只显示SQL，不执行 / show the SQL and change nothing")
    ] = False,
) -> None:
    """更新数据库结构与主题 / Bring schemas and topics up to date; `yidi up` does it too."""
    settings = Settings()
    if print_:
        typer.echo(_as_text(asyncio.run(_missing(settings))))
        return
    try:
        applied = asyncio.run(make_ready(servers.up(settings), settings))
    except StackError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo("\n".join(applied) or NOTHING)


async def _missing(settings: Settings) -> list[Script]:
    """What the schemas lack; where no database runs, one is not started to be asked: all of it."""
    dsn = settings.postgres or (postgres.address(settings) if postgres.running(settings) else None)
    if dsn is None:
        return [script(service, ()) for service in all_services()]
    return await pending(dsn, all_services())


def _as_text(scripts: list[Script]) -> str:
    """One transaction a service, for psql."""
    texts = [f"-- {one.service}\nBEGIN;\n{one.sql}COMMIT;\n" for one in scripts if one.names]
    return "\n".join(texts) or f"-- {NOTHING}"
