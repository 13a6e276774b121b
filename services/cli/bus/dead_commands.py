"""`yidi dead …`: messages that could not be decided and stand aside, over all services."""

import json
from base64 import b64encode
from collections.abc import Callable, Coroutine
from typing import Annotated, TypeVar

import typer

from services.cli.output import print_record
from services.cli.reading import read_database
from shared.bus.operate import parking
from shared.bus.operate.parking import Parked, UnknownParkedError
from shared.bus.store import LeftOut
from shared.bus.wire import Raw

dead = typer.Typer(no_args_is_help=True, help="死信 / messages that were parked")
AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON, last line.")]
Id = Annotated[str, typer.Argument(help="As `yidi dead list` names it / 死信编号", metavar="ID")]
FAILED = 1
T = TypeVar("T")


def register(app: typer.Typer) -> None:
    """Add these commands to the yidi command."""
    app.add_typer(dead, name="dead")


@dead.command("list")
def list_(as_json: AsJson = False) -> None:
    """List what is parked, over all services / 列出全部死信.

    Example: yidi dead list --json
    """
    found = _run(parking.list_parked)
    for left in _run(parking.list_left_out):
        typer.echo(f"{left.asker} {left.reason}: {_left_out(left)}", err=True)
    if as_json:
        typer.echo(json.dumps([row._asdict() for row in found], default=str, ensure_ascii=False))
    elif found:
        for row in found:
            _print(row)
    else:
        typer.echo("没有死信 / nothing is parked")


@dead.command()
def show(id: Id, as_json: AsJson = False) -> None:
    """Show a parked message with its headers and bytes / 查看死信原文.

    Example: yidi dead show referral/realtime.filings/3/17
    """
    raw = _run(lambda dsn: parking.show(dsn, id))
    if as_json:
        typer.echo(json.dumps(_as_json(raw), ensure_ascii=False))
        return
    for name, value in raw.headers:
        typer.echo(f"{_name(name)}: {_text(value)}")
    typer.echo(f"\n{_text(raw.value)}")


@dead.command()
def release(id: Id) -> None:
    """Put a parked message back to be decided, now that its cause is mended / 重新处理死信.

    Example: yidi dead release referral/realtime.filings/3/17
    """
    _run(lambda dsn: parking.release(dsn, id))
    typer.echo(f"{id} 将重新处理 / will be decided")


@dead.command()
def drop(
    id: Annotated[
        str | None, typer.Argument(help="As `yidi dead list` names it / 死信编号", metavar="[ID]")
    ] = None,
    because: Annotated[str, typer.Option("--because", help="Why; kept with its bytes / 理由")] = "",
    source: Annotated[
        str | None, typer.Option("--source", help="All junk of one node / 某节点的全部死信", metavar="NODE")
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", help="All junk of one reason / 某原因的全部死信", metavar="CODE")
    ] = None,
    all_junk: Annotated[bool, typer.Option("--all-junk", help="All junk of nodes / 节点的全部死信")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Without asking / 不再询问")] = False,
) -> None:
    """Give a parked message up, so that the later ones of its key go on / 放弃死信.

    --source, --reason and --all-junk give up all that nodes sent and that stands alone, in every service;
    `--source ?` is whoever is not registered. Facts of the services themselves are given up one by one.

    Example: yidi dead drop referral/realtime.filings/3/17 --because "sent by a test system"
    """
    if not because.strip():
        raise _fault("请写明理由 / say why, with --because")
    chosen = bool(source or reason or all_junk)
    if chosen == bool(id):
        raise _fault(
            "请给出死信编号，或 --source、--reason、--all-junk 之一 / name one ID, or what to choose by"
        )
    if id:
        _run(lambda dsn: parking.drop(dsn, id, because))
        typer.echo(f"{id} 已放弃 / is dropped")
        return
    count = _run(lambda dsn: parking.count_junk(dsn, source, reason))
    if not yes and not typer.confirm(f"放弃 {count} 条死信？/ drop {count} messages?"):
        raise typer.Exit(1)
    dropped = _run(lambda dsn: parking.drop_junk(dsn, source, reason, because))
    typer.echo(f"{dropped} 条已放弃 / messages are dropped")


def _run(step: Callable[[str], Coroutine[object, object, T]]) -> T:
    try:
        return read_database(step, FAILED)
    except UnknownParkedError as error:
        raise _fault(f"没有死信 {error}；请用 yidi dead list 核对 / no parked message {error}") from error


def _fault(text: str) -> typer.Exit:
    typer.echo(text, err=True)
    return typer.Exit(FAILED)


def _print(row: Parked) -> None:
    since = row.since.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    detail = "待处理 / released" if row.released else row.detail[:60]
    if row.nearest:
        detail = f"是否 {row.nearest}？/ is {row.nearest} meant?"
    told = (f"{since}  {row.reason}", f"来源 / from {row.source}", f"键 / key {row.key_digest}", detail)
    print_record(row.id, map(_shown, told))


def _shown(text: str) -> str:
    """A text of others on one line: what a terminal would obey is spelt out."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _left_out(left: LeftOut) -> str:
    return f"另有 {left.messages} 条、{left.bytes} 字节只计数未保留 / so many more, counted and not kept"


def _name(name: str) -> str:
    """A header's name; bytes beyond UTF-8 stand in it as surrogates, which no terminal takes."""
    return _text(name.encode(errors="surrogateescape"))


def _text(value: bytes | None) -> str:
    return (value or b"").decode(errors="backslashreplace")


def _as_json(raw: Raw) -> dict[str, object]:
    return {
        "topic": raw.topic,
        "partition": raw.partition,
        "offset": raw.offset,
        "key": _text(raw.key),
        "headers": {_name(name): _text(value) for name, value in raw.headers},
        "value_base64": b64encode(raw.value or b"").decode(),
    }
