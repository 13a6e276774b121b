"""Decides what officers book beside the months: interest, fines, penalties, fees, and their taking back.

A charge moves the accounts that its row of the posting table names, and no other: so a fee never reaches an
account of a fund (001 (二十三)), and a fine stays with the treatment place (001 (十八)).
"""

from services.clearing.agreements.decide import party_fault, prefund_changed
from services.clearing.charges.model import Charge, ChargeReversed
from services.clearing.ledger.rules import AHEAD, POSTINGS, Entry, Sides, moved, postings
from services.clearing.model.known import Known
from services.clearing.model.ledger import FEES, NO_FUND, Event
from services.clearing.statements.notices import tell_centers
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.body import MOST_FEN, MOST_SUM_FEN, Fact
from shared.messages.clearing.outcomes import ChargeKept
from shared.messages.clearing.payments import BookCharge, ChargeBooked, ReverseCharge
from shared.messages.enrollment.agreements import AgreementSigned
from shared.month.funds import Funds

_INTEREST = {"insured": Event.INTEREST, "treatment": Event.INTEREST_OF_TREATMENT}


def book_charge(known: Known, message: Message, body: BookCharge) -> Decision:
    """Books a charge between the centers of the terms in use, who hold the accounts."""
    if message.day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    if fault := party_fault(known, message, body) or _fault(known, message, body):
        return Decision(answer=fault)
    terms = known.agreements[body.agreement_id]
    charge = Charge(
        charge_id=body.charge_id,
        agreement_id=body.agreement_id,
        center_id=body.center_id,
        officer=body.officer,
        kind=body.kind,
        account=body.account,
        event=_event(terms, body),
        insured_center=terms.insured_center,
        treatment_center=terms.treatment_center,
        amount_fen=body.amount_fen,
        charged_on=body.charged_on,
        reason=body.reason,
    )
    posted = postings(_entry(charge, message, f"{charge.charge_id}.charge"), terms)
    return _booked(known, message, charge, [charge, *posted])


def reverse_charge(known: Known, message: Message, body: ReverseCharge) -> Decision:
    """Books the opposite of a charge; interest handed to another center since is taken from this one."""
    if message.day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    charge = known.charges.get(body.charge_id)
    if fault := party_fault(known, message, body):
        return Decision(answer=fault)
    if charge is None or charge.agreement_id != body.agreement_id or not _is_its(known, charge, body):
        return Decision(answer=refuse("UNKNOWN_CHARGE", body.charge_id))
    if body.charge_id in known.charges_reversed:
        return Decision(answer=refuse("ALREADY_DONE", body.charge_id))
    back = charge._replace(
        officer=body.officer, amount_fen=-charge.amount_fen, charged_on=message.day, reason=body.reason
    )
    terms, entry = known.agreements[body.agreement_id], _entry(back, message, f"{back.charge_id}.back")
    between = Sides(back.agreement_id, terms.funding_mode, back.insured_center, back.treatment_center)
    rows: list[object] = [ChargeReversed(back.charge_id, body.officer, message.day, body.reason)]
    rows += postings(entry, between)
    if _is_ahead(charge):
        handed = entry._replace(entry_id=f"{back.charge_id}.charge.given", event=Event.CENTERS_CHANGED)
        rows += moved(handed, Event.PREFUND_FUNDED, between, terms)
    return _booked(known, message, back, rows)


def _booked(known: Known, message: Message, charge: Charge, rows: list[object]) -> Decision:
    terms = known.agreements[charge.agreement_id]
    told = {name: getattr(charge, name) for name in ChargeBooked.model_fields}
    facts: list[Fact] = [ChargeBooked(**told)]
    if _is_ahead(charge):
        left_fen = known.prefund(charge.agreement_id).due_fen + charge.amount_fen
        assert message.day is not None
        facts.append(prefund_changed(terms, left_fen, known.quota(charge.agreement_id, message.day)))
    result = ChargeKept(charge_id=charge.charge_id, amount_fen=charge.amount_fen)
    return Decision(facts, rows, accept(result), tell_centers(known, facts, terms))


def _is_its(known: Known, charge: Charge, body: ReverseCharge) -> bool:
    """Whether a charge is the center's: it booked it, or what it was booked on lies with it now."""
    holder = known.agreements[charge.agreement_id].treatment_center
    return body.center_id in ((charge.center_id, holder) if _is_ahead(charge) else (charge.center_id,))


def _is_ahead(charge: Charge) -> bool:
    return charge.account in AHEAD.values()


def _entry(charge: Charge, message: Message, entry_id: str) -> Entry:
    return Entry(
        entry_id,
        Event(charge.event),
        charge.charged_on,
        Funds(charge.amount_fen),
        message.partition,
        center_id=charge.center_id,
    )


def _event(terms: AgreementSigned, body: BookCharge) -> Event:
    return _INTEREST[terms.interest_owner] if body.kind == "INTEREST" else Event(body.kind)


def _fault(known: Known, message: Message, body: BookCharge) -> Answer | None:
    """Refuses what the posting table has no row for; fees may be booked by either center."""
    terms = known.agreements[body.agreement_id]
    event = _event(terms, body)
    if event in FEES and body.account not in NO_FUND:
        return refuse("FEE_ON_FUND", f"account: {body.account}")
    if body.account not in {leg.account for leg in POSTINGS.get((event, terms.funding_mode), ())}:
        return refuse("ACCOUNT_NOT_POSSIBLE", f"account: {body.account}")
    if event not in FEES and body.center_id != terms.treatment_center:
        return refuse("CENTER_NOT_YOURS", body.center_id)
    first = min(known.periods[body.agreement_id])
    if message.day and not first <= body.charged_on <= message.day:
        return refuse("DATE_NOT_POSSIBLE", f"charged_on: {first} … {message.day}")
    if body.charge_id in known.charges:
        return refuse("ID_TAKEN", body.charge_id)
    left_fen = known.prefund(body.agreement_id).due_fen if body.account in AHEAD.values() else 0
    most_fen = min(MOST_FEN, MOST_SUM_FEN - left_fen)  # so that no sum of them leaves what a message holds
    return refuse("INVALID_FIELD", f"amount_fen: 1 … {most_fen}") if body.amount_fen > most_fen else None
