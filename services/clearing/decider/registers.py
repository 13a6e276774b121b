"""Hears the registers: copies of institutions, centers and agreements, and the prefund that one brings."""

from services.clearing.decider.known import Known
from services.clearing.model.ledger import Event
from services.clearing.model.month import Book
from services.clearing.rules.ledger import Entry, postings
from services.clearing.rules.prefund import alert
from shared.bus.message import Decision, Message
from shared.funds import Funds
from shared.messages.clearing import PrefundChanged
from shared.messages.enrollment import AgreementSigned


def keep_copy(known: Known, message: Message, body: object) -> Decision:
    """Keeps a fact of another service as it is."""
    return Decision(rows=(body,))


def sign_agreement(known: Known, message: Message, agreement: AgreementSigned) -> Decision:
    """Opens the books of an agreement; its prefund starts at the quota and follows it (001 (二十一)).

    Who advances is settled by the first signing: what was posted under one mode cannot go on under another.
    """
    id, before = agreement.agreement_id, known.agreements.get(agreement.agreement_id)
    if before and before.funding_mode != agreement.funding_mode:
        agreement = _with_money_of(before, agreement)
    rows: list[object] = [agreement] if before else [agreement, Book(id)]
    funded = _prefund(agreement) - (_prefund(before) if before else 0)
    if funded == 0:
        return Decision(rows=rows)
    day = message.day or agreement.in_force_from
    entry = Entry(message.derive("prefund"), Event.PREFUND_FUNDED, day, Funds(funded), message.partition)
    rows += postings(entry, agreement)
    return Decision(
        facts=(prefund_changed(agreement, known.prefunds.get(id, 0) + funded),),
        rows=rows,
    )


def prefund_changed(agreement: AgreementSigned, balance_fen: int) -> PrefundChanged:
    """What is left of a prefund, with its alert."""
    return PrefundChanged(
        agreement_id=agreement.agreement_id,
        balance_fen=balance_fen,
        quota_fen=agreement.prefund_quota_fen,
        alert=alert(balance_fen, agreement.prefund_quota_fen),
    )


def _with_money_of(before: AgreementSigned, agreement: AgreementSigned) -> AgreementSigned:
    kept = {"funding_mode": before.funding_mode, "prefund_quota_fen": before.prefund_quota_fen}
    return agreement.model_copy(update=kept)


def _prefund(agreement: AgreementSigned) -> int:
    return agreement.prefund_quota_fen if agreement.funding_mode == "AGENCY_PREFUND" else 0
