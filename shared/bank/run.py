"""Payment runs (拨付批次): orders that go to the bank together, their order and sums, and the run as CSV."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import StringIO
from itertools import groupby
from typing import Annotated, NamedTuple

from pydantic import AwareDatetime, Field, ValidationError
from pydantic.dataclasses import dataclass

from shared.bank.payment import CLOSED, CURRENCY, Holder, Name, PaymentOrder
from shared.findings import Finding, InvalidFileError, form_findings
from shared.messages.body import MOST_SUM_FEN

COLUMNS = (
    "reference,due_on,debtor_name,debtor_account,debtor_bank_code,debtor_bank_name,creditor_name,"
    "creditor_account,creditor_bank_code,creditor_bank_name,amount_fen,currency,purpose,remittance_text"
)
_HOLDER = ("name", "account", "bank_code", "bank_name")
MessageId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,28}$")]


@dataclass(config=CLOSED, frozen=True, slots=True)
class RunHead:
    """What the caller says of a run: its message id, when it was made (with its offset from UTC), by whom.

    The id has at most 29 characters, since each part of the run adds its number to it (35 in ISO 20022).
    """

    message_id: MessageId
    created_at: AwareDatetime
    initiator: Name


class PaymentRun(NamedTuple):
    """A payment run (拨付批次); its orders stand by due day, debtor's account and reference."""

    head: RunHead
    orders: tuple[PaymentOrder, ...]

    @property
    def sum_fen(self) -> int:
        """The control sum (合计金额) of the run."""
        return sum_fen(self.orders)


class Part(NamedTuple):
    """The orders of a run that one account pays on one day."""

    part_id: str
    debtor: Holder
    orders: tuple[PaymentOrder, ...]


def make_run(head: RunHead, orders: Iterable[PaymentOrder]) -> PaymentRun:
    """The run of some orders, in whatever order they come.

    Raises InvalidFileError for a run of nothing, a reference that stands twice, or a sum no number can carry.
    """
    run = PaymentRun(head, tuple(sorted(orders, key=_place)))
    if finding := _fault(run):
        raise InvalidFileError([finding])
    return run


def parts(run: PaymentRun) -> list[Part]:
    """The run cut by due day and debtor, each part with an id of its own."""
    groups = groupby(run.orders, key=lambda order: (order.due_on, order.debtor))
    return [
        Part(f"{run.head.message_id}-{number}", debtor, tuple(orders))
        for number, ((_, debtor), orders) in enumerate(groups, 1)
    ]


def sum_fen(orders: Sequence[PaymentOrder]) -> int:
    """What some orders come to."""
    return sum(order.amount_fen for order in orders)


def run_csv(run: PaymentRun) -> bytes:
    """The run as CSV: UTF-8 with byte order mark, LF, the heading in English, amounts in integer fen."""
    text = StringIO()
    text.write(f"{COLUMNS}\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows(map(_row, run.orders))
    return text.getvalue().encode("utf-8-sig")


def read_run_csv(data: bytes) -> list[PaymentOrder]:
    """The orders of a run that was written as CSV, so that what was sent is known again.

    Raises InvalidFileError for a file that is none.
    """
    rows = csv.DictReader(StringIO(data.decode("utf-8-sig", "replace"), newline=""))
    if rows.fieldnames != COLUMNS.split(","):
        raise InvalidFileError([Finding("1", "不是拨付批次", "is no payment run")])
    return [_order(rows.line_num, row) for row in rows]


def _order(line: int, row: Mapping[str, str]) -> PaymentOrder:
    sides = {side: {name: row[f"{side}_{name}"] for name in _HOLDER} for side in ("debtor", "creditor")}
    try:
        return PaymentOrder(
            reference=row["reference"],
            debtor=Holder(**sides["debtor"]),
            creditor=Holder(**sides["creditor"]),
            amount_fen=int(row["amount_fen"]),
            due_on=date.fromisoformat(row["due_on"]),
            purpose=row["purpose"],
            remittance_text=row["remittance_text"],
        )
    except ValidationError as error:
        raise InvalidFileError(
            one._replace(place=f"{line}.{one.place}") for one in form_findings(error)
        ) from None
    except (TypeError, ValueError):
        raise InvalidFileError([Finding(f"{line}", "不是拨付单", "is no payment order")]) from None


def _place(order: PaymentOrder) -> tuple[object, ...]:
    debtor = order.debtor
    return order.due_on, debtor.account, debtor.bank_code, debtor.name, debtor.bank_name, order.reference


def _fault(run: PaymentRun) -> Finding | None:
    if not run.orders:
        return Finding("orders", "批次中没有拨付单", "the run has no order")
    [(reference, times)] = Counter(order.reference for order in run.orders).most_common(1)
    if times > 1:
        return Finding(reference, "付款参考号重复", "the reference stands twice in the run")
    if run.sum_fen > MOST_SUM_FEN:
        return Finding("orders", "合计金额过大，请分批", "come to too much; make several runs")
    return None


def _row(order: PaymentOrder) -> tuple[object, ...]:
    sides = [
        (side.name, side.account, side.bank_code, side.bank_name) for side in (order.debtor, order.creditor)
    ]
    last = (order.amount_fen, CURRENCY, order.purpose, order.remittance_text)
    return (order.reference, order.due_on, *sides[0], *sides[1], *last)
