"""A policy worked out for one kind of bill: tier, filing and retirement decided, ratios cut.

Bills are many and these are few, so each is made once; what differs from bill to bill is not here.
"""

from dataclasses import dataclass

from shared.benefit.bands import Scale
from shared.benefit.bill import VisitKind
from shared.benefit.deductible import DeductibleRule, deductible_rule
from shared.benefit.policy.form import FilingUsed, Inpatient, Outpatient, Policy
from shared.benefit.ratio import display_bp, pool_scale
from shared.benefit.upper_funds.assistance import Ranking, ranking
from shared.benefit.upper_funds.large_amount import LargeAmountRule
from shared.benefit.upper_funds.serious_illness import SeriousIllnessRule
from shared.benefit.words.ratio_words import Words, outpatient_ratio_words, pool_ratio_words


@dataclass(frozen=True, slots=True)
class InpatientPlan:
    """Steps 3 to 8 for one tier, filing and retirement."""

    policy_id: str
    clause: str
    tier: str
    deductible: DeductibleRule
    pool_scale: Scale
    bands_from_zero: bool
    ratio_bp: int | None
    ratio_words: Words
    pool_cap_fen: int
    large_amount: LargeAmountRule | None
    serious_illness: SeriousIllnessRule | None
    assistance: Ranking


@dataclass(frozen=True, slots=True)
class OutpatientPlan:
    """Step 9 for one outpatient fund, tier, filing and retirement."""

    policy_id: str
    clause: str
    deductible_fen: int
    ratio_bp: int
    ratio_words: Words
    cap_fen: int


Plan = InpatientPlan | OutpatientPlan


def inpatient_plan(
    policy: Policy, inpatient: Inpatient, tier_name: str, filing: FilingUsed, retired: bool
) -> InpatientPlan:
    """The plan of a stay; the tier is one of the policy's."""
    tier = inpatient.tiers[tier_name]
    cut_bp = policy.out_of_area.cut_bp(filing)
    scale = pool_scale(policy, tier.ratio_bands, cut_bp, retired)
    ratio_bp = display_bp(scale[0][1]) if tier.bands is None else None
    upper_cut_bp = cut_bp if policy.out_of_area.cut_serious_illness else 0
    return InpatientPlan(
        policy_id=policy.policy_id,
        clause=policy.clause,
        tier=tier_name,
        deductible=deductible_rule(inpatient, tier),
        pool_scale=scale,
        bands_from_zero=inpatient.bands_from == "zero",
        ratio_bp=ratio_bp,
        ratio_words=pool_ratio_words(policy, tier_name, tier, filing, retired, ratio_bp),
        pool_cap_fen=inpatient.pool_cap_fen,
        large_amount=_large_amount(policy, upper_cut_bp),
        serious_illness=_serious_illness(policy, upper_cut_bp),
        assistance=ranking(policy.assistance or {}),
    )


def _large_amount(policy: Policy, cut_bp: int) -> LargeAmountRule | None:
    table = policy.large_amount
    return LargeAmountRule(table.ratio_bp - cut_bp, table.cap_fen) if table else None


def _serious_illness(policy: Policy, cut_bp: int) -> SeriousIllnessRule | None:
    table = policy.serious_illness
    if table is None:
        return None
    scale = tuple((band.up_to_fen, band.ratio_bp - cut_bp) for band in table.bands)
    return SeriousIllnessRule(table.deductible_fen, scale, table.cap_fen)


def outpatient_table(policy: Policy, kind: VisitKind, disease: str | None) -> Outpatient | None:
    """The fund an outpatient or pharmacy bill is settled under; None where the policy lacks it."""
    if kind == "outpatient_chronic":
        return (policy.outpatient_chronic or {}).get(disease or "")
    if kind == "pharmacy" and policy.pharmacy:
        return policy.pharmacy
    return policy.outpatient_general


def outpatient_plan(
    policy: Policy, table: Outpatient, tier: str, filing: FilingUsed, retired: bool
) -> OutpatientPlan:
    """The plan of an outpatient or pharmacy bill; no cut unless the table says so (001 (五))."""
    bonus_bp = table.retired_ratio_bonus_bp if retired else 0
    cut_bp = policy.out_of_area.cut_bp(filing) if table.cut else 0
    own_cap = table.retired_cap_fen if retired else None
    return OutpatientPlan(
        policy_id=policy.policy_id,
        clause=policy.clause,
        deductible_fen=table.deductible_fen,
        ratio_bp=table.tiers[tier] + bonus_bp - cut_bp,
        ratio_words=outpatient_ratio_words(tier, table.tiers[tier], bonus_bp, cut_bp, filing),
        cap_fen=table.cap_fen if own_cap is None else own_cap,
    )
