"""Reading a policy (待遇政策): its form, the rules between its keys, and what looks like a slip.

A policy that breaks a rule is refused whole, each fault with its place; nothing is clamped.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from pydantic import ValidationError

from shared.benefit.policy.form import FILINGS_USED, WHOLE_BP, Band, Bands, Policy
from shared.findings import Finding, InvalidFileError, form_findings

__all__ = ["InvalidPolicyError", "Policy", "parse_policy", "policy_warnings"]


class InvalidPolicyError(InvalidFileError):
    """The policy breaks its form or its rules; `findings` names each place."""


def parse_policy(mapping: Mapping[str, Any]) -> Policy:
    """The policy in a TOML file or a JSON object; raises PolicyInvalid with every finding.

    Faults of form are told first, alone; the rules are tried on a well-formed policy.
    """
    try:
        policy = Policy.model_validate(dict(mapping))
    except ValidationError as error:
        raise InvalidPolicyError(form_findings(error)) from None
    if faults := [fault for rule in _RULES for fault in rule(policy)]:
        raise InvalidPolicyError(faults)
    return policy


def policy_warnings(policy: Policy) -> tuple[Finding, ...]:
    """What is allowed and yet looks like a slip of the pen; a warning refuses nothing."""
    return tuple(finding for look in _LOOKS for finding in look(policy))


class _Ratio(NamedTuple):
    place: str
    ratio_bp: int
    bonus_bp: int
    is_cut: bool


def _ratios(policy: Policy) -> Iterator[_Ratio]:
    bonus_bp = policy.retired.ratio_bonus_bp if policy.retired else 0
    for tier, table in policy.inpatient.tiers.items() if policy.inpatient else ():
        place = f"inpatient.tiers.{tier}"
        if table.ratio_bp is not None:
            yield _Ratio(f"{place}.ratio_bp", table.ratio_bp, bonus_bp, True)
        for index, band in enumerate(table.bands or ()):
            yield _Ratio(f"{place}.bands.{index}.ratio_bp", band.ratio_bp, bonus_bp, True)
    is_cut = policy.out_of_area.cut_serious_illness
    if policy.large_amount:
        yield _Ratio("large_amount.ratio_bp", policy.large_amount.ratio_bp, 0, is_cut)
    for index, band in enumerate(policy.serious_illness.bands if policy.serious_illness else ()):
        yield _Ratio(f"serious_illness.bands.{index}.ratio_bp", band.ratio_bp, 0, is_cut)
    for place, fund in policy.outpatient_tables():
        for tier, ratio_bp in fund.tiers.items():
            yield _Ratio(f"{place}.tiers.{tier}", ratio_bp, fund.retired_ratio_bonus_bp, fund.cut)


def _ratio_faults(policy: Policy) -> Iterator[Finding]:
    worst = max(FILINGS_USED, key=policy.out_of_area.cut_bp)
    for ratio in _ratios(policy):
        highest = ratio.ratio_bp + ratio.bonus_bp
        lowest = ratio.ratio_bp - (policy.out_of_area.cut_bp(worst) if ratio.is_cut else 0)
        if highest > WHOLE_BP:
            zh, en = f"加退休人员提高后为 {highest}", f"with the retired bonus comes to {highest}"
            yield Finding(ratio.place, f"{zh}，超过 {WHOLE_BP}", f"{en}, above {WHOLE_BP}")
        if lowest < 0:
            zh, en = f"减异地就医降低（{worst}）后为 {lowest}", f"after the cut for {worst} comes to {lowest}"
            yield Finding(ratio.place, f"{zh}，低于 0", f"{en}, below 0")


def _interval_faults(policy: Policy) -> Iterator[Finding]:
    if policy.in_force_until <= policy.in_force_from:
        yield Finding("in_force_until", "必须晚于 in_force_from", "must be after in_force_from")


def _replaces_faults(policy: Policy) -> Iterator[Finding]:
    if policy.replaces == policy.policy_id:
        yield Finding("replaces", "不得替代自身", "must not be the policy itself")


def _tier_faults(policy: Policy) -> Iterator[Finding]:
    for tier, table in policy.inpatient.tiers.items() if policy.inpatient else ():
        if (table.ratio_bp is None) == (table.bands is None):
            place = f"inpatient.tiers.{tier}"
            yield Finding(
                place, "ratio_bp 与 bands 必须且只能有一项", "needs either ratio_bp or bands, not both"
            )


def _banded(policy: Policy) -> Iterator[tuple[str, Bands]]:
    for tier, table in policy.inpatient.tiers.items() if policy.inpatient else ():
        if table.bands is not None:
            yield f"inpatient.tiers.{tier}.bands", table.bands
    if policy.serious_illness:
        yield "serious_illness.bands", policy.serious_illness.bands


def _limit_faults(policy: Policy) -> Iterator[Finding]:
    for place, bands in _banded(policy):
        if bands[-1].up_to_fen is not None:
            at = f"{place}.{len(bands) - 1}.up_to_fen"
            yield Finding(at, "最后一档不得有上限", "the last band must have no limit")
        below = 0
        for index, band in enumerate(bands[:-1]):
            if band.up_to_fen is None or band.up_to_fen <= below:
                yield Finding(
                    f"{place}.{index}.up_to_fen", "各档上限必须递增", "limits must rise from band to band"
                )
            below = band.up_to_fen or below


_GAP_BP = 500, 1_000
"""What a stay is paid less, at least and at most, in a hospital one level higher (003 五)."""


def _tier_order(tier: str) -> tuple[int, str]:
    digits = re.match(r"[0-9]*", tier)
    return (int(digits.group() or 0) if digits else 0, tier)


def _ratio_at(bands: Bands, fen: int) -> int:
    return next(band.ratio_bp for band in bands if band.up_to_fen is None or fen < band.up_to_fen)


def _higher_tiers_with_higher_ratios(policy: Policy) -> Iterator[Finding]:
    scales: list[tuple[str, dict[str, Bands]]] = [
        (place, {tier: (Band(ratio_bp=bp),) for tier, bp in table.tiers.items()})
        for place, table in policy.outpatient_tables()
    ]
    if policy.inpatient:
        tiers = policy.inpatient.tiers.items()
        scales.append(("inpatient", {tier: table.ratio_bands for tier, table in tiers}))
    for place, scale in scales:
        order = sorted(scale, key=_tier_order)
        for lower, higher in pairwise(order):
            points = {0, *(band.up_to_fen or 0 for band in scale[lower] + scale[higher])}
            if any(_ratio_at(scale[higher], at) > _ratio_at(scale[lower], at) for at in points):
                zh = f"{higher}级的支付比例高于{lower}级"
                yield Finding(f"{place}.tiers.{higher}", zh, f"pays a higher ratio than tier {lower}")


def _ratios_too_near_or_far(policy: Policy) -> Iterator[Finding]:
    """Levels of hospitals are to lie 5 to 10 points apart in what is paid of a stay (003 五)."""
    tiers = policy.inpatient.tiers if policy.inpatient else {}
    for lower, higher in pairwise(sorted(tiers, key=_tier_order)):
        levels = _tier_order(higher)[0] - _tier_order(lower)[0]
        bands = tiers[lower].ratio_bands, tiers[higher].ratio_bands
        points = sorted({0, *(band.up_to_fen or 0 for band in (*bands[0], *bands[1]))})
        gaps = [_ratio_at(bands[0], at) - _ratio_at(bands[1], at) for at in points]
        outside = [gap for gap in gaps if not _GAP_BP[0] * levels <= gap <= _GAP_BP[1] * levels]
        if levels and outside and min(gaps) >= 0:  # below 0 is told already
            worst = f"{outside[0] // 100}.{outside[0] % 100:02d}".removesuffix(".00")
            zh = f"与{lower}级相差 {worst} 个百分点，每级应相差 5-10 个（003 五）"
            en = f"pays {worst} points less than tier {lower}, not 5 to 10 a level (003 五)"
            yield Finding(f"inpatient.tiers.{higher}", zh, en)


def _retiree_caps_below_the_ordinary(policy: Policy) -> Iterator[Finding]:
    for place, table in policy.outpatient_tables():
        if table.retired_cap_fen is not None and table.retired_cap_fen < table.cap_fen:
            yield Finding(f"{place}.retired_cap_fen", "退休人员限额低于一般限额", "is below the ordinary cap")


def _sources_without_clause(policy: Policy) -> Iterator[Finding]:
    if not policy.sources:
        yield Finding("sources", "没有依据条款", "no source clause")
    for index, source in enumerate(policy.sources):
        if not source.clause.strip():
            yield Finding(f"sources.{index}.clause", "没有依据条款", "no source clause")


_RULES = (_interval_faults, _replaces_faults, _tier_faults, _limit_faults, _ratio_faults)
_LOOKS = (
    _higher_tiers_with_higher_ratios,
    _ratios_too_near_or_far,
    _retiree_caps_below_the_ordinary,
    _sources_without_clause,
)
