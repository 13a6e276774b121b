"""What a clearing center does about what is in doubt: investigate, answer, close, recover (协查与追回)."""

import json
from typing import Annotated

import typer

from services.clearing.queries.desk import read_investigations
from services.clearing.queries.desk_report import DeskInvestigation
from services.cli.center.act import ACenter, AsJson, act, amounts_of
from services.cli.output import print_record
from services.cli.reading import read_database
from shared.money import yuan

ALine = Annotated[str, typer.Argument(metavar="LINE", help="明细号 / the line's id")]
AnOfficer = Annotated[str, typer.Option("--officer", help="经办人 / the officer who does it")]
AReason = Annotated[str, typer.Option("--reason", help="原因 / why")]
_FIVE = "FEN,FEN,FEN,FEN,FEN"


def register(center: typer.Typer) -> None:
    """Adds these commands to `yidi center`."""
    for command in (investigations, investigate, answer, close, recover):
        center.command()(command)


def investigations(center_id: ACenter, as_json: AsJson = False) -> None:
    """列出未结协查 / List the open investigations of a center's lines: why, what was found, whose turn it is.

    Exit 0: listed. Exit 1: there is none. Exit 2: there are no books yet.

    Example: yidi center investigations 511900
    """
    found = read_database(lambda dsn: read_investigations(dsn, center_id))
    if as_json:
        typer.echo(json.dumps([one._asdict() for one in found], ensure_ascii=False, default=str))
    elif not found:
        typer.echo(f"{center_id} 没有未结协查 / {center_id} has no open investigation", err=True)
    else:
        for one in found:
            print_record(one.line_id, _about(one))
    raise typer.Exit(0 if found else 1)


def _about(one: DeskInvestigation) -> tuple[str, ...]:
    by = one.opened_by or "按规则 / by rule"
    held = f"暂缓于 / held out of {one.statement_id}" if one.statement_id else ""
    found = f"反馈 / found: {one.findings}, 不应支付 / undue {yuan(one.undue_fen)} 元" if one.findings else ""
    return (
        f"{yuan(one.due_fen)} 元, {one.institution_id}, 结算 / settlement {one.settlement_id}",
        f"{one.reason} ({by}, {one.opened_on})",
        held,
        found,
        f"待 / to be {'办结 / closed' if one.findings else '反馈 / answered'}: {one.turn}, {one.due_on}",
    )


def investigate(
    center_id: ACenter, line_id: ALine, officer: AnOfficer, reason: AReason, as_json: AsJson = False
) -> None:
    """发起协查 / Have a line investigated: it is held out of its statement until that is closed.

    Exit 1: refused. Exit 2: no answer.

    Example: yidi center investigate 511900 L-1 --officer li --reason "单次住院费用异常"
    """
    said = f"已发起协查 / under investigation: {line_id}"
    act(center_id, lambda desk: desk.investigate(line_id, officer, reason), said, as_json)


def answer(
    center_id: ACenter,
    line_id: ALine,
    officer: AnOfficer,
    findings: Annotated[str, typer.Option("--findings", help="核查情况 / what was found")],
    undue: Annotated[
        str, typer.Option("--undue", metavar=_FIVE, help="不应支付的五项金额，分 / what was undue")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """协查反馈 / Answer an investigation as the treatment center. Exit 1: refused. Exit 2: no answer.

    Example: yidi center answer 510100 L-1 --officer zhao --findings "分解收费属实" --undue 20000,0,0,0,0
    """
    amounts = amounts_of(undue) if undue else None
    said = f"已反馈 / answered: {line_id}"
    act(center_id, lambda desk: desk.answer(line_id, officer, findings, amounts), said, as_json)


def close(
    center_id: ACenter,
    line_id: ALine,
    officer: AnOfficer,
    reason: AReason,
    recovered: Annotated[
        str, typer.Option("--recover", metavar=_FIVE, help="追回的五项金额，分 / what goes back")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """办结协查 / Close an investigation as the insured center: nothing found, or with --recover so much back.

    Exit 1: refused; no more goes back than was found undue. Exit 2: no answer.

    Example: yidi center close 511900 L-1 --officer li --reason "核实" --recover 20000,0,0,0,0
    """
    amounts = amounts_of(recovered) if recovered else None
    said = f"已办结 / closed: {line_id}"
    act(center_id, lambda desk: desk.close(line_id, officer, reason, amounts), said, as_json)


def recover(
    center_id: ACenter,
    settlement_id: Annotated[str, typer.Argument(metavar="SETTLEMENT", help="结算号 / the settlement's id")],
    officer: AnOfficer,
    recovered: Annotated[
        str, typer.Option("--fen", metavar=_FIVE, help="追回的五项金额，分 / what goes back")
    ],
    reason: AReason,
    as_json: AsJson = False,
) -> None:
    """追回 / Order as the treatment center that money of a settlement go back. Exit 1: refused.

    The five amounts: pool, large amount, serious illness, assistance, account
    (统筹、大额、大病、救助、个人账户).

    Example: yidi center recover 510100 S-1 --officer zhao --fen 20000,0,0,0,0 --reason "分解住院"
    """
    said = f"已追回 / goes back: {settlement_id}"
    amounts = amounts_of(recovered)
    act(center_id, lambda desk: desk.recover(settlement_id, officer, amounts, reason), said, as_json)
