"""Takes back one settlement (冲正): its rows and its fact. Whether it may be, the caller decides. Pure."""

from services.settlement.model.account import YearAccount
from services.settlement.model.explanation import Explanation, unpack_explanation
from services.settlement.model.known import Known
from services.settlement.model.settlement import Reversal, Settlement
from services.settlement.model.visit import Visit
from services.settlement.visits.checks import day_of
from shared.bus.message import Decision, Message
from shared.messages.amounts import Payments
from shared.messages.settlement.reimbursement import ReimbursementReversed
from shared.messages.settlement.visits import SettlementReversed


def account_of(known: Known, visit: Visit) -> YearAccount:
    """The year account in which a settled visit counts."""
    assert visit.settled_on is not None
    account = known.settlements[visit.visit_id].account
    return known.account(visit.person_id, visit.scheme, visit.settled_on.year, account)


def take_back(known: Known, message: Message, visit: Visit, reversal_id: str, reason: str) -> Decision:
    """Undoes the settlement in force, the newest of its account, and leaves the accounts as before it."""
    settlement = known.settlements[visit.visit_id]
    why = unpack_explanation(settlement.explanation)
    rows = [
        Reversal(visit.visit_id, settlement.attempt, reversal_id, day_of(message), reason),
        visit._replace(
            state=visit.after("reverse"),
            settlement_id=None,
            settled_on=None,
            filing=None,
            deductible_fen=0,
            deductible_due_fen=0,
            in_scope_fen=0,
        ),
        account_of(known, visit).without_settlement(settlement.previous_visit_id, why.added),
    ]
    if settlement.account_fen:
        personal = known.personal_account(visit, day_of(message))
        rows.append(personal._replace(spent_fen=personal.spent_fen - settlement.account_fen))
    return Decision(facts=[_fact(message, visit, settlement, why, reversal_id, reason)], rows=rows)


def _fact(
    message: Message, visit: Visit, settlement: Settlement, why: Explanation, reversal_id: str, reason: str
) -> SettlementReversed | ReimbursementReversed:
    told = ReimbursementReversed if visit.manual else SettlementReversed
    return told.model_validate(
        {
            "visit_id": visit.visit_id,
            "person_id": visit.person_id,
            "institution_id": visit.institution_id,
            "settlement_id": settlement.settlement_id,
            "insured_area": visit.insured_area,
            "treatment_area": visit.treatment_area,
            "pooling_area": visit.pooling_area or visit.insured_area,
            "treatment_pool": visit.treatment_pool or None,
            "scope": visit.scope,
            "scheme": visit.scheme,
            "kind": visit.kind,
            "settled_on": settlement.settled_on,
            "payments": dict(zip(Payments.model_fields, why.payments, strict=True)),
            "reversal_id": reversal_id,
            "reversed_on": message.day,
            "reason": reason,
        }
    )
