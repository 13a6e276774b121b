"""Ending a filing (取消备案), asked for by the person's side: from today on, or undone on its own day.

A visit admitted while the filing held keeps it (001 (八)), so an end never reaches back.
"""

from datetime import date

from services.referral.model.filing import IN_FORCE, LIFE, Filing
from services.referral.model.known import Known
from services.referral.rules.closing import close, closing
from services.referral.rules.permission import not_yours
from services.referral.rules.validity import lock_of
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.identity import derive
from shared.messages.answer import Answer, accept
from shared.messages.body import CancelRequest
from shared.messages.outcomes import Cancelled
from shared.messages.referral.changes import (
    ChangeFilingPlace,
    ChangeFilingScheme,
    ContinueFiling,
    TakeOverFiling,
)
from shared.messages.referral.filings import EndFiling, FilingClosed, SubmitFiling

_FILES = frozenset(
    kind.wire_type()
    for kind in (SubmitFiling, TakeOverFiling, ContinueFiling, ChangeFilingScheme, ChangeFilingPlace)
)
"""The requests that make a filing, and are undone with it."""


def end_filing(known: Known, message: Message, body: EndFiling) -> Decision:
    """Ends a filing today or later; a long-term one within its first half year with proof (001 (十))."""
    if message.day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    filing = known.filing(body.person_id, body.filing_id)
    if filing is None:
        return Decision(answer=refuse("UNKNOWN_FILING", f"filing_id: {body.filing_id}"))
    if refusal := not_yours(known, message.source, filing) or _cannot_end(known, filing, body, message.day):
        return Decision(answer=refusal)
    answer = accept(FilingClosed(filing_id=filing.filing_id, ends_on=body.ends_on))
    return closing(known, close(filing, "EndFiling", body.ends_on), answer)


def _cannot_end(known: Known, filing: Filing, body: EndFiling, day: date) -> Answer | None:
    is_over = filing.state != IN_FORCE and not filing.runs_after(day)
    if is_over or (filing.state, "EndFiling") not in LIFE:
        return refuse("FILING_STATE", f"{filing.filing_id}: {filing.state}")
    if body.ends_on < max(day, filing.starts_on) or not filing.runs_after(body.ends_on):
        return refuse("DATE_NOT_POSSIBLE", f"ends_on: {body.ends_on}")
    earliest = lock_of(known, filing)
    if filing.filing_class == "long_term" and body.ends_on < earliest and not body.evidence:
        return refuse("FILING_LOCKED", f"{filing.filing_id}: {earliest}")
    return None


def cancel_filing(known: Known, message: Message, body: CancelRequest) -> Decision:
    """Undoes a filing on the day it was made (冲正), as if it had never been; afterwards it is ended.

    One that still waits for its reviews is withdrawn on any day.
    Later, the lock of 001 (十) would be empty. One that replaced another stays: it would leave neither.
    """
    filing = _filing_asked_for(known, message)
    if filing is None:
        return Decision(answer=refuse("NOT_CANCELLABLE", f"original_id: {body.original_id}"))
    if (filing.state, "CancelRequest") not in LIFE:
        return Decision(answer=refuse("FILING_STATE", f"{filing.filing_id}: {filing.state}"))
    if filing.state == "in_force" and (filing.made_on != message.day or filing.replaces_filing_id):
        return Decision(answer=refuse("NOT_CANCELLABLE", f"filing_id: {filing.filing_id}"))
    answer = accept(Cancelled(original_id=body.original_id))
    return closing(known, close(filing, "CancelRequest", filing.starts_on), answer)


def _filing_asked_for(known: Known, message: Message) -> Filing | None:
    original = message.original
    if original is None or original.type not in _FILES:
        return None
    request_id = derive(message.source, original.id, "filing")
    held = known.of_person(message.key)
    return next((filing for filing in held if filing.request_id == request_id), None)
