"""`yidi center top-up`: the treatment center asks for money when it runs out, the insured one answers."""

from typing import Annotated

import typer

from services.cli.center.act import ACenter, AsJson, as_center, tell
from services.cli.center.ahead.options import AnAgreement, AnOfficer, AReason, SomeFen
from shared.messages.clearing.outcomes import TopUpKept
from shared.messages.clearing.prefunds import AnswerTopUp, AskTopUp
from shared.money import yuan

ATopUp = Annotated[str, typer.Argument(metavar="TOP_UP", help="调增号 / the top-up's id")]


def register(center: typer.Typer) -> None:
    """Adds these commands to `yidi center`."""
    top_up = typer.Typer(no_args_is_help=True, help="紧急调增 / emergency top-ups")
    top_up.command()(ask)
    top_up.command()(answer)
    center.add_typer(top_up, name="top-up")


def ask(
    center_id: ACenter,
    agreement_id: AnAgreement,
    top_up_id: ATopUp,
    officer: AnOfficer,
    fen: SomeFen,
    reason: AReason,
    as_json: AsJson = False,
) -> None:
    """申请紧急调增 / Ask for an emergency top-up as the treatment center, when the alert is red.

    Exit 1: refused. Exit 2: no answer.

    Example: yidi center top-up ask 510100 A-1 T-1 --officer zhao --fen 600000 --reason "春节返乡"
    """
    kept = as_center(
        center_id,
        lambda desk: desk.ask(
            AskTopUp(
                top_up_id=top_up_id,
                agreement_id=agreement_id,
                center_id=center_id,
                officer=officer,
                amount_fen=fen,
                reason=reason,
            ),
            TopUpKept,
        ),
    )
    said = f"已申请，答复截止 / asked for, to be answered by {kept.due_on}"
    tell(kept, f"{said}: {top_up_id} {yuan(fen)} 元", as_json)


def answer(
    center_id: ACenter,
    agreement_id: AnAgreement,
    top_up_id: ATopUp,
    officer: AnOfficer,
    fen: SomeFen,
    *,
    reason: AReason = "",
    as_json: AsJson = False,
) -> None:
    """答复紧急调增 / Grant a top-up as the insured center, whole or in part; --fen 0 declines it.

    What is granted is paid with `yidi center fund`, under the top-up's id. Exit 1: refused.

    Example: yidi center top-up answer 511900 A-1 T-1 --officer li --fen 500000
    """
    kept = as_center(
        center_id,
        lambda desk: desk.ask(
            AnswerTopUp(
                top_up_id=top_up_id,
                agreement_id=agreement_id,
                center_id=center_id,
                officer=officer,
                accepted_fen=fen,
                reason=reason,
            ),
            TopUpKept,
        ),
    )
    said = f"同意，拨付截止 / granted, to be paid by {kept.due_on}" if fen else "不同意 / declined"
    tell(kept, f"{said}: {top_up_id} {yuan(fen)} 元", as_json)
