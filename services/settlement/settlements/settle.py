"""Makes a settlement (结算) of a bill that was worked out: its rows, its facts, the answer. Pure."""

from operator import attrgetter
from typing import Any

from services.settlement.model.account import contribution
from services.settlement.model.explanation import Explanation
from services.settlement.model.known import Known
from services.settlement.model.settlement import Settlement
from services.settlement.settlements.work_out import Worked
from services.settlement.visits.checks import day_of
from services.settlement.visits.trauma import to_verify
from shared.benefit.deductible import deductible_due
from shared.benefit.plan import InpatientPlan
from shared.benefit.split import Split
from shared.bus.message import Decision, Message
from shared.messages.amounts import CategoryAmounts, Payments
from shared.messages.answer import Answer, accept
from shared.messages.body import Fact
from shared.messages.outcomes import Quoted, Settled
from shared.messages.settlement.reimbursement import ReimbursementDecided
from shared.messages.settlement.visits import SettlementCompleted, WorkedOut

_PAYMENTS = tuple(Payments.model_fields)
_payments = attrgetter(*_PAYMENTS)
_CATEGORY = tuple(CategoryAmounts.model_fields)


def payments_of(split: Split) -> Payments:
    """The payments of a split, in the form that messages have."""
    return Payments.of_valid(dict(zip(_PAYMENTS, _payments(split), strict=True)))


def quoted(worked: Worked) -> Answer:
    """Answers what a settlement would give (预结算)."""
    result = Quoted(
        visit_id=worked.visit.visit_id,
        policy_id=worked.policy.policy_id,
        filing=worked.used.kind,
        payments=payments_of(worked.split),
        scope=worked.visit.scope,
    )
    return accept(result)


def complete(known: Known, message: Message, worked: Worked, step: str = "settlement") -> Decision:
    """Settles a visit whose state allows it: rows, facts, and the answer. The id derives from `step`."""
    visit, payments = worked.visit, payments_of(worked.split)
    settlement_id = message.derive(step)
    facts: list[Fact] = [_fact(message, worked, payments, settlement_id)]
    if visit.injury is not None and not visit.manual:
        facts.append(to_verify(message, visit, settlement_id, payments.fund_fen))
    return Decision(
        facts=facts,
        rows=_rows(known, message, worked, settlement_id),
        answer=accept(
            Settled.of_valid(
                {
                    "result": "settled",
                    "visit_id": visit.visit_id,
                    "settlement_id": settlement_id,
                    "policy_id": worked.policy.policy_id,
                    "filing": worked.used.kind,
                    "settled_on": day_of(message),
                    "payments": payments,
                    "scope": visit.scope,
                }
            )
        ),
    )


def _fact(message: Message, worked: Worked, payments: Payments, settlement_id: str) -> WorkedOut:
    """The fact of a settlement; a claim's is of another type, since it is not cleared between areas."""
    visit, costs = worked.visit, worked.costs
    told: type[WorkedOut] = ReimbursementDecided if visit.manual else SettlementCompleted
    fields: dict[str, Any] = {
        "visit_id": visit.visit_id,
        "person_id": visit.person_id,
        "institution_id": visit.institution_id,
        "settlement_id": settlement_id,
        "insured_area": visit.insured_area,
        "treatment_area": visit.treatment_area,
        "scheme": visit.scheme,
        "kind": visit.kind,
        "settled_on": message.day,
        "payments": payments,
        "pooling_area": visit.pooling_area,
        "treatment_pool": visit.treatment_pool or None,
        "scope": visit.scope,
        "attempt": visit.attempt + 1,
        "service_on": visit.service_on,
        "discharged_on": visit.discharged_on,
        "filing": worked.used.kind,
        "filing_id": worked.used.filing_id,
        "policy_id": worked.policy.policy_id,
        "disease": costs.disease,
        "by_category": {
            name: CategoryAmounts.of_valid(dict(zip(_CATEGORY, sums, strict=True)))
            for name, sums in costs.by_category.items()
        },
    }
    if told is SettlementCompleted:
        fields |= {name: getattr(visit, name) for name in ("goes_on", "attempts_apart")}
        fields["terms_on"] = visit.begun_on
    return told.of_valid(fields)


def _rows(known: Known, message: Message, worked: Worked, settlement_id: str) -> list[object]:
    visit, split, account = worked.visit, worked.split, worked.account
    added = contribution(worked.bill, split)
    settlement = Settlement(
        visit_id=visit.visit_id,
        attempt=visit.attempt + 1,
        settlement_id=settlement_id,
        settled_on=day_of(message),
        account=account.account,
        previous_visit_id=account.newest_visit_id,
        policy_id=worked.policy.policy_id,
        filing_id=worked.used.filing_id,
        total_fen=split.total_fen,
        fund_fen=split.fund_fen,
        account_fen=split.account_fen,
        cash_fen=split.cash_fen,
        explanation=_explanation(worked, added).pack(),
        lines=worked.costs.lines,
        use_account=worked.use_account,
        institution_id=visit.institution_id,
        direct=not visit.manual,
        prescriptions=worked.costs.prescriptions,
    )
    settled = visit._replace(
        state=visit.after(visit.settling),
        attempt=settlement.attempt,
        attempts_apart=visit.attempts_apart + (visit.goes_on or visit.manual),
        settlement_id=settlement_id,
        settled_on=worked.day,
        filing=worked.used.kind,
        deductible_fen=split.deductible_fen,
        deductible_due_fen=_due(worked),
        in_scope_fen=split.in_scope_fen,
    )
    rows: list[object] = [settlement, settled, account.with_settlement(visit.visit_id, added)]
    if split.account_fen:
        personal = known.personal_account(visit, day_of(message))
        rows.append(personal._replace(spent_fen=personal.spent_fen + split.account_fen))
    return rows


def _due(worked: Worked) -> int:
    """The deductible that a stay owes, however much of it its costs reach."""
    bill, plan = worked.bill, worked.split.plan
    if not isinstance(plan, InpatientPlan):
        return 0
    stays = bill.year_to_date.stays
    return deductible_due(plan.deductible, stays, bill.transfer_paid_fen, bill.deductible_left_fen)


def _explanation(worked: Worked, added: tuple[int, ...]) -> Explanation:
    bill = worked.bill
    return Explanation(
        payments=_payments(worked.split),
        by_category=worked.costs.by_category,
        added=added,
        policy_digest=worked.policy.digest,
        filing=bill.filing,
        disease=bill.disease,
        retired=bill.retired,
        identities=bill.identities,
        year_to_date=worked.account.sums,
        transfer_paid_fen=bill.transfer_paid_fen,
        account_fen=bill.account_fen,
        home_tier=bill.hospital_tier,
        service_on=bill.service_on.isoformat(),
        deductible_left_fen=bill.deductible_left_fen,
        parts_before=bill.parts_before,
    )
