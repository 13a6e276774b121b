"""The centers' bank: it carries their payment runs out, and writes what it booked into its statements.

What it is told first comes back (退汇): the account was closed; told again, it pays.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

from shared.bank.entry import Entry
from shared.bank.match import match
from shared.bank.pain import pain_bytes
from shared.bank.payment import Holder, PaymentOrder, remittance_text
from shared.bank.run import RunHead, make_run, run_csv
from shared.bank.statement_csv import read_statement_csv
from shared.identity import derive
from shared.simulator.belief import Belief
from shared.simulator.office.bank_statement import BankEntry, statement_csv
from shared.simulator.office.desks import Desks

_HERE = timezone(timedelta(hours=8))  # Asia/Shanghai
_DIGITS = 24
CLOSED = "AC04"


class Debt(NamedTuple):
    """What a center is to pay another for a statement (应拨款项), fen above zero."""

    statement_id: str
    payer: str
    payee: str
    fen: int

    def order(self, number: int, day: date) -> PaymentOrder:
        """Its first, second … payment order."""
        return PaymentOrder(
            reference=f"S{self.statement_id[:_DIGITS]}-{number}",
            debtor=_holder(self.payer),
            creditor=_holder(self.payee),
            amount_fen=self.fen,
            due_on=day,
            purpose="异地就医清算款",
            remittance_text=remittance_text([self.statement_id]),
        )


async def pay(desks: Desks, payer: str, debts: Sequence[Debt], day: date, belief: Belief) -> None:
    """Pays what a center owes: a run, the bank's statement, its reports; what came back is paid again."""
    if not debts:
        return
    orders = {one.order(1, day).reference: one for one in debts}
    sent = [one.order(1, day) for one in debts]
    entries = _carry_out(desks, payer, sent, day, "first", comes_back=sent[0].reference)
    matching = match(sent, entries)
    for reference, one in orders.items():
        await _report(desks, one, entries, reference, day)
    again = [orders[reference] for reference in matching.open]
    if again:
        sent = [one.order(2, day) for one in again]
        entries = _carry_out(desks, payer, sent, day, "second")
        for order, one in zip(sent, again, strict=True):
            await _report(desks, one, entries, order.reference, day)
        matching = match(sent, entries)
    belief.came_back += len(again)
    if matching.open or matching.unmatched:
        raise RuntimeError(f"the bank has not paid what it was told: {matching}")


async def _report(desks: Desks, debt: Debt, entries: Iterable[Entry], reference: str, day: date) -> None:
    """Tells clearing what the bank has booked of an order, entry by entry."""
    desk = desks.centers[debt.payer]
    for entry in (one for one in entries if one.reference == reference):
        name = derive("bank", str(entry.identity))
        id = desks.id("report", name)
        if entry.return_reason is None:
            await desk.report_payment(debt.statement_id, debt.fen, day, bank_entry_id=name, id=id)
        else:
            await desk.report_return(
                debt.statement_id, debt.fen, day, entry.return_reason, bank_entry_id=name, id=id
            )


def _carry_out(
    desks: Desks, payer: str, orders: Sequence[PaymentOrder], day: date, name: str, comes_back: str = ""
) -> Sequence[Entry]:
    """Writes a run for the bank, and gives what the statement says that the bank sends for it."""
    head = RunHead(
        message_id=f"R{derive(desks.id('run', payer, name))[:_DIGITS]}",
        created_at=datetime.combine(day, time(), _HERE),
        initiator=_holder(payer).name,
    )
    run = make_run(head, orders)
    folder = desks.centers[payer].folder
    _put(folder / "runs" / f"{head.message_id}.xml", pain_bytes(run))
    _put(folder / "runs" / f"{head.message_id}.csv", run_csv(run))
    booked = list(_booked(orders, day, comes_back))
    data = statement_csv(head.message_id, orders[0].debtor.account, booked)
    _put(folder / "bank" / f"{head.message_id}.csv", data)
    [statement] = read_statement_csv(data)
    return statement.entries


def _booked(orders: Sequence[PaymentOrder], day: date, comes_back: str) -> Iterator[BankEntry]:
    """An entry for each order, and one for what comes back."""
    for order in orders:
        name, to = order.reference, order.creditor.account
        yield BankEntry(name, day, -order.amount_fen, name, to)
        if name == comes_back:
            yield BankEntry(f"{name}{CLOSED}", day, order.amount_fen, name, to, CLOSED)


def _holder(party: str) -> Holder:
    """A center's account at an invented bank."""
    return Holder(f"{party}结算户（虚构）", f"9999{party:0>12}", "999000000001", "示例银行（虚构）")


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
