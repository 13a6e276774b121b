"""Claims for self-paid bills (手工报销申请), decided at once by the policy of the insured place. Pure."""

from services.settlement.model.claims.reimbursement import ReimbursementCase
from services.settlement.model.claims.self_paid_bill import SelfPaidBill
from services.settlement.model.known import Known
from services.settlement.model.upload import unpack_categories
from services.settlement.model.visit import Visit
from services.settlement.reimbursements.materials import EMERGENCY, missing_materials
from services.settlement.reimbursements.self_paid import claim_too_late
from services.settlement.settlements.paid_twice import complete_once, paid_already
from services.settlement.settlements.payment import order_told, with_orders
from services.settlement.settlements.work_out import Costs, Worked, work_out
from services.settlement.visits.checks import day_of, find_visit, is_agency, not_before, not_now
from services.settlement.visits.trauma import stated
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.outcomes import Settled
from shared.messages.settlement.reimbursement import ClaimReimbursement, Reimbursed, ReimbursementClaimed


def claim(known: Known, message: Message, body: ClaimReimbursement) -> Decision:
    """Reimburses a bill as it would have been settled directly, filings made late included (001 (九))."""
    visit = _claimable(known, message, body)
    if not isinstance(visit, Visit):
        return Decision(answer=visit)
    case, bill = known.manual.cases[visit.visit_id], known.manual.bills[visit.visit_id]
    impossible = _impossible(known, message, body, visit, case)
    if refusal := impossible or paid_already(known, visit, bill.total_fen):
        return Decision(answer=refusal)
    worked = work_out(known, message, visit, _costs(bill), use_account=False)
    if not isinstance(worked, Worked):
        return Decision(answer=worked)
    return _claimed(known, message, body, case, complete_once(known, message, worked))


def _claimable(known: Known, message: Message, body: ClaimReimbursement) -> Visit | Answer:
    """The visit, if the sender may claim it that way, its bill was uploaded and no third party is liable."""
    visit = find_visit(known, body)
    if not isinstance(visit, Visit):
        return visit
    own = known.institutions[visit.institution_id].node_id == message.source
    agency = is_agency(known, message.source, visit.insured_area)
    if not (agency or (own and body.channel == "online")):
        return refuse("PERSON_NOT_YOURS", visit.insured_area)
    return not_now(visit, "claim") or not_before(known, visit) or stated(visit, body)


def _impossible(
    known: Known, message: Message, body: ClaimReimbursement, visit: Visit, case: ReimbursementCase
) -> Answer | None:
    """Refuses a claim that is too late or lacks materials, or an acting agency missing or not possible."""
    if refusal := claim_too_late(message, visit, case):
        return refusal
    acting = body.acting_agency
    delegated = body.channel == "delegated"
    if delegated != (acting is not None) or (delegated and acting not in known.manual.centers):
        return refuse("ACTING_AGENCY", f"{body.channel} {acting}")
    if body.ticket_id and body.channel != "online":
        return refuse("INVALID_FIELD", f"ticket_id: {body.channel}")
    reason = EMERGENCY if visit.emergency or case.reason is None else case.reason
    missing = missing_materials(visit.kind, reason, (*body.materials, *case.electronic))
    return refuse("MATERIALS_MISSING", " ".join(missing)) if missing else None


def _costs(bill: SelfPaidBill) -> Costs:
    return Costs(bill.amounts, unpack_categories(bill.categories), bill.disease)


def _claimed(
    known: Known, message: Message, body: ClaimReimbursement, case: ReimbursementCase, settled: Decision
) -> Decision:
    claimed = case._replace(
        channel=body.channel,
        acting_agency=body.acting_agency,
        materials=body.materials,
        payee=body.payee,
        payee_reference=body.payee_reference,
        claimed_on=case.claimed_on or day_of(message),
    )
    taken = Decision(
        facts=[_fact(known, message, claimed, body.ticket_id), *settled.facts],
        rows=[*settled.rows, claimed],
    )
    done = with_orders(known, message, taken)
    order_id, order_fen = order_told(done, case.visit_id)
    assert settled.answer is not None
    assert isinstance(settled.answer.result, Settled)
    outcome = settled.answer.result.model_dump(exclude={"result", "payments"})
    answer = Reimbursed(
        **outcome,
        payments=settled.answer.result.payments,
        order_id=order_id,
        order_fen=order_fen,
    )
    return Decision(facts=done.facts, rows=done.rows, answer=accept(answer))


def _fact(
    known: Known, message: Message, case: ReimbursementCase, ticket_id: str | None
) -> ReimbursementClaimed:
    return ReimbursementClaimed.model_validate(
        {
            "visit_id": case.visit_id,
            "person_id": case.person_id,
            "institution_id": case.institution_id,
            "insured_area": known.visits[case.visit_id].insured_area,
            "channel": case.channel,
            "acting_agency": case.acting_agency,
            "materials": case.materials,
            "claimed_on": message.day,
            "ticket_id": ticket_id,
        }
    )
