"""A payment run as ISO 20022 `pain.001.001.09` (CustomerCreditTransferInitiation, 客户贷记划拨), by lxml.

The same run is the same bytes: the message id and the time come with it. Elements stand in the order of the
public schema. Accounts have no IBAN here, so they stand under `Othr`, and banks by their CNAPS number.
`BtchBookg` is false: the bank is asked to book each payment as an entry of its own.
"""

from typing import Any, NamedTuple

from lxml import etree

from shared.bank.payment import CURRENCY, Holder, PaymentOrder
from shared.bank.run import Part, PaymentRun, parts, sum_fen
from shared.money import yuan

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
_AMOUNT = "InstdAmt"


class Item(NamedTuple):
    """An element: its name, and its text or its children."""

    name: str
    content: "str | list[Item]"


def pain_bytes(run: PaymentRun) -> bytes:
    """The run as the bytes of an XML file, UTF-8."""
    document = etree.Element(f"{{{NAMESPACE}}}Document", nsmap={None: NAMESPACE})
    _put(document, Item("CstmrCdtTrfInitn", [_head(run), *map(_part, parts(run))]))
    written: bytes = etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _put(parent: Any, item: Item) -> None:
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{item.name}")
    if item.name == _AMOUNT:
        element.set("Ccy", CURRENCY)
    if isinstance(item.content, str):
        element.text = item.content
    else:
        for child in item.content:
            _put(element, child)


def _head(run: PaymentRun) -> Item:
    made_at = run.head.created_at.isoformat(timespec="seconds")
    return Item(
        "GrpHdr",
        [
            Item("MsgId", run.head.message_id),
            Item("CreDtTm", made_at),
            Item("NbOfTxs", str(len(run.orders))),
            Item("CtrlSum", yuan(run.sum_fen)),
            Item("InitgPty", [Item("Nm", run.head.initiator)]),
        ],
    )


def _part(part: Part) -> Item:
    return Item(
        "PmtInf",
        [
            Item("PmtInfId", part.part_id),
            Item("PmtMtd", "TRF"),
            Item("BtchBookg", "false"),
            Item("NbOfTxs", str(len(part.orders))),
            Item("CtrlSum", yuan(sum_fen(part.orders))),
            Item("ReqdExctnDt", [Item("Dt", part.orders[0].due_on.isoformat())]),
            Item("Dbtr", [Item("Nm", part.debtor.name)]),
            _account("DbtrAcct", part.debtor),
            _bank("DbtrAgt", part.debtor),
            *map(_transfer, part.orders),
        ],
    )


def _transfer(order: PaymentOrder) -> Item:
    return Item(
        "CdtTrfTxInf",
        [
            Item("PmtId", [Item("EndToEndId", order.reference)]),
            Item("Amt", [Item(_AMOUNT, yuan(order.amount_fen))]),
            _bank("CdtrAgt", order.creditor),
            Item("Cdtr", [Item("Nm", order.creditor.name)]),
            _account("CdtrAcct", order.creditor),
            Item("Purp", [Item("Prtry", order.purpose)]),
            Item("RmtInf", [Item("Ustrd", order.remittance_text)]),
        ],
    )


def _account(name: str, holder: Holder) -> Item:
    number = Item("Id", [Item("Othr", [Item("Id", holder.account)])])
    return Item(name, [number, Item("Ccy", CURRENCY)])


def _bank(name: str, holder: Holder) -> Item:
    system = Item("ClrSysId", [Item("Cd", "CNAPS")])
    member = Item("ClrSysMmbId", [system, Item("MmbId", holder.bank_code)])
    return Item(name, [Item("FinInstnId", [member, Item("Nm", holder.bank_name)])])
