"""The words on a settlement slip (结算单用语), each in Chinese and English."""

from collections.abc import Mapping

from shared.benefit.words.ratio_words import Words
from shared.codes import built_in


class Captions:
    """The words of one language: of a table's word by its name, of a pair as it stands."""

    def __init__(self, *, english: bool) -> None:
        self._place = int(english)
        self.english = english

    def __call__(self, name: str) -> str:
        """A caption of the slip."""
        return _CAPTIONS[name][self._place]

    def of(self, words: Words) -> str:
        """One of two."""
        return words[self._place]

    def code(self, table: Mapping[str, Words], code: str) -> str:
        """What a code means; the code itself where the table does not have it."""
        return table[code][self._place] if code in table else code


_CAPTIONS: dict[str, Words] = {
    "title": ("异地就医医疗费用结算单", "Settlement of medical costs across regions"),
    "title_at_home": ("医疗费用结算单", "Settlement of medical costs"),
    "taken_back": ("（已冲正，作废）", " (taken back, void)"),
    "settlement_id": ("结算号", "Settlement"),
    "settled_on": ("结算日期", "Settled on"),
    "visit_id": ("就诊号", "Visit"),
    "person_id": ("人员标识", "Person"),
    "kind": ("医疗类别", "Kind of care"),
    "institution": ("医疗机构", "Institution"),
    "tier": ("医院等级", "Tier"),
    "counts_as": ("，参保地按{}计", ", counts as {} at home"),
    "treatment_area": ("就医地", "Treated in"),
    "insured_area": ("参保地", "Insured in"),
    "scheme": ("险种", "Scheme"),
    "dates": ("就诊日期", "Dates of care"),
    "days": ("，{} 天", ", {} days"),
    "stay_part": ("所属住院", "Part of the stay"),
    "part_goes_on": ("，第 {} 段，中途结算", ", part {}, settled in between"),
    "part_last": ("，第 {} 段，末段", ", part {}, the last"),
    "filing": ("备案", "Filing"),
    "policy": ("待遇政策", "Policy"),
    "calculator": ("计算平台", "Worked out on"),
    "ratio": ("统筹支付比例", "Ratio of the pool"),
    "banded": ("分段", "by bands"),
    "fees": ("费用（元）", "Costs (yuan)"),
    "category": ("费用类别", "Category"),
    "amount": ("金额", "Amount"),
    "class_a": ("甲类", "Class A"),
    "class_b": ("乙类", "Class B"),
    "self_pay": ("自费", "Self-paid"),
    "other": ("其他", "Other"),
    "total": ("合计", "Total"),
    "steps": ("计算过程（元）", "How it was worked out (yuan)"),
    "item": ("项目", "Item"),
    "how": ("计算说明", "How"),
    "clause": ("依据", "Clause"),
    "all_by": ("各项依据：", "All by: "),
    "sums": ("支付（元）", "Who pays (yuan)"),
    "fund": ("基金支付合计", "Paid by the funds"),
    "account": ("个人账户支付", "Paid from the account"),
    "cash": ("个人现金支付", "Paid in cash"),
    "words": ("大写", "In words"),
    "patient": ("患者或家属签字：____________", "Patient: ____________"),
    "officer": ("经办人：____________", "Clerk: ____________"),
    "seal": ("医疗机构（章）    ____年__月__日", "Institution (seal)    date: ____________"),
    "page": ("第 {} 页", "Page {}"),
}
STEPS: dict[str, Words] = {
    "total": ("医疗费总额", "Total of the bill"),
    "personal.full_self_pay": ("全自费", "Outside the catalogue"),
    "personal.over_limit": ("超限价", "Above the price limit"),
    "personal.pre_self_pay": ("先行自付", "Patient's share first"),
    "in_scope": ("政策范围内", "In scope"),
    "deductible": ("起付线", "Deductible"),
    "ratio": ("支付比例", "Ratio"),
    "fund.pool": ("统筹基金", "Pool"),
    "fund.large_amount": ("大额补助", "Large-amount fund"),
    "fund.serious_illness": ("大病保险", "Serious illness"),
    "fund.assistance": ("医疗救助", "Medical assistance"),
    "personal.in_scope": ("范围内个人负担", "Patient's part in scope"),
    "account": ("个人账户", "Personal account"),
    "cash": ("个人现金", "Cash"),
}
KINDS: dict[str, Words] = {
    "inpatient": ("住院", "inpatient stay"),
    "outpatient_general": ("普通门诊", "outpatient"),
    "outpatient_chronic": ("门诊慢特病", "chronic disease, outpatient"),
    "pharmacy": ("药店购药", "pharmacy"),
}
SCHEMES: dict[str, Words] = {
    "310": ("职工基本医疗保险", "employees"),
    "390": ("城乡居民基本医疗保险", "residents"),
    "380": ("新型农村合作医疗", "NRCMS"),
}
FILINGS: dict[str, Words] = {
    "home": ("参保地就医", "care at home"),
    "long_term": ("异地长期居住", "long-term residence"),
    "referral": ("异地转诊", "referral"),
    "emergency": ("异地急诊抢救", "emergency"),
    "other_temporary": ("其他临时外出就医", "other temporary care"),
    "none": ("未备案", "not filed"),
}
CALCULATORS: dict[str, Words] = {
    "PROVINCE": ("省级平台", "the province's platform"),
    "NATIONAL_HOSTED": ("国家平台代算", "the national platform, hosted"),
}
_CATEGORIES_EN = {
    "01": "Bed", "02": "Consultation", "03": "Examination", "04": "Laboratory", "05": "Treatment",
    "06": "Surgery", "07": "Nursing", "08": "Materials", "09": "Western medicine", "10": "Herbs",
    "11": "Chinese patent medicine", "12": "General treatment", "13": "Registration", "14": "Other",
}  # fmt: skip
_TIERS: dict[str, Words] = {"1": ("一级", "1"), "2": ("二级", "2"), "3": ("三级", "3")}


def category_words(category: str) -> Words:
    """A national fee category (费用类别) in words; the code where there is no such category."""
    zh = built_in()["fee_categories"].codes.get(category, category)
    return zh, _CATEGORIES_EN.get(category, category)


def tier_words(tier: str) -> Words:
    """A hospital's tier (医院等级) in words: `3甲` → 三级甲等; what an area names otherwise as it is."""
    if tier[:1] not in _TIERS or len(tier) > 2:
        return tier, tier
    zh, _ = _TIERS[tier[:1]]
    return f"{zh}{tier[1:]}等" if tier[1:] else zh, tier
