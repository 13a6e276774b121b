"""What each member of a policy file (待遇政策) is called, and how its value reads, in Chinese and English.

One table names every member of the form, so that showing a policy and comparing two need no branches. What a
member does to a bill is not here.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from shared.benefit.policy.form import Policy
from shared.benefit.words.ratio_words import Words, percent
from shared.money import yuan

Path = tuple[str, ...]
_InWords = Callable[[Any], Words]


class Member(NamedTuple):
    """One member as a policy states it: place in the file, name in both languages, value as in the file
    (dates as ISO strings), and the value in words.
    """

    place: str
    zh: str
    en: str
    value: Any
    words: Words


class _Row(NamedTuple):
    pattern: Path
    zh: str
    en: str
    words: _InWords


def _one(words: Callable[[Any], str]) -> _InWords:
    return lambda value: (words(value), words(value))


def _choice(**words: Words) -> _InWords:
    return words.__getitem__


def _yes_no(value: bool) -> Words:
    return ("是", "yes") if value else ("否", "no")


def _percents(ratios_bp: list[int]) -> Words:
    return "、".join(map(percent, ratios_bp)), ", ".join(map(percent, ratios_bp))


def _bands(bands: list[dict[str, int]]) -> Words:
    limits = [yuan(band["up_to_fen"]) if "up_to_fen" in band else None for band in bands]
    ratios = [percent(band["ratio_bp"]) for band in bands]
    told = list(zip(limits, ratios, strict=True))
    zh = (f"至{limit}元 {ratio}" if limit else f"以上 {ratio}" for limit, ratio in told)
    en = (f"{ratio} to {limit} yuan" if limit else f"{ratio} above" for limit, ratio in told)
    return "、".join(zh), ", ".join(en)


def _sources(sources: list[dict[str, str]]) -> str:
    return "; ".join(f"{source['document']} {source['clause']}".strip() for source in sources) or "-"


_TEXT, _RATIO, _SOURCES = _one(str), _one(percent), _one(_sources)


def _fen(fen: int) -> Words:
    return f"{yuan(fen)}元", f"{yuan(fen)} yuan"


_SCHEMES = _choice(**{"310": ("职工", "employees"), "390": ("居民", "residents"), "380": ("新农合", "NRCMS")})
_LEVELS = _choice(national=("国家", "national"), province=("省", "province"), city=("市", "city"))
_MODES = _choice(
    treatment=("就医地", "treatment place"),
    insured=("参保地", "insured place"),
    provincial=("全省", "provincial"),
)
_CALCULATORS = _choice(
    PROVINCE=("省级平台", "the province's platform"),
    NATIONAL_HOSTED=("国家平台代算", "hosted on the national one"),
)
_UNFILED = _choice(cut=("按其他临时外出降低", "cut as other temporary"), refuse=("不予直接结算", "refused"))
_TRANSFER = _choice(
    none=("不连续计算", "not continued"), difference=("补差额", "the difference"), waive=("免收", "waived")
)
_FROM = _choice(zero=("从零起", "zero"), deductible=("从起付线起", "the deductible"))

_PLAIN: tuple[tuple[str, str, str, _InWords], ...] = (
    ("version", "格式版本", "form version", _TEXT),
    ("policy_id", "政策编号", "policy id", _TEXT),
    ("insured_area", "参保地", "insured area", _TEXT),
    ("scheme", "险种", "scheme", _SCHEMES),
    ("in_force_from", "施行日期", "in force from", _TEXT),
    ("in_force_until", "失效日期（不含当日）", "in force until (exclusive)", _TEXT),
    ("issuer_level", "发文层级", "issuer level", _LEVELS),
    ("replaces", "替代的政策", "replaces", _TEXT),
    ("sources", "依据", "sources", _SOURCES),
    ("catalog_mode", "执行目录", "catalogue", _MODES),
    ("calculator", "结算计算平台", "worked out on", _CALCULATORS),
    ("out_of_area.long_term_cut_bp", "异地长期居住降低", "cut for long-term residents", _RATIO),
    ("out_of_area.referral_cut_bp", "异地转诊降低", "cut for a referral", _RATIO),
    ("out_of_area.emergency_cut_bp", "异地急诊抢救降低", "cut for an emergency", _RATIO),
    ("out_of_area.other_temporary_cut_bp", "其他临时外出降低", "cut for other temporary care", _RATIO),
    ("out_of_area.unfiled", "未备案", "unfiled care", _UNFILED),
    ("out_of_area.cut_serious_illness", "降低适用于大额和大病", "cut of the upper funds too", _yes_no),
    ("inpatient.pool_cap_fen", "统筹基金年度限额", "yearly cap of the pool", _fen),
    ("inpatient.stay_deductible_bp", "历次住院起付线系数", "deductible by stay of the year", _percents),
    ("inpatient.deductible_transfer", "转院起付线", "deductible on a transfer", _TRANSFER),
    ("inpatient.bands_from", "分段起点", "bands counted from", _FROM),
    ("inpatient.tiers.<tier>.deductible_fen", "{tier_zh}医院住院起付线",
     "inpatient deductible of tier {tier}", _fen),
    ("inpatient.tiers.<tier>.ratio_bp", "{tier_zh}医院住院支付比例",
     "inpatient ratio of tier {tier}", _RATIO),
    ("inpatient.tiers.<tier>.bands", "{tier_zh}医院住院分段支付比例",
     "inpatient bands of tier {tier}", _bands),
    ("retired.ratio_bonus_bp", "退休人员住院比例提高", "retired bonus, inpatient", _RATIO),
    ("retired.own_share_bp", "退休人员自付系数", "retirees' share of the patient's part", _RATIO),
    ("large_amount.ratio_bp", "大额补助支付比例", "large-amount ratio", _RATIO),
    ("large_amount.cap_fen", "大额补助年度限额", "large-amount yearly cap", _fen),
    ("serious_illness.deductible_fen", "大病保险起付线", "serious-illness deductible", _fen),
    ("serious_illness.cap_fen", "大病保险年度限额", "serious-illness yearly cap", _fen),
    ("serious_illness.bands", "大病保险分段支付比例", "serious-illness bands", _bands),
    ("assistance.<identity>.ratio_bp", "医疗救助（{identity}）比例", "assistance ratio ({identity})", _RATIO),
    ("assistance.<identity>.deductible_fen", "医疗救助（{identity}）年度起付线",
     "assistance yearly deductible ({identity})", _fen),
    ("assistance.<identity>.cap_fen", "医疗救助（{identity}）年度限额",
     "assistance yearly cap ({identity})", _fen),
)  # fmt: skip
_FUNDS = (
    ("outpatient_general", "普通门诊", "outpatient"),
    ("pharmacy", "药店", "pharmacy"),
    ("outpatient_chronic.<disease>", "门诊慢特病{disease}", "chronic disease {disease}"),
)
_OF_A_FUND: tuple[tuple[str, str, str, _InWords], ...] = (
    ("deductible_fen", "年度起付线", "yearly deductible", _fen),
    ("cap_fen", "年度限额", "yearly cap", _fen),
    ("tiers.<tier>", "{tier_zh}机构支付比例", "ratio of tier {tier}", _RATIO),
    ("retired_ratio_bonus_bp", "退休人员比例提高", "retired bonus", _RATIO),
    ("retired_cap_fen", "退休人员年度限额", "retirees' yearly cap", _fen),
    ("cut", "适用异地降低", "takes the cuts", _yes_no),
)
_ROWS = tuple(
    _Row(tuple(place.split(".")), zh, en, words)
    for place, zh, en, words in chain(
        _PLAIN,
        (
            (f"{fund}.{key}", f"{fund_zh}{zh}", f"{fund_en} {en}", words)
            for fund, fund_zh, fund_en in _FUNDS
            for key, zh, en, words in _OF_A_FUND
        ),
    )
)
_TIERS = {"1": "一级", "2": "二级", "3": "三级"}


def members(policy: Policy) -> dict[Path, Member]:
    """Every member the policy states, defaults filled in, by its path and in the order of the form.

    Raises LookupError for a member that no row of the table names.
    """
    return dict(_walk(policy.model_dump(mode="json", exclude_none=True), ()))


def _walk(value: Any, path: Path) -> Iterator[tuple[Path, Member]]:
    row = next((row for row in _ROWS if _matches(row.pattern, path)), None)
    if row:
        yield path, _member(row, path, value)
    elif value == {}:
        # A table without diseases is not the absence of the table: another refusal follows.
        place = ".".join(path)
        yield path, Member(place, place, place, value, ("空表", "an empty table"))
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield from _walk(below, (*path, key))
    else:
        raise LookupError(".".join(path))


def _matches(pattern: Path, path: Path) -> bool:
    return len(pattern) == len(path) and all(
        part == key or part.startswith("<") for part, key in zip(pattern, path, strict=True)
    )


def _member(row: _Row, path: Path, value: Any) -> Member:
    names = {
        part.strip("<>"): key for part, key in zip(row.pattern, path, strict=True) if part.startswith("<")
    }
    tier = names.get("tier", "")
    zh = row.zh.format(tier_zh=_TIERS.get(tier, f"{tier}级"), **names)
    return Member(".".join(path), zh, row.en.format(**names), value, row.words(value))
