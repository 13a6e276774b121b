"""`yidi center …`: a clearing center sees what it has to do, takes its batches in, and answers."""

import json
from itertools import groupby
from operator import attrgetter

import typer

from services.clearing.model.statement import Reminder, State
from services.clearing.queries.desk import read_desk
from services.clearing.queries.desk_report import Desk, DeskDispute, DeskStatement
from services.cli.center import (
    act_commands,
    claims_commands,
    doubt_commands,
    filing_commands,
    receive_command,
    shares_command,
)
from services.cli.center.act import ACenter, AsJson
from services.cli.center.ahead import charge_commands, quota_commands, top_up_commands
from services.cli.center.payments import bank_command, run_command, statement_command
from services.cli.month.month_option import AMonthOption
from services.cli.output import print_record
from services.cli.reading import read_database
from shared.money import yuan

_COMMANDS = (
    receive_command,
    claims_commands,
    act_commands,
    run_command,
    bank_command,
    doubt_commands,
    shares_command,
    statement_command,
    quota_commands,
    top_up_commands,
    charge_commands,
    filing_commands,
)
STATES = {
    State.SORTED: "已清分，待出具 / sorted, not issued yet",
    State.ISSUED: "待双方确认 / to be confirmed by both",
    State.INSURED_CONFIRMED: "待就医地确认 / to be confirmed by the treatment place",
    State.TREATMENT_CONFIRMED: "待参保地确认 / to be confirmed by the insured place",
    State.CONFIRMED: "待拨付 / to be paid",
    State.PAID: "已拨付 / paid",
}
OMITTED = {
    "CONFIRMATION": "未确认 / not confirmed",
    "DECISION": "争议未裁定 / disputes not decided",
    "PAYMENT": "未拨付 / not paid",
}


def register(app: typer.Typer) -> None:
    """Add these commands to the yidi command; its group is made anew, so that each stands in it once."""
    center = typer.Typer(no_args_is_help=True, help="结算中心工作台 / the desk of a clearing center")
    center.command("list")(list_statements)
    for commands in _COMMANDS:
        commands.register(center)
    app.add_typer(center, name="center")


def list_statements(center_id: ACenter, month: AMonthOption = None, as_json: AsJson = False) -> None:
    """列出清算单与争议 / List a center's statements: where each stands, who has to act, what is disputed.

    Without --month, those about which something is still to be done.
    Exit 0: listed. Exit 1: there is none. Exit 2: there are no books yet.

    Example: yidi center list 511900 --month 2026-03
    """
    desk = read_database(lambda dsn: read_desk(dsn, center_id, month))
    if as_json:
        typer.echo(json.dumps(desk.as_json(), ensure_ascii=False, default=str))
    elif desk.statements:
        _print_desk(desk)
    else:
        typer.echo(f"{center_id} 没有待办清算单 / {center_id} has no statement to see to", err=True)
    raise typer.Exit(0 if desk.statements else 1)


def _print_desk(desk: Desk) -> None:
    by_statement = attrgetter("statement_id")
    disputes = {id: list(rows) for id, rows in groupby(desk.disputes, by_statement)}
    overdue = {id: list(rows) for id, rows in groupby(desk.overdue, by_statement)}
    for one in desk.statements:
        id = one.statement_id
        below = [
            *_about(desk, one),
            *(_dispute(desk, row) for row in disputes.get(id, ())),
            *(_overdue(desk, row) for row in overdue.get(id, ())),
        ]
        print_record(id, below)


def _about(desk: Desk, one: DeskStatement) -> tuple[str, ...]:
    parties = f"{desk.named(one.insured_center)} → {desk.named(one.treatment_center)}"
    waits = f": {', '.join(map(desk.named, one.waits_for))}" if one.waits_for else ""
    left = f", 争议 / disputed {yuan(one.disputed_fen)} 元" if one.disputed_fen else ""
    return (
        f"{one.month}  {one.scheme}  {parties}  协议 / agreement {one.agreement_id}",
        f"{STATES[State(one.state)]}{waits} ({one.since})",
        f"{one.lines:,} 笔 / lines, 应付 / due {yuan(one.due_fen)} 元{left}, "
        f"应拨付 / payable {yuan(one.payable_fen)} 元",
    )


def _dispute(desk: Desk, one: DeskDispute) -> str:
    how = one.ruling or f"裁定截止 / decide by {one.decide_by}"
    by = desk.named(one.center_id)
    return f"争议 / dispute {one.line_id} {yuan(one.due_fen)} 元, {by}: {one.reason} ({how})"


def _overdue(desk: Desk, one: Reminder) -> str:
    return f"逾期 / overdue: {OMITTED[one.omitted]}, {desk.named(one.center_id)}, {one.due_on}"
