"""Keeps what other services publish: institutions, centers, case pages, and agreements with their prefund."""

from typing import Protocol

from services.clearing.centers.rules import speaker_fault
from services.clearing.ledger.prefund import alert
from services.clearing.ledger.rules import AHEAD, Entry, moved, postings
from services.clearing.model.agreement import InUse
from services.clearing.model.claim import PageHeld
from services.clearing.model.due import BeginPeriod
from services.clearing.model.known import Known
from services.clearing.model.ledger import Event
from services.clearing.model.month import Book
from services.clearing.prefund.model import Quota
from services.clearing.statements.notices import tell_centers
from shared.bus.message import NOTHING, Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.clearing.months import PrefundChanged
from shared.messages.enrollment.agreements import AgreementSigned
from shared.messages.settlement.corrections import DischargeCancelled
from shared.month.funds import Funds


def keep_copy(known: Known, message: Message, body: object) -> Decision:
    """Keeps a fact of another service as it is."""
    return Decision(rows=(body,))


def void_case_page(known: Known, message: Message, body: DischargeCancelled) -> Decision:
    """Forgets the case page of a stay whose discharge was cancelled: the next discharge needs a new page."""
    if not body.discharge_id:  # of a stay that was discharged before discharges had ids
        return NOTHING
    return Decision(rows=(PageHeld(body.visit_id, body.discharge_id, counts=False),))


def sign_agreement(known: Known, message: Message, agreement: AgreementSigned) -> Decision:
    """Keeps the terms signed for a period, and opens the books of a new agreement.

    The last period that has begun is in use, and its prefund funded, at once; a period to come from its first
    day on. Only the first signing decides who advances, since postings under one funding mode cannot go on
    under another: a later signing with another mode leaves the mode and the quota as they were.
    """
    id, before = agreement.agreement_id, known.agreements.get(agreement.agreement_id)
    if before is None:
        before = agreement.model_copy(update={"prefund_quota_fen": 0})
        rows: list[object] = [agreement, InUse(before), Book(id)]
    else:
        if before.funding_mode != agreement.funding_mode:
            agreement = _with_money_of(known.terms_on(id, agreement.in_force_from), agreement)
        rows = [agreement]
    periods = {**known.periods.get(id, {}), agreement.in_force_from: agreement}
    begun = [first for first in periods if message.day and first <= message.day]
    if agreement.in_force_from != max(begun, default=None):
        return Decision(rows=rows)
    done = _put_in_use(known, message, before, agreement)
    return Decision(facts=done.facts, rows=[*rows, *done.rows], notices=done.notices)


def begin_period(known: Known, message: Message, body: BeginPeriod) -> Decision:
    """Puts a period in use on its first day: its prefund starts at the quota, or the one before goes on."""
    assert message.day is not None
    before = known.agreements[body.agreement_id]
    terms = known.terms_on(body.agreement_id, message.day)
    return NOTHING if terms == before else _put_in_use(known, message, before, terms)


def prefund_changed(terms: AgreementSigned, balance_fen: int, quota_fen: int) -> PrefundChanged:
    """The fact about what is left of a prefund, fen, and its alert."""
    return PrefundChanged(
        agreement_id=terms.agreement_id,
        balance_fen=balance_fen,
        quota_fen=quota_fen,
        alert=alert(balance_fen, quota_fen),
    )


class _Party(Protocol):
    """A request of a center about an agreement (协议一方的请求)."""

    @property
    def agreement_id(self) -> str:
        """The agreement."""

    @property
    def center_id(self) -> str:
        """The center for which its node speaks."""


def party_fault(known: Known, message: Message, body: _Party) -> Answer | None:
    """Refuses an agreement that is not known, and a center that is no party to it or not the sender's."""
    terms = known.agreements.get(body.agreement_id)
    if terms is None:
        return refuse("UNKNOWN_AGREEMENT", body.agreement_id)
    parties = (terms.insured_center, terms.treatment_center)
    if body.center_id not in parties:
        return refuse("CENTER_NOT_YOURS", body.center_id)
    return speaker_fault(known, message, body.center_id)


def _put_in_use(known: Known, message: Message, before: AgreementSigned, terms: AgreementSigned) -> Decision:
    """Puts terms in use: the prefund follows their quota (001 (二十一)) and moves to their centers.

    A quota that officers settled since stays, also one yet to come, unless the new terms name another one.
    """
    if terms.funding_mode not in AHEAD:
        return Decision(rows=(InUse(terms),))
    id, day, slot = terms.agreement_id, message.day or terms.in_force_from, message.partition
    settled, later = known.ahead.quota_on(id, day), known.ahead.quotas_after(id, day)
    quota_fen = before.prefund_quota_fen if settled is None else settled
    left, more = known.prefund(id), 0
    rows: list[object] = [InUse(terms)]
    if terms.prefund_quota_fen != before.prefund_quota_fen:
        more = terms.prefund_quota_fen - (later[-1].quota_fen if later else quota_fen)
        quota_fen = terms.prefund_quota_fen
        days = [day, *(one.from_on for one in later)] if later or settled is not None else []
        rows += [Quota(id, on, quota_fen, message.derive(f"quota {on}")) for on in days]
    given = Entry(message.derive("handed over"), Event.CENTERS_CHANGED, day, left, slot)
    funded = Entry(message.derive("prefund"), Event.PREFUND_FUNDED, day, Funds(more), slot)
    posted = [*moved(given, Event.PREFUND_FUNDED, before, terms), *postings(funded, terms)]
    facts = (prefund_changed(terms, left.due_fen + more, quota_fen),) if posted else ()
    return Decision(facts=facts, rows=[*rows, *posted], notices=tell_centers(known, facts, before, terms))


_OF_MODE = ("funding_mode", "prefund_quota_fen", "claims", "case_page_required", "review")
"""What goes with who advances: it is as it was first signed."""


def _with_money_of(before: AgreementSigned, agreement: AgreementSigned) -> AgreementSigned:
    return agreement.model_copy(update={name: getattr(before, name) for name in _OF_MODE})
