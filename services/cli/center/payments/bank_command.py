"""`yidi center bank`: takes a bank's statement in, and reports what it has paid and sent back."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from pydantic_core import to_json

from services.clearing.payments.bank import Booked, booked, to_report
from services.clearing.payments.orders import Owed
from services.clearing.queries.payments.owed import read_payments
from services.cli.center.act import REFUSED, ACenter, AsJson, as_center, folder_of
from services.cli.center.payments.bank_files import BankFiles, read_bank, read_file
from services.cli.center.payments.run_command import Accounts, AFolder, Known, invalid, known_of
from services.cli.month.facts_file import unreadable
from services.cli.output import print_record
from services.cli.reading import read_database
from shared.adapter import Center, RefusedError
from shared.bank.entry import Entry
from shared.bank.match import Cause, Unmatched
from shared.findings import InvalidFileError
from shared.identity import derive
from shared.money import yuan

CAUSES = {
    Cause.UNKNOWN_REFERENCE: "不是本中心的拨付单 / names no order of this center",
    Cause.OTHER_ACCOUNT: "账户与拨付单不符 / another account than the order's",
    Cause.ALREADY_PAID: "重复付款，应追回 / paid once more: ask it back",
    Cause.AMOUNT_DIFFERS: "金额不符 / the amount differs",
}
_WHAT = {"paid": "已拨付 / paid", "returned": "退汇 / came back"}


class Report(NamedTuple):
    """A step that was reported to clearing (上报), and why it was refused; empty if it was not."""

    statement_id: str
    amount_fen: int
    what: str
    day: str
    refused: str = ""


def register(center: typer.Typer) -> None:
    """Adds this command to `yidi center`."""
    center.command()(bank)


def bank(
    center_id: ACenter,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="银行对账单 / camt.053 or CSV")],
    accounts: Accounts = None,
    out: AFolder = None,
    as_json: AsJson = False,
) -> None:
    """导入银行对账单 / Take in a bank's statement: what is paid or came back is reported, the rest is listed.

    The same statement again changes nothing. Exit 0: all entries match, all reports are kept. Exit 1: some
    match no order, or clearing refused a report. Exit 2: the file is not valid (told with its place), or
    nothing to reach.

    Example: yidi center bank 511900 statement.xml --accounts accounts.csv
    """
    files = BankFiles(folder_of(center_id, out))
    data, new = _taken_in(file)
    payments = read_database(lambda dsn: read_payments(dsn, center_id))
    known = known_of(payments, accounts, files, new)
    is_new = files.keep_statement(data)
    steps = _steps(known)
    reports = as_center(center_id, lambda desk: _report(desk, known, steps)) if steps else []
    left = [one for one in known.matching.unmatched if one.entry in set(new)]
    _print(known, new, reports, left, is_new=is_new, as_json=as_json)
    raise typer.Exit(REFUSED if left or any(one.refused for one in reports) else 0)


def _taken_in(path: Path) -> tuple[bytes, list[Entry]]:
    try:
        data = read_file(path)
        return data, [entry for statement in read_bank(data) for entry in statement.entries]
    except InvalidFileError as error:
        raise invalid(path, error) from None
    except OSError as error:
        raise unreadable(path, error) from None


def _steps(known: Known) -> list[tuple[Owed, list[Booked]]]:
    """What is to be reported of each statement; of institutions the books ask for no report."""
    stories = booked(known.orders, known.matching)
    steps = [
        (one, to_report(one, stories.get(one.base, ()), known.payments.reported.get(one.statement_id, ())))
        for one in known.payments.owed
        if one.statement_id
    ]
    return [(one, lacking) for one, lacking in steps if lacking]


async def _report(desk: Center, known: Known, steps: Sequence[tuple[Owed, list[Booked]]]) -> list[Report]:
    """Reports one after the other; what follows a refusal of a statement is not reported."""
    reports: list[Report] = []
    for owed, lacking in steps:
        for happened in lacking:
            done = Report(owed.statement_id, owed.amount_fen, happened.what, happened.day.isoformat())
            # A day is part of the id: what is refused today, since its day is to come, is asked anew then.
            id = derive("bank", owed.statement_id, happened.bank_entry_id, f"{known.payments.day}")
            try:
                await _tell(desk, owed, happened, id)
            except RefusedError as refused:
                reports.append(done._replace(refused=str(refused)))
                break
            reports.append(done)
    return reports


async def _tell(desk: Center, owed: Owed, happened: Booked, id: str) -> None:
    name, fen, day = owed.statement_id, owed.amount_fen, happened.day
    if happened.what == "paid":
        await desk.report_payment(name, fen, day, bank_entry_id=happened.bank_entry_id, id=id)
    else:
        reason = happened.reason
        await desk.report_return(name, fen, day, reason, bank_entry_id=happened.bank_entry_id, id=id)


def _print(
    known: Known,
    new: Sequence[Entry],
    reports: Sequence[Report],
    left: Sequence[Unmatched],
    *,
    is_new: bool,
    as_json: bool,
) -> None:
    if as_json:
        document = {
            "new": is_new,
            "entries": len(new),
            "reported": [one._asdict() for one in reports],
            "unmatched": [_unmatched(one) for one in left],
            "open": known.matching.open,
        }
        typer.echo(to_json(document))
        return
    if not is_new:
        typer.echo("此对账单已导入过 / this statement was taken in before", err=True)
    for one in reports:
        head = f"{_WHAT[one.what]} {one.statement_id} {yuan(one.amount_fen)} 元 ({one.day})"
        print_record(head, [one.refused])
    for found in left:
        entry = found.entry
        print_record(
            f"未匹配 / unmatched: {entry.identity}  {entry.booked_on}  {yuan(entry.signed_fen)} 元",
            [CAUSES[found.cause], " ".join(found.references), entry.text],
        )
    typer.echo(
        f"{len(new)} 条流水 / entries, {len(left)} 条未匹配 / unmatched, "
        f"{len(known.matching.open)} 张拨付单未付 / orders not paid",
        err=True,
    )


def _unmatched(one: Unmatched) -> dict[str, object]:
    entry = one.entry
    return {
        "entry": str(entry.identity),
        "booked_on": entry.booked_on,
        "amount_fen": entry.signed_fen,
        "cause": one.cause,
        "references": one.references,
        "difference_fen": one.difference_fen,
    }
