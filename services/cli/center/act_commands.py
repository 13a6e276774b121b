"""What a clearing center says: confirm, dispute, decide, pay, came back, let a late line in, take back."""

from typing import Annotated, get_args

import typer

from services.cli.center.act import ACenter, AsJson, AStatement, a_day, act, amounts_of
from shared.messages.clearing.disputes import Ruling
from shared.money import yuan

ALine = Annotated[str, typer.Argument(metavar="LINE", help="明细号 / the line's id")]
AReason = Annotated[str, typer.Option("--reason", help="原因 / why")]
_RULING = {"rejected": "应付 / owed after all", "upheld": "不予支付 / not owed", "adjusted": "调整 / in part"}


def register(center: typer.Typer) -> None:
    """Adds these commands to `yidi center`."""
    for command in (confirm, dispute, decide, pay, returned, admit, withdraw):
        center.command()(command)


def confirm(center_id: ACenter, statement_id: AStatement, as_json: AsJson = False) -> None:
    """确认清算单 / Confirm a statement; disputed lines stay out of it. Exit 1: refused. Exit 2: no answer.

    Example: yidi center confirm 511900 S-1
    """
    act(center_id, lambda desk: desk.confirm(statement_id), f"已确认 / confirmed: {statement_id}", as_json)


def dispute(
    center_id: ACenter, statement_id: AStatement, line_id: ALine, reason: AReason, as_json: AsJson = False
) -> None:
    """提出争议 / Dispute a line of a statement before it is confirmed. Exit 1: refused. Exit 2: no answer.

    Example: yidi center dispute 511900 S-1 L-1 --reason "重复收费"
    """
    said = f"已提出争议 / disputed: {line_id}"
    act(center_id, lambda desk: desk.dispute(statement_id, [(line_id, reason)]), said, as_json)


def decide(
    center_id: ACenter,
    statement_id: AStatement,
    line_id: ALine,
    ruling: Annotated[str, typer.Option("--ruling", help="rejected, upheld, adjusted")],
    reason: AReason = "",
    accepted: Annotated[
        str,
        typer.Option("--accepted", metavar="FEN,FEN,FEN,FEN,FEN", help="调整后五项金额，分 / adjusted to"),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """争议裁定 / Decide the other side's dispute: rejected (owed after all), upheld (not), adjusted.

    Adjusted, --accepted names what is owed, fen: pool, large amount, serious illness, assistance, account
    (统筹、大额、大病、救助、个人账户). Exit 1: refused. Exit 2: no answer, or no such ruling.

    Example: yidi center decide 510100 S-1 L-1 --ruling rejected --reason "材料核实无误"
    """
    if ruling not in get_args(Ruling):
        raise typer.BadParameter(f"应为 / must be one of: {', '.join(get_args(Ruling))}")
    given: Ruling = ruling  # type: ignore[assignment]  # one of them, as was just seen
    amounts = amounts_of(accepted) if accepted else None
    act(
        center_id,
        lambda desk: desk.decide(statement_id, line_id, given, amounts, reason=reason),
        f"已裁定 / decided: {line_id} {_RULING[ruling]}",
        as_json,
    )


def pay(
    center_id: ACenter,
    statement_id: AStatement,
    paid_fen: Annotated[int, typer.Option("--fen", min=0, help="金额，分 / the amount, fen")],
    paid_on: Annotated[str, typer.Option("--on", metavar="YYYY-MM-DD", help="拨付日 / the day it was paid")],
    as_json: AsJson = False,
) -> None:
    """报告拨付 / Report that a confirmed statement was paid. Exit 1: refused. Exit 2: no answer.

    Example: yidi center pay 511900 S-1 --fen 95000 --on 2026-04-15
    """
    day = a_day(paid_on)
    said = f"已拨付 / paid: {statement_id} {yuan(paid_fen)} 元"
    act(center_id, lambda desk: desk.report_payment(statement_id, paid_fen, day), said, as_json)


def returned(
    center_id: ACenter,
    statement_id: AStatement,
    returned_fen: Annotated[int, typer.Option("--fen", min=0, help="金额，分 / the amount, fen")],
    returned_on: Annotated[str, typer.Option("--on", metavar="YYYY-MM-DD", help="退汇日 / the day")],
    reason: AReason = "",
    as_json: AsJson = False,
) -> None:
    """报告退汇 / Report that the bank has sent a payment back; it is to be paid again. Exit 1: refused.

    Example: yidi center returned 511900 S-1 --fen 95000 --on 2026-04-17 --reason "户名不符"
    """
    day = a_day(returned_on)
    said = f"已退汇，待再次拨付 / came back, to be paid again: {statement_id} {yuan(returned_fen)} 元"
    act(center_id, lambda desk: desk.report_return(statement_id, returned_fen, day, reason), said, as_json)


def admit(
    center_id: ACenter,
    line_id: ALine,
    officer: Annotated[str, typer.Option("--officer", help="经办人 / the officer who does it")],
    reason: AReason,
    as_json: AsJson = False,
) -> None:
    """逾期准入 / Let a late line in: the first officer asks, another one lets it in. Exit 1: refused.

    Example: yidi center admit 511900 L-1 --officer li --reason "病案首页邮寄延误"
    """
    said = f"已受理，两人经办后准入 / kept; let in once two officers have said so: {line_id}"
    act(center_id, lambda desk: desk.admit(line_id, officer, reason), said, as_json)


def withdraw(center_id: ACenter, statement_id: AStatement, reason: AReason, as_json: AsJson = False) -> None:
    """撤销确认 / Take back what this center confirmed and disputed, while nothing was built on it.

    Example: yidi center withdraw 511900 S-1 --reason "误操作"
    """
    said = f"已撤销 / taken back: {statement_id}"
    act(center_id, lambda desk: desk.withdraw(statement_id, reason), said, as_json)
