"""`yidi reverse ID`: takes a settlement back, for the institution or agency that made it."""

import asyncio
import json
from typing import Annotated, Any

import asyncpg
import typer
from confluent_kafka import KafkaException
from rich.table import Column, Table

from services.cli.output import notes, screen
from services.settlement.queries.explain import Origin, origin
from shared.adapter import Connection, Hospital, OutcomeUnknownError, RefusedError, Visit
from shared.messages.outcomes import LaterSettlement, Reversed
from shared.money import yuan
from shared.settings import Settings
from shared.stack import StackError, at_work

DONE, REFUSED, NO_DATA = 0, 1, 2
"""Exit codes."""
REASON_CHARS = 200
UNKNOWN = (
    "已发出，尚无应答，可能稍后生效；服务在运行吗？(yidi status) 之后以 yidi explain 查看结果 / "
    "sent, not answered: it may still take effect; do the services run (yidi status)? yidi explain tells then"
)

_notes = notes()


def register(app: typer.Typer) -> None:
    """Add this command to the yidi command."""
    app.command("reverse")(reverse)


def _short(reason: str) -> str:
    if not 0 < len(reason) <= REASON_CHARS:
        raise typer.BadParameter(f"1–{REASON_CHARS} 字 / characters")
    return reason


def reverse(
    id: Annotated[str, typer.Argument(help="就诊号或结算号 / a visit or a settlement")],
    reason: Annotated[str, typer.Option(callback=_short, help="冲正原因 / why; kept with the reversal")],
    cascade: Annotated[
        bool, typer.Option("--cascade", help="连带冲正并重新结算后续结算 / settle again what built on it")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="末行为JSON / the last line is JSON")] = False,
) -> None:
    """冲正一笔结算 / Take a settlement back, for the institution or agency that made it.

    Where later ones built on it, it is refused with what each would become; --cascade takes them back and
    settles them again in the order of care. Of a visit the newest settlement is taken back; asked again, it
    is refused. Exit 0: done. Exit 1: refused. Exit 2: nothing to read or reach, or no answer yet.

    Example: yidi reverse V1-000000 --reason "收费有误" --cascade
    """
    try:
        servers = at_work(Settings())
        known = asyncio.run(origin(servers.postgres, id))
        if known is None:
            _notes.print(f"{id}: 没有这笔结算 / no such settlement", style="red", soft_wrap=True)
            raise typer.Exit(REFUSED)
        done = asyncio.run(_reverse(servers.kafka, known, reason, cascade))
    except RefusedError as refused:
        _show(list(refused.answer.later), as_json, code=refused.code)
        _notes.print(str(refused), style="red", soft_wrap=True)
        raise typer.Exit(REFUSED) from None
    except OutcomeUnknownError as error:
        _notes.print(f"{UNKNOWN}\n{error}", style="red", soft_wrap=True)
        raise typer.Exit(NO_DATA) from None
    except (StackError, asyncpg.PostgresError, KafkaException, OSError) as error:
        _notes.print(f"无法读取或送达 / cannot read or reach: {error}", style="red", soft_wrap=True)
        raise typer.Exit(NO_DATA) from None
    order = {"order_id": done.order_id, "order_fen": done.order_fen} if done.order_id else {}
    _show(list(done.later), as_json, code="OK", reversal_id=done.reversal_id, **order)


async def _reverse(kafka: str, known: Origin, reason: str, cascade: bool) -> Reversed:
    async with Connection(kafka, known.node_id) as connection:
        hospital = Hospital(connection, known.institution_id)
        visit = Visit(known.visit_id, known.person_id)
        return await hospital.reverse(visit, known.settlement_id, reason, cascade=cascade)


def _show(later: list[LaterSettlement], as_json: bool, **told: Any) -> None:
    if as_json:
        rows = [one.model_dump(mode="json") for one in later]
        typer.echo(json.dumps({**told, "later": rows}, ensure_ascii=False))
        return
    if reversal_id := told.get("reversal_id"):
        typer.echo(f"已冲正 / taken back: {reversal_id}")
    if order_id := told.get("order_id"):
        typer.echo(
            f"支付单 / payment order {order_id}: {yuan(told['order_fen'])} 元（负数为追回 / <0: recover）"
        )
    if later:
        screen().print(_table(later))


def _table(later: list[LaterSettlement]) -> Table:
    """What built on it: as it was, and as it becomes."""
    table = Table(
        Column("后续结算 / built on it", overflow="fold"),
        Column("基金 / fund, 元", justify="right"),
        Column("成为 / becomes", justify="right"),
        Column("个人 / patient, 元", justify="right"),
        Column("成为 / becomes", justify="right"),
        Column("新结算号 / settled again as", overflow="fold"),
    )
    for one in later:
        table.add_row(
            f"{one.visit_id} {one.settlement_id}",
            yuan(one.fund_fen),
            _yuan(one.new_fund_fen),
            yuan(one.personal_fen),
            _yuan(one.new_personal_fen),
            one.new_settlement_id or ("" if one.code == "OK" else one.code),
        )
    return table


def _yuan(fen: int | None) -> str:
    return "" if fen is None else yuan(fen)
