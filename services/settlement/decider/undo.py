"""Settlements taken back (冲正), the newest first, and requests undone by their id. Pure."""

from collections.abc import Callable

from services.settlement.decider.admission import cancel_admission
from services.settlement.decider.desk import day_of, find_visit, not_yours, refused
from services.settlement.decider.uploads import withdraw
from services.settlement.model.account import YearAccount
from services.settlement.model.explanation import Explanation, unpack_explanation
from services.settlement.model.known import Known
from services.settlement.model.settlement import Reversal, Settlement
from services.settlement.model.visit import Visit
from shared.bus.message import Decision, Message
from shared.identity import derive
from shared.messages.amounts import Payments
from shared.messages.answer import accept
from shared.messages.body import CancelRequest
from shared.messages.outcomes import Cancelled, Reversed
from shared.messages.settlement import (
    AdmitPatient,
    ReverseSettlement,
    SettlementReversed,
    SettleOutpatient,
    SettleVisit,
    UploadCosts,
)


def reverse(known: Known, message: Message, body: ReverseSettlement) -> Decision:
    """Takes back the settlement in force, if no later one built on it; the visit can be settled again."""
    if refusal := not_yours(known, message, body.institution_id):
        return Decision(answer=refusal)
    visit = find_visit(known, body)
    if not isinstance(visit, Visit):
        return Decision(answer=visit)
    if not visit.allows("reverse"):
        return refused("NOT_SETTLED", visit.state)
    if visit.settlement_id != body.settlement_id:
        return refused("UNKNOWN_SETTLEMENT", body.settlement_id)
    if newer := _built_upon(known, visit):
        return refused("NEWER_SETTLEMENT", newer)
    reversal_id = message.derive("reversal")
    answer = Reversed(visit_id=visit.visit_id, settlement_id=body.settlement_id, reversal_id=reversal_id)
    taken_back = _reversed(known, message, visit, reversal_id, body.reason)
    return Decision(facts=taken_back.facts, rows=taken_back.rows, answer=accept(answer))


def _built_upon(known: Known, visit: Visit) -> str | None:
    """The visit whose settlement built on this one: the year's next, or the stay that goes on."""
    newest = _account(known, visit, known.settlements[visit.visit_id]).newest_visit_id
    if newest != visit.visit_id:
        return newest
    stays = [known.visits[visit_id] for visit_id in known.stays.get(visit.person_id, ())]
    return next((s.visit_id for s in stays if s.state == "settled" and visit.visit_id in s.chain), None)


def _account(known: Known, visit: Visit, settlement: Settlement) -> YearAccount:
    return known.account(visit.person_id, visit.scheme, settlement.settled_on.year, settlement.account)


def _reversed(known: Known, message: Message, visit: Visit, reversal_id: str, reason: str) -> Decision:
    settlement = known.settlements[visit.visit_id]
    why = unpack_explanation(settlement.explanation)
    rows = [
        Reversal(visit.visit_id, settlement.attempt, reversal_id, day_of(message), reason),
        visit._replace(
            state=visit.after("reverse"), settlement_id=None, settled_on=None, filing=None, deductible_fen=0
        ),
        _account(known, visit, settlement).without_settlement(settlement.previous_visit_id, why.added),
    ]
    if settlement.account_fen:
        personal = known.personal_account(visit.person_id, visit.scheme)
        rows.append(personal._replace(spent_fen=personal.spent_fen - settlement.account_fen))
    return Decision(facts=[_fact(message, visit, settlement, why, reversal_id, reason)], rows=rows)


def _fact(
    message: Message, visit: Visit, settlement: Settlement, why: Explanation, reversal_id: str, reason: str
) -> SettlementReversed:
    return SettlementReversed.model_validate(
        {
            "visit_id": visit.visit_id,
            "person_id": visit.person_id,
            "institution_id": visit.institution_id,
            "settlement_id": settlement.settlement_id,
            "insured_area": visit.insured_area,
            "treatment_area": visit.treatment_area,
            "scheme": visit.scheme,
            "kind": visit.kind,
            "settled_on": settlement.settled_on,
            "payments": dict(zip(Payments.model_fields, why.payments, strict=True)),
            "reversal_id": reversal_id,
            "reversed_on": message.day,
            "reason": reason,
        }
    )


def cancel(known: Known, message: Message, body: CancelRequest) -> Decision:
    """Undoes an earlier request by its id, if nothing depends on it (NHSA 2601)."""
    assert message.original is not None
    undo = _UNDO.get(message.original.type)
    undone = undo(known, message, body) if undo else None
    if undone is None:
        return refused("NOT_CANCELLABLE", body.original_id)
    answer = accept(Cancelled(original_id=body.original_id))
    return Decision(facts=undone.facts, rows=undone.rows, answer=answer)


def _cancel_admission(known: Known, message: Message, body: CancelRequest) -> Decision | None:
    opened = derive(message.source, body.original_id, "request")
    stays = (known.visits[visit_id] for visit_id in known.stays.get(body.subject_id, ()))
    visit = next((stay for stay in stays if stay.request_id == opened), None)
    return cancel_admission(known, visit) if visit else None


def _cancel_upload(known: Known, message: Message, body: CancelRequest) -> Decision | None:
    kept = derive(message.source, body.original_id, "request")
    uploads = (one for held in known.uploads.values() for one in held)
    upload = next((one for one in uploads if one.request_id == kept), None)
    return withdraw(known, message, upload) if upload else None


def _cancel_settlement(known: Known, message: Message, body: CancelRequest) -> Decision | None:
    settled = derive(message.source, body.original_id, "settlement")
    visits = (known.visits[visit_id] for visit_id in known.settlements)
    visit = next((visit for visit in visits if visit.settlement_id == settled), None)
    if visit is None or _built_upon(known, visit):
        return None
    return _reversed(known, message, visit, message.derive("reversal"), body.reason)


_UNDO: dict[str, Callable[[Known, Message, CancelRequest], Decision | None]] = {
    AdmitPatient.wire_type(): _cancel_admission,
    UploadCosts.wire_type(): _cancel_upload,
    SettleVisit.wire_type(): _cancel_settlement,
    SettleOutpatient.wire_type(): _cancel_settlement,
}
