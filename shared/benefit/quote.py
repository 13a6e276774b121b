"""The one way to settle a bill under a policy, for the live service and for `yidi quote` alike."""

from weakref import finalize

from shared.benefit.bill import Bill, check
from shared.benefit.inpatient import settle_stay
from shared.benefit.outpatient import settle_outpatient
from shared.benefit.plan import (
    InpatientPlan,
    Plan,
    inpatient_plan,
    outpatient_plan,
    outpatient_table,
)
from shared.benefit.policy.form import FilingUsed, Policy
from shared.benefit.refusal import Refusal
from shared.benefit.split import Split

_PlanKey = tuple[str, str | None, str, FilingUsed, bool]
_plans: dict[int, dict[_PlanKey, Plan]] = {}
"""What was worked out of each policy object while it lives; the answers do not depend on it."""


def quote(policy: Policy, bill: Bill) -> Split | Refusal:
    """Who pays what of the bill, or why the policy does not settle it.

    Raises InvalidBillError for amounts that are not possible. The policy is read through
    `parse_policy`. 001 (三)-(五): the insured place's policy, whatever catalogue split the lines.
    """
    check(bill)
    if not policy.in_force_from <= bill.service_on < policy.in_force_until:
        return Refusal(bill.bill_id, "NO_POLICY_IN_FORCE", f"{policy.policy_id}, {bill.service_on}")
    plan = plan_of(policy, bill)
    if isinstance(plan, InpatientPlan):
        return settle_stay(plan, bill)
    if isinstance(plan, Refusal):
        return plan
    return settle_outpatient(plan, bill)


def _plans_of(policy: Policy) -> dict[_PlanKey, Plan]:
    plans = _plans.get(id(policy))
    if plans is None:
        plans = _plans[id(policy)] = {}
        # An id is used again once its object is gone.
        finalize(policy, _plans.pop, id(policy)).atexit = False
    return plans


def plan_of(policy: Policy, bill: Bill) -> Plan | Refusal:
    """The plan a bill is settled under, or why there is none."""
    disease = bill.disease if bill.kind == "outpatient_chronic" else None
    key = (bill.kind, disease, bill.hospital_tier, bill.filing, bill.retired)
    plans = _plans_of(policy)
    plan = plans.get(key)
    if plan is None:
        made = _inpatient(policy, bill) if bill.kind == "inpatient" else _outpatient(policy, bill)
        if isinstance(made, Refusal):
            return made
        plan = plans[key] = made
    return plan


def _inpatient(policy: Policy, bill: Bill) -> Plan | Refusal:
    table = policy.inpatient
    if table is None:
        return Refusal(bill.bill_id, "KIND_NOT_COVERED", bill.kind)
    if bill.filing == "none" and policy.out_of_area.unfiled == "refuse":
        return Refusal(bill.bill_id, "NOT_FILED", policy.policy_id)
    if bill.hospital_tier not in table.tiers:
        return Refusal(bill.bill_id, "TIER_UNKNOWN", bill.hospital_tier)
    return inpatient_plan(policy, table, bill.hospital_tier, bill.filing, bill.retired)


def _outpatient(policy: Policy, bill: Bill) -> Plan | Refusal:
    table = outpatient_table(policy, bill.kind, bill.disease)
    if table is None:
        covers_some = bill.kind == "outpatient_chronic" and policy.outpatient_chronic is not None
        if covers_some:
            return Refusal(bill.bill_id, "DISEASE_NOT_COVERED", bill.disease or "")
        return Refusal(bill.bill_id, "KIND_NOT_COVERED", bill.kind)
    if bill.hospital_tier not in table.tiers:
        return Refusal(bill.bill_id, "TIER_UNKNOWN", bill.hospital_tier)
    return outpatient_plan(policy, table, bill.hospital_tier, bill.filing, bill.retired)
