"""The claims of the month (回款申请): institutions claim, and centers review where the agreement says so.

One line is deducted from, so that the month shows what becomes of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from shared.adapter.hospital import Hospital
from shared.messages.amounts import FundAmounts, Payments
from shared.messages.clearing.claims import LineVerdict
from shared.messages.clearing.outcomes import ClaimReviewed
from shared.messages.enrollment.agreements import Agreement
from shared.simulator.belief import Belief
from shared.simulator.care import Care
from shared.simulator.office.desks import Desks

DEDUCTED_FEN = 2_000
# Whose officers review, one after the other (004-5 三(五): first the insured place, then the other).
_REVIEWERS = {"ONE_STEP": ("treatment_center",), "TWO_STEP": ("insured_center", "treatment_center")}
_FUNDS = ("pool_fen", "large_amount_fen", "serious_illness_fen", "assistance_fen", "account_fen")


async def claim(
    desks: Desks, cares: Iterable[Care], hospitals: Mapping[str, Hospital], belief: Belief
) -> None:
    """Each institution whose agreement requires claims asks for what is settled and has its case page."""
    claimed = sorted((care for care in cares if _is_claimed(care, desks)), key=_by_institution)
    for (institution_id, agreement_id), group in groupby(claimed, key=lambda care: _by_institution(care)[:2]):
        paid = {one.settlement_id: one.payments for care in group if (one := care.settled)}
        name = f"C{desks.seed}-{desks.month}-{institution_id}"
        reviewed = await hospitals[institution_id].claim_advances(
            name,
            desks.month,
            [(id, payments.fund_fen) for id, payments in paid.items()],
            id=desks.id("claim", institution_id),
        )
        belief.claimed_fen += sum(payments.fund_fen for payments in paid.values())
        belief.advances_fen += reviewed.accepted_fen
        if reviewed.to_review:
            await _review(desks, desks.agreements[agreement_id], institution_id, reviewed, paid, belief)


async def _review(
    desks: Desks,
    agreement: Agreement,
    institution_id: str,
    reviewed: ClaimReviewed,
    paid: Mapping[str, Payments],
    belief: Belief,
) -> None:
    ids = [line.settlement_id for line in reviewed.to_review]
    for role in _REVIEWERS[agreement.review]:
        verdicts = [LineVerdict(settlement_id=id, verdict="accept") for id in ids]
        if agreement.review == "ONE_STEP" and not belief.deducted_fen:
            verdicts = _with_deduction(verdicts, paid, belief)
        center = desks.centers[getattr(agreement, role)]
        stands = await center.review(
            reviewed.claim_id,
            institution_id,
            f"officer-{center.center_id}",
            verdicts,
            id=desks.id("review", institution_id, role),
        )
    belief.advances_fen += stands.accepted_fen - reviewed.accepted_fen


def _with_deduction(
    verdicts: Sequence[LineVerdict], paid: Mapping[str, Payments], belief: Belief
) -> list[LineVerdict]:
    """The same verdicts, but for the first line that has so much to deduct."""
    for number, one in enumerate(verdicts):
        funds = {name: getattr(paid[one.settlement_id], name) for name in _FUNDS}
        if funds["pool_fen"] >= DEDUCTED_FEN:
            belief.deducted_fen += DEDUCTED_FEN
            left = FundAmounts(**{**funds, "pool_fen": funds["pool_fen"] - DEDUCTED_FEN})
            deducted = LineVerdict(
                settlement_id=one.settlement_id, verdict="deduct", accepted=left, reason="重复收费"
            )
            return [*verdicts[:number], deducted, *verdicts[number + 1 :]]
    return list(verdicts)


def _is_claimed(care: Care, desks: Desks) -> bool:
    has_page = care.has_page or care.plan.kind != "inpatient"
    required = desks.agreements[care.plan.agreement_id].claims == "required"
    return required and care.settled is not None and has_page


def _by_institution(care: Care) -> tuple[str, str, str]:
    return care.plan.institution.institution_id, care.plan.agreement_id, care.plan.visit.visit_id
