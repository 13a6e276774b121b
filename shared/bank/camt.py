"""Reads a bank's statements from ISO 20022 `camt.053.001.08` (BankToCustomerStatement, 银行对账单)."""

from collections.abc import Iterator
from typing import NamedTuple

from shared.bank.amounts import Problem, read_account, read_day, read_fen, read_text, refuse, require_currency
from shared.bank.bounded_xml import Node, read_document
from shared.bank.entry import (
    NO_REFERENCE,
    BankStatement,
    Direction,
    Entry,
    check_statement,
    identify,
    signed,
)
from shared.bank.payment import MAX_NAME
from shared.money import yuan

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
# The opening balance may be given as the one that was closed before (ExternalBalanceType1Code).
OPENING, CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_DIRECTIONS: dict[str, Direction] = {"CRDT": "credit", "DBIT": "debit"}
_COUNTER: dict[Direction, str] = {"credit": "Dbtr", "debit": "Cdtr"}
_MOST_ADDITIONAL = 500
_NO_DIRECTION = Problem("应为 CRDT 或 DBIT", "must be CRDT or DBIT")
_NO_STATEMENT = Problem("文件中没有对账单", "the file has no statement")


class _Booking(NamedTuple):
    """An entry's element with what all of its transactions share."""

    node: Node
    statement_id: str
    account: str
    number: int
    direction: Direction
    amount_fen: int


def read_camt(data: bytes) -> list[BankStatement]:
    """The statements of a file. Raises InvalidFileError with the first thing that is wrong, and its place."""
    message = read_document(data, NAMESPACE).need("BkToCstmrStmt")
    statements = [_statement(node) for node in message.every("Stmt")]
    return statements or refuse(message.place, _NO_STATEMENT)


def _statement(node: Node) -> BankStatement:
    statement_id, account = node.need("Id"), _account(node.need("Acct"))
    name = read_text(statement_id.text, 35, statement_id.place)
    if currency := node.find("Acct", "Ccy"):
        require_currency(currency.text, currency.place)
    entries = [
        entry
        for number, booking in enumerate(node.every("Ntry"), 1)
        if booking.line("Sts", "Cd") == "BOOK"
        for entry in _entries(_booking(booking, name, account, number))
    ]
    opening, closing = _balance(node, OPENING), _balance(node, CLOSING)
    return check_statement(BankStatement(name, account, opening, closing, tuple(entries)), node.place)


def _account(node: Node) -> str:
    found = node.find("Id", "IBAN") or node.need("Id", "Othr", "Id")
    return read_account(found.text, found.place)


def _balance(node: Node, kinds: tuple[str, ...]) -> int:
    balances = list(node.every("Bal"))
    for kind in kinds:
        found = [one for one in balances if one.line("Tp", "CdOrPrtry", "Cd") == kind]
        if len(found) > 1:
            refuse(found[1].place, Problem(f"余额 {kind} 重复", f"the balance {kind} stands twice"))
        if found:
            return signed(*_money(found[0]))
    either = " / ".join(kinds)
    return refuse(node.place, Problem(f"缺少余额 {either}", f"the balance {either} is missing"))


def _money(node: Node) -> tuple[Direction, int]:
    amount, indicator = node.need("Amt"), node.need("CdtDbtInd")
    require_currency(amount.attribute("Ccy"), amount.place)
    direction = _DIRECTIONS.get(indicator.text) or refuse(indicator.place, _NO_DIRECTION)
    return direction, read_fen(amount.text, amount.place)


def _booking(node: Node, statement_id: str, account: str, number: int) -> _Booking:
    return _Booking(node, statement_id, account, number, *_money(node))


def _entries(booking: _Booking) -> list[Entry]:
    """The entry, or each transaction of one that has several, where the bank gives every amount.

    Without the amounts it stays one entry, in which all of their references stand.
    """
    details = [one for group in booking.node.every("NtryDtls") for one in group.every("TxDtls")]
    if len(details) < 2 or not all(one.find("Amt") and one.find("CdtDbtInd") for one in details):
        return [_entry(booking, details, 0)]
    parts = [booking._replace(direction=way, amount_fen=fen) for way, fen in map(_money, details)]
    total = sum(signed(part.direction, part.amount_fen) for part in parts)
    if total != (whole := signed(booking.direction, booking.amount_fen)):
        zh, en = (
            f"明细合计 {yuan(total)}，与 {yuan(whole)} 不符",
            f"its details come to {yuan(total)}, not {yuan(whole)}",
        )
        refuse(booking.node.place, Problem(zh, en))
    return [_entry(part, [one], at) for at, (part, one) in enumerate(zip(parts, details, strict=True), 1)]


def _entry(booking: _Booking, details: list[Node], part: int) -> Entry:
    day = booking.node.need("BookgDt")
    written = day.find("Dt") or day.need("DtTm")
    references = [name for one in details if (name := _reference(one))]
    one_reference = references.pop() if len(references) == 1 else ""
    side = _COUNTER[booking.direction]
    return Entry(
        identity=identify(
            booking.account,
            _bank_reference(booking.node, details),
            booking.statement_id,
            booking.number,
            part,
        ),
        direction=booking.direction,
        amount_fen=booking.amount_fen,
        booked_on=read_day(written.text[:10], written.place),
        reference=one_reference,
        text=" ".join(filter(None, [*references, *_words(booking.node, details)])),
        counter_account=_counter_account(details, side),
        counter_name=details[0].line("RltdPties", side, "Pty", "Nm", most=MAX_NAME)
        if len(details) == 1
        else "",
        return_reason=_return_reason(booking.node, details),
    )


def _reference(detail: Node) -> str:
    name = detail.line("Refs", "EndToEndId")
    return "" if name in NO_REFERENCE else name


def _bank_reference(node: Node, details: list[Node]) -> str:
    own = details[0].line("Refs", "AcctSvcrRef") if len(details) == 1 else ""
    return node.line("AcctSvcrRef") or own


def _words(node: Node, details: list[Node]) -> Iterator[str]:
    """All that is said of an entry (附言): banks put what the payer wrote into any of these."""
    for one in details:
        if remittance := one.find("RmtInf"):
            yield from remittance.lines("Ustrd")
            for structured in remittance.every("Strd"):
                yield structured.line("CdtrRefInf", "Ref")
        yield one.line("AddtlTxInf", most=_MOST_ADDITIONAL)
    yield node.line("AddtlNtryInf", most=_MOST_ADDITIONAL)


def _counter_account(details: list[Node], side: str) -> str:
    node = details[0].find("RltdPties", f"{side}Acct") if len(details) == 1 else None
    return _account(node) if node and node.find("Id") else ""


def _return_reason(node: Node, details: list[Node]) -> str | None:
    """Why a payment came back (退汇原因): the code with its words, or "" where the bank gives none."""
    for returned in (found for one in details if (found := one.find("RtrInf"))):
        code = returned.line("Rsn", "Cd") or returned.line("Rsn", "Prtry")
        return " ".join(filter(None, [code, *returned.lines("AddtlInf", most=105)]))
    return "" if node.line("RvslInd") in {"true", "1"} else None
