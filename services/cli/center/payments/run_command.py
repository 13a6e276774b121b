"""`yidi center run`: what a center has to pay now, as a file for its bank."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from pydantic_core import to_json

from services.clearing.payments.accounts import read_accounts
from services.clearing.payments.orders import Due, due_now, order_of, orders_known
from services.clearing.queries.payments.owed import CenterPayments, read_payments
from services.cli.center.act import ACenter, AsJson, a_day, folder_of
from services.cli.center.payments.bank_files import BankFiles, RunFiles
from services.cli.month.facts_file import stopped, unreadable
from services.cli.month.month_option import AMonthOption
from services.cli.output import print_record
from services.cli.reading import read_database
from shared.bank.entry import Entry
from shared.bank.match import Matching, match
from shared.bank.payment import Holder, PaymentOrder
from shared.bank.run import PaymentRun, RunHead, make_run
from shared.findings import InvalidFileError
from shared.identity import derive
from shared.money import yuan

NOTHING = 1
_HERE = timezone(timedelta(hours=8))  # Asia/Shanghai
_HEAD_DIGITS = 24
Accounts = Annotated[
    Path | None,
    typer.Option(
        "--accounts",
        metavar="ACCOUNTS.csv",
        help="医药机构账户登记表，优先于中心登记的账户 / accounts of institutions; of centers, instead of the"
        " register's: party,name,account,bank,bank_code",
    ),
]
AFolder = Annotated[
    Path | None,
    typer.Option("--out", help="中心的文件夹 / the center's folder"),
]


class Known(NamedTuple):
    """What a desk knows of its payments (拨付情况): what is owed, the orders, and what the bank booked."""

    payments: CenterPayments
    holders: dict[str, Holder]
    sent: Sequence[PaymentOrder]
    orders: Sequence[PaymentOrder]
    matching: Matching


def register(center: typer.Typer) -> None:
    """Adds this command to `yidi center`."""
    center.command()(run)


def run(
    center_id: ACenter,
    accounts: Accounts = None,
    month: AMonthOption = None,
    on: Annotated[
        str, typer.Option("--on", metavar="YYYY-MM-DD", help="制单日，缺省为营业日 / day of the run")
    ] = "",
    out: AFolder = None,
    as_json: AsJson = False,
) -> None:
    """制作拨付批次 / Make a payment run of what this center has to pay now: pain.001 and CSV, for its bank.

    Statements that both centers confirmed, and what institutions are due. Accounts of centers stand in the
    register, whoever operates them (000 三(三)2); those of institutions in --accounts. What was sent
    before stands in no further run unless it came back.
    Exit 0: made. Exit 1: nothing to pay. Exit 2: a file is not valid.

    Example: yidi center run 511900 --accounts accounts.csv
    """
    files = BankFiles(folder_of(center_id, out))
    try:
        with files.alone():
            made, kept = _make(center_id, accounts, month, a_day(on) if on else None, files)
    except BlockingIOError:
        raise stopped("正在制作另一批次，请稍后重试 / another run is being made; try again") from None
    _print(center_id, made, kept, as_json)


def _make(
    center_id: str, accounts: Path | None, month: str | None, on: date | None, files: BankFiles
) -> tuple[PaymentRun, RunFiles]:
    """Makes the run of what is to be paid and was not sent, and keeps it; exits where there is nothing."""
    payments = read_database(lambda dsn: read_payments(dsn, center_id, month))
    known = known_of(payments, accounts, files, ())
    due = due_now(payments.owed, known.sent, known.matching)
    day = on or payments.day
    if not due or day is None:
        typer.echo(f"{center_id} 目前无应拨款项 / {center_id} has nothing to pay now", err=True)
        raise typer.Exit(NOTHING)
    made = _run(center_id, due, known.holders, day)
    return made, files.keep_run(made)


def known_of(
    payments: CenterPayments, accounts: Path | None, files: BankFiles, new: Sequence[Entry]
) -> Known:
    """What is known with a bank's new entries; exits where a file is not valid or cannot be read."""
    holders = {**payments.accounts, **(_given(accounts) if accounts else {})}
    try:
        sent = files.sent()
        orders = orders_known(payments.owed, sent, holders)
        return Known(payments, holders, sent, orders, match(orders, [*files.entries(), *new]))
    except InvalidFileError as error:
        raise invalid(files.folder, error) from None
    except OSError as error:
        raise unreadable(files.folder, error) from None


def _given(path: Path) -> dict[str, Holder]:
    try:
        return read_accounts(path.read_bytes())
    except InvalidFileError as error:
        raise invalid(path, error) from None
    except OSError as error:
        raise unreadable(path, error) from None


def invalid(path: Path, error: InvalidFileError) -> typer.Exit:
    """Tells each fault of a file; the exit to raise."""
    return stopped("\n".join(f"{path}:{one}" for one in error.findings))


def _run(center_id: str, due: Sequence[Due], holders: dict[str, Holder], day: date) -> PaymentRun:
    parties = {party for one in due for party in (one.owed.payer, one.owed.payee)}
    if missing := sorted(parties - holders.keys()):
        names = ", ".join(missing)
        raise stopped(f"未登记账户，可用 --accounts 补充 / no account known, give --accounts: {names}")
    orders = [order_of(one.owed, one.number, holders, day) for one in due]
    references = sorted(order.reference for order in orders)
    head = RunHead(
        message_id=f"R{derive('run', center_id, *references)[:_HEAD_DIGITS]}",
        created_at=datetime.combine(day, time(), _HERE),
        initiator=holders[center_id].name,
    )
    return make_run(head, orders)


def _print(center_id: str, made: PaymentRun, files: RunFiles, as_json: bool) -> None:
    if as_json:
        document = {
            "message_id": made.head.message_id,
            "sum_fen": made.sum_fen,
            "orders": made.orders,
            "files": {name: str(path) for name, path in files._asdict().items()},
        }
        typer.echo(to_json(document))
        return
    print_record(
        f"拨付批次 / payment run {made.head.message_id}  {center_id} {made.head.initiator}",
        (
            f"{one.reference}  {yuan(one.amount_fen)} 元  {one.creditor.name}  到期 / due {one.due_on}"
            for one in made.orders
        ),
    )
    typer.echo(f"{len(made.orders)} 笔 / orders, 合计 / together {yuan(made.sum_fen)} 元")
    typer.echo(f"文件 / files: {files.xml} {files.csv}", err=True)
