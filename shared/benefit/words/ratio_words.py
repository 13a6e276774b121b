"""How a ratio came about, in words: made once a plan, for the derivation of every bill under it."""

from shared.benefit.policy.form import WHOLE_BP, FilingUsed, InpatientTier, Policy
from shared.money import yuan

Words = tuple[str, str]
"""Chinese and English."""

_FILING = {
    "home": ("参保地就医", "at home"),
    "long_term": ("异地长期居住备案", "long-term filing"),
    "referral": ("异地转诊", "referral"),
    "emergency": ("异地急诊抢救", "emergency"),
    "other_temporary": ("其他临时外出就医", "other temporary"),
    "none": ("未备案", "not filed"),
}


def percent(bp: int) -> str:
    """Basis points as percent: `8400` → `84%`, `6550` → `65.5%`."""
    whole, rest = divmod(bp, 100)
    return f"{whole}.{rest:02d}".rstrip("0") + "%" if rest else f"{whole}%"


def _changes(bonus_bp: int, cut_bp: int, filing: FilingUsed) -> Words:
    zh, en = _FILING[filing]
    bonus = (f"，退休 +{percent(bonus_bp)}", f", retired +{percent(bonus_bp)}") if bonus_bp else ("", "")
    cut = (f"，{zh} −{percent(cut_bp)}", f", {en} −{percent(cut_bp)}") if cut_bp else (f"，{zh}", f", {en}")
    return bonus[0] + cut[0], bonus[1] + cut[1]


def _scale(tier: InpatientTier) -> Words:
    if tier.ratio_bp is not None:
        return percent(tier.ratio_bp), percent(tier.ratio_bp)
    zh, en = [], []
    for band in tier.ratio_bands:
        ratio = percent(band.ratio_bp)
        limit = band.up_to_fen
        zh.append(f"至{yuan(limit)}元 {ratio}" if limit is not None else f"以上 {ratio}")
        en.append(f"{ratio} to {yuan(limit)}" if limit is not None else f"{ratio} above")
    return "、".join(zh), ", ".join(en)


def pool_ratio_words(
    policy: Policy,
    tier_name: str,
    tier: InpatientTier,
    filing: FilingUsed,
    retired: bool,
    ratio_bp: int | None,
) -> Words:
    """The inpatient pool's ratio: tier, retired bonus, cut of the filing, own share; what it comes to."""
    extra = policy.retired if retired else None
    zh, en = _scale(tier)
    changes = _changes(extra.ratio_bonus_bp if extra else 0, policy.out_of_area.cut_bp(filing), filing)
    own = extra.own_share_bp if extra else WHOLE_BP
    own_zh = f"，个人负担部分按{percent(own)}计" if own != WHOLE_BP else ""
    own_en = f", the patient's share × {percent(own)}" if own != WHOLE_BP else ""
    result = f" = {percent(ratio_bp)}" if ratio_bp is not None else ""
    return (
        f"支付比例（{tier_name}级医院 {zh}{changes[0]}{own_zh}{result}）适用于",
        f"Ratio (tier {tier_name} {en}{changes[1]}{own_en}{result}) of",
    )


def outpatient_ratio_words(tier: str, ratio_bp: int, bonus_bp: int, cut_bp: int, filing: FilingUsed) -> Words:
    """An outpatient fund's ratio; the filing is named only where it cuts."""
    ratio = percent(ratio_bp)
    zh, en = _changes(bonus_bp, cut_bp, filing) if bonus_bp or cut_bp else ("", "")
    return f"支付比例（{tier}级机构 {ratio}{zh}）适用于", f"Ratio (tier {tier} {ratio}{en}) of"
