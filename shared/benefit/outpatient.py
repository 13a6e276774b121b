"""An outpatient, chronic or pharmacy bill (门诊、慢特病、药店购药) settled under its yearly fund."""

from shared.benefit.bill import Bill
from shared.benefit.plan import OutpatientPlan
from shared.benefit.policy.form import WHOLE_BP
from shared.benefit.split import Split, make_split
from shared.money import round_fen


def settle_outpatient(plan: OutpatientPlan, bill: Bill) -> Split:
    """The split under the plan of its fund; the payment stands in `pool_fen`, outside the inpatient cap."""
    year = bill.year_to_date
    in_scope = bill.amounts.in_scope_fen
    deductible = min(max(0, plan.deductible_fen - year.outpatient_deductible_paid_fen), in_scope)
    payment = round_fen((in_scope - deductible) * plan.ratio_bp, WHOLE_BP)
    return make_split(bill, plan, deductible, min(payment, max(0, plan.cap_fen - year.outpatient_paid_fen)))
