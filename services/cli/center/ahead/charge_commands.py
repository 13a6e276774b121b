"""`yidi center charge`: interest, fines, penalties and fees are booked, and taken back."""

from typing import Annotated, get_args

import typer

from services.cli.center.act import ACenter, AsJson, a_day, act
from services.cli.center.ahead.options import ADay, AnAgreement, AnOfficer, AReason, SomeFen
from shared.messages.clearing.outcomes import ChargeKept
from shared.messages.clearing.payments import BookCharge, ChargedAccount, ChargeKind, ReverseCharge
from shared.money import yuan

ACharge = Annotated[str, typer.Argument(metavar="CHARGE", help="记账号 / the charge's id")]
KINDS, ACCOUNTS = ", ".join(get_args(ChargeKind)), ", ".join(get_args(ChargedAccount))


def register(center: typer.Typer) -> None:
    """Adds these commands to `yidi center`."""
    charge = typer.Typer(
        no_args_is_help=True, help="利息、罚金与手续费 / interest, fines, penalties and fees"
    )
    charge.command()(book)
    charge.command()(reverse)
    center.add_typer(charge, name="charge")


def book(
    center_id: ACenter,
    agreement_id: AnAgreement,
    charge_id: ACharge,
    *,
    officer: AnOfficer,
    kind: Annotated[str, typer.Option("--kind", help=KINDS)],
    account: Annotated[str, typer.Option("--account", help=ACCOUNTS)],
    fen: SomeFen,
    charged_on: ADay,
    reason: AReason,
    as_json: AsJson = False,
) -> None:
    """记账 / Book interest, a fine, a penalty or a fee; a fee on an account of a fund is refused.

    Exit 1: refused. Exit 2: no answer, or no such kind or account.

    Example: yidi center charge book 510100 A-1 C-1 --officer zhao --kind INTEREST --account prefund
    --fen 500 --on 2026-03-20 --reason "一季度结息"
    """
    day = a_day(charged_on)
    body = {"charge_id": charge_id, "agreement_id": agreement_id, "center_id": center_id, "officer": officer}
    what = {"kind": kind, "account": account, "amount_fen": fen, "charged_on": day, "reason": reason}
    act(
        center_id,
        lambda desk: desk.ask(BookCharge.model_validate({**body, **what}), ChargeKept),
        f"已记账 / booked: {charge_id} {yuan(fen)} 元",
        as_json,
    )


def reverse(
    center_id: ACenter,
    agreement_id: AnAgreement,
    charge_id: ACharge,
    officer: AnOfficer,
    reason: AReason,
    as_json: AsJson = False,
) -> None:
    """红字冲销 / Take a charge back: an entry with the opposite sign. Exit 1: refused. Exit 2: no answer.

    Example: yidi center charge reverse 510100 A-1 C-1 --officer zhao --reason "记错"
    """
    body = {"charge_id": charge_id, "agreement_id": agreement_id, "center_id": center_id, "officer": officer}
    act(
        center_id,
        lambda desk: desk.ask(ReverseCharge.model_validate({**body, "reason": reason}), ChargeKept),
        f"已冲销 / taken back: {charge_id}",
        as_json,
    )
