"""Takes settlements back on request (冲正), and undoes earlier requests by their id. Pure."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from services.settlement.costs.decide import withdraw
from services.settlement.model.known import Known
from services.settlement.model.visit import Visit
from services.settlement.reimbursements.self_paid_undo import withdraw_self_paid
from services.settlement.reversals.cascade import Cascade, cascade
from services.settlement.reversals.cascade_notices import notices
from services.settlement.reversals.reversal import account_of, take_back
from services.settlement.settlements.payment import order_told, with_orders
from services.settlement.visits.admission import cancel_admission
from services.settlement.visits.checks import find_visit, is_agency, not_yours, refused
from shared.bus.message import Decision, Message
from shared.bus.service import Key, Rule
from shared.errors import refuse
from shared.identity import derive
from shared.messages.answer import Answer, accept
from shared.messages.body import CancelRequest, Request
from shared.messages.outcomes import Cancelled, LaterSettlement, Reversed
from shared.messages.settlement.visits import ReverseSettlement


def reverse(known: Known, message: Message, body: ReverseSettlement) -> Decision:
    """Takes back the settlement in force; the visit can be settled again.

    Where later settlements built on it, the request is refused with what each would become; or, if it asks
    for a cascade, those are settled again.
    """
    visit = _to_reverse(known, message, body)
    if not isinstance(visit, Visit):
        return Decision(answer=visit)
    newer = built_upon(known, visit)
    if not (newer or body.cascade):
        taken_back = take_back(known, message, visit, message.derive("reversal"), body.reason)
        return _reversed(known, message, body, taken_back, ())
    done = cascade(known, message, visit, body.reason)
    if refusal := _refusal(done, None if body.cascade else newer):
        return Decision(answer=refusal)
    return _reversed(known, message, body, Decision(done.facts, done.rows), done.later)


def _to_reverse(known: Known, message: Message, body: ReverseSettlement) -> Visit | Answer:
    if refusal := _not_in_charge(known, message, body):
        return refusal
    visit = find_visit(known, body)
    if not isinstance(visit, Visit):
        return visit
    if not visit.allows("reverse"):
        return refuse("NOT_SETTLED", visit.state)
    if visit.settlement_id != body.settlement_id:  # also where the cascade of another visit has replaced it
        return refuse("UNKNOWN_SETTLEMENT", f"{body.settlement_id}; in force: {visit.settlement_id}")
    return visit


def _not_in_charge(known: Known, message: Message, body: ReverseSettlement) -> Answer | None:
    """Refuses all but the institution of the visit, or for a claim the insured area's agency."""
    visit = known.visits.get(body.visit_id)
    if visit is None or not visit.manual:
        return not_yours(known, message, body.institution_id)
    agency = is_agency(known, message.source, visit.insured_area)
    return None if agency else refuse("PERSON_NOT_YOURS", visit.insured_area)


def built_upon(known: Known, visit: Visit) -> str | None:
    """A visit whose settlement builds on this one: the year account's newest, or a stay continuing it."""
    newest = account_of(known, visit).newest_visit_id
    if newest != visit.visit_id:
        return newest
    stays = [known.visits[visit_id] for visit_id in known.stays.get(visit.person_id, ())]
    return next((s.visit_id for s in stays if s.state == "settled" and visit.visit_id in s.chain), None)


def _refusal(done: Cascade, newer: str | None) -> Answer | None:
    """Refuses a reversal that later settlements build on, or a cascade where one cannot be settled again."""
    stuck = next((one for one in done.later if one.code != "OK"), None)
    if newer:
        answer = refuse("NEWER_SETTLEMENT", newer)
    elif stuck:
        answer = refuse("CASCADE_NOT_POSSIBLE", f"{stuck.visit_id} {stuck.code}")
    else:
        return None
    later = tuple(one.model_copy(update={"new_settlement_id": None}) for one in done.later)
    return answer.model_copy(update={"later": later})


def _reversed(
    known: Known,
    message: Message,
    body: ReverseSettlement,
    taken_back: Decision,
    later: tuple[LaterSettlement, ...],
) -> Decision:
    done = with_orders(known, message, taken_back)
    order_id, order_fen = order_told(done, body.visit_id)
    answer = Reversed(
        visit_id=body.visit_id,
        settlement_id=body.settlement_id,
        reversal_id=message.derive("reversal"),
        later=later,
        order_id=order_id,
        order_fen=order_fen,
    )
    told = list(notices(known, message, body.settlement_id, later))
    return Decision(facts=done.facts, rows=done.rows, answer=accept(answer), notices=told)


class Undo(NamedTuple):
    """How one kind of request is undone (撤销): the rows of the person that it needs, and what decides it.

    `decide` gives the decision; or a refusal that says what is in the way; or None, for an unknown request or
    for one that may not be undone.
    """

    keys: Callable[[str], Iterable[Key]]
    decide: Callable[[Known, Message, CancelRequest], Decision | Answer | None]


def cancelling(undoing: Mapping[type[Request], Undo]) -> Rule:
    """The rule of `CancelRequest` (NHSA 2601): undoes a request by its id, if nothing depends on it."""
    by_type = {kind.wire_type(): undo for kind, undo in undoing.items()}

    def keys(message: Message, body: CancelRequest) -> Iterable[Key]:
        undo = by_type.get(message.original.type) if message.original else None
        return undo.keys(body.subject_id) if undo else ()

    def cancel(known: Known, message: Message, body: CancelRequest) -> Decision:
        assert message.original is not None
        undo = by_type.get(message.original.type)
        undone = undo.decide(known, message, body) if undo else None
        if undone is None:
            return refused("NOT_CANCELLABLE", body.original_id)
        if isinstance(undone, Answer):
            return Decision(answer=undone)
        answer = accept(Cancelled(original_id=body.original_id))
        return Decision(facts=undone.facts, rows=undone.rows, answer=answer)

    return Rule(keys, cancel)


def undo_admit(known: Known, message: Message, body: CancelRequest) -> Decision | Answer | None:
    """Cancels a stay for which nothing was uploaded; None where that request opened none."""
    opened = derive(message.source, body.original_id, "request")
    stays = (known.visits[visit_id] for visit_id in known.stays.get(body.subject_id, ()))
    visit = next((stay for stay in stays if stay.request_id == opened), None)
    return cancel_admission(known, visit) if visit else None


def undo_upload(known: Known, message: Message, body: CancelRequest) -> Decision | Answer | None:
    """Takes back an upload that no settlement counts; None where that request uploaded nothing in force."""
    kept = derive(message.source, body.original_id, "request")
    uploads = (one for held in known.uploads.values() for one in held)
    upload = next((one for one in uploads if one.request_id == kept), None)
    return withdraw(known, message, upload) if upload else None


def undo_settlement(known: Known, message: Message, body: CancelRequest) -> Decision | None:
    """Takes back a settlement or a claim that no later one builds on, and of which no order was paid."""
    settled = derive(message.source, body.original_id, "settlement")
    visits = (known.visits[visit_id] for visit_id in known.settlements)
    visit = next((visit for visit in visits if visit.settlement_id == settled), None)
    if visit is None or built_upon(known, visit):
        return None
    if any(order.paid_on for order in known.manual.orders.get(visit.visit_id, ())):
        return None
    taken_back = take_back(known, message, visit, message.derive("reversal"), body.reason)
    return with_orders(known, message, taken_back)


def undo_self_paid(known: Known, message: Message, body: CancelRequest) -> Decision | Answer | None:
    """Withdraws a self-paid bill that was not claimed."""
    return withdraw_self_paid(known, message, derive(message.source, body.original_id, "request"))
