"""Pays personal accounts out to those who live elsewhere for long (个人账户资金划转, 004-4 二(七)). Pure."""

from datetime import date
from typing import Any

from services.settlement.cash_outs.model import CashOut, CashOutReversal
from services.settlement.model.account import PersonalAccount
from services.settlement.model.known import Known
from services.settlement.model.registers.coverages import normal_on
from services.settlement.model.registers.registry import Coverage, Filing
from services.settlement.visits.checks import day_of, is_agency
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.identity import derive
from shared.messages.answer import Answer, accept
from shared.messages.body import CancelRequest
from shared.messages.settlement.outpatient.cash_outs import (
    AccountCashedOut,
    CashedOut,
    CashOutAccount,
    CashOutReversed,
)


def cash_out(known: Known, message: Message, body: CashOutAccount) -> Decision:
    """Takes money out of a personal account, as far as there is some, under a long-term filing."""
    day = day_of(message)
    if not is_agency(known, message.source, body.insured_area):
        return Decision(answer=refuse("PERSON_NOT_YOURS", body.insured_area))
    coverage = _coverage(known, body, day)
    if not isinstance(coverage, Coverage):
        return Decision(answer=coverage)
    filing = next((one for one in known.filings.get(body.person_id, ()) if _lets(one, coverage, day)), None)
    if filing is None:
        return Decision(answer=refuse("NO_LONG_TERM_FILING", f"{body.person_id} {day}"))
    balance_fen = known.balance_fen(coverage)
    if body.amount_fen > balance_fen:
        return Decision(answer=refuse("BALANCE_TOO_SMALL", f"amount_fen {body.amount_fen} > {balance_fen}"))
    return _cashed_out(known, message, body, filing, balance_fen)


def _coverage(known: Known, body: CashOutAccount, day: date) -> Coverage | Answer:
    held = known.coverages.get(body.person_id, ())
    if not held:
        return refuse("UNKNOWN_PERSON", body.person_id)
    place = body.scheme, body.insured_area
    found = next((one for one in normal_on(held, day) if one.place == place), None)
    return found or refuse("INSURANCE_SUSPENDED", f"{body.insured_area} {body.scheme} {day}")


def _lets(filing: Filing, coverage: Coverage, day: date) -> bool:
    """Whether a filing of this coverage (None: of any) says on a day that its owner lives elsewhere."""
    begun = filing.starts_on <= day and (filing.ends_on is None or day < filing.ends_on)
    own = filing.scheme in (None, coverage.scheme) and filing.insured_area in (None, coverage.insured_area)
    return begun and own and filing.counts_as == "long_term"


def _cashed_out(
    known: Known, message: Message, body: CashOutAccount, filing: Filing, balance_fen: int
) -> Decision:
    day, cash_out_id = day_of(message), message.derive("cash_out")
    row = CashOut(
        cash_out_id,
        body.person_id,
        body.scheme,
        body.insured_area,
        body.amount_fen,
        filing.filing_id,
        body.payee,
        body.payee_reference,
        day,
    )
    fact = AccountCashedOut(**_said(row), filing_id=filing.filing_id, cashed_out_on=day)
    left_fen = balance_fen - body.amount_fen
    answer = CashedOut(cash_out_id=cash_out_id, amount_fen=body.amount_fen, account_balance_fen=left_fen)
    return Decision(facts=[fact], rows=[row, _moved(known, row, day, body.amount_fen)], answer=accept(answer))


def undo_cash_out(known: Known, message: Message, body: CancelRequest) -> Decision | None:
    """Puts the money of a cash-out back; None where that request paid none out, or it is back already."""
    row = known.cash_outs.get(derive(message.source, body.original_id, "cash_out"))
    if row is None:
        return None
    day = day_of(message)
    fact = CashOutReversed(**_said(row), reversed_on=day, reason=body.reason)
    gone = CashOutReversal(row.cash_out_id, day, body.reason)
    return Decision(facts=[fact], rows=[gone, _moved(known, row, day, -row.amount_fen)])


def _moved(known: Known, row: CashOut, day: date, fen: int) -> PersonalAccount:
    """The personal account after so much was taken on a day, or came back."""
    owner = row.person_id, row.scheme, row.insured_area
    held = known.personal.get(owner, {}).get(day) or PersonalAccount(*owner, day)
    return held._replace(spent_fen=held.spent_fen + fen)


def _said(row: CashOut) -> dict[str, Any]:
    names = ("cash_out_id", "person_id", "insured_area", "scheme", "amount_fen")
    return {name: getattr(row, name) for name in names}


def keep_cash_out(known: Known, row: CashOut) -> None:
    """Makes a cash-out one that can be undone."""
    known.cash_outs = {**known.cash_outs, row.cash_out_id: row}


def keep_reversal(known: Known, row: CashOutReversal) -> None:
    """A cash-out that was undone cannot be undone again."""
    known.cash_outs = {id: held for id, held in known.cash_outs.items() if id != row.cash_out_id}
