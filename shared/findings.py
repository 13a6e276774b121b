"""Findings (问题): what is wrong at one place of a file that people write, in Chinese and English.

Files of policies and bills are refused with these. A message is answered by code; what is wrong with a field
of it is told in the same words.
"""

from collections.abc import Iterable
from typing import NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails


class Finding(NamedTuple):
    """What is wrong, and where: `inpatient.tiers.3.ratio_bp`; an empty place is the whole file."""

    place: str
    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.place}: {self.zh} / {self.en}" if self.place else f"{self.zh} / {self.en}"


class InvalidFileError(ValueError):
    """A file breaks its form or its rules; `findings` names each place."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(map(str, self.findings)))


_WORDS = {
    "missing": ("缺少此项", "is missing"),
    "extra_forbidden": ("没有这一项", "is not a known key"),
    "unexpected_keyword_argument": ("没有这一项", "is not a known key"),
    "union_tag_not_found": ("缺少 {discriminator}", "{discriminator} is missing"),
    "union_tag_invalid": ("{discriminator} 应为 {expected_tags}", "{discriminator} must be {expected_tags}"),
    "int_type": ("应为整数", "must be an integer"),
    "bool_type": ("应为 true 或 false", "must be true or false"),
    "string_type": ("应为字符串", "must be a string"),
    "model_type": ("应为对象", "must be a table of keys"),
    "dict_type": ("应为对象", "must be a table of keys"),
    "dataclass_type": ("应为对象", "must be a table of keys"),
    "tuple_type": ("应为列表", "must be a list"),
    "list_type": ("应为列表", "must be a list"),
    "int_parsing_size": ("整数过大", "is too large an integer"),
    "int_from_float": ("应为整数", "must be an integer"),
    "int_parsing": ("应为整数", "must be an integer"),
    "date_parsing": ("应为日期 YYYY-MM-DD", "must be a date YYYY-MM-DD"),
    "date_from_datetime_parsing": ("应为日期 YYYY-MM-DD", "must be a date YYYY-MM-DD"),
    "date_from_datetime_inexact": ("应为日期 YYYY-MM-DD", "must be a date YYYY-MM-DD"),
    "date_type": ("应为日期 YYYY-MM-DD", "must be a date YYYY-MM-DD"),
    "date_form": ("应为日期 YYYY-MM-DD", "must be a date YYYY-MM-DD"),
    "month_day_form": ("应为每年都有的月日 MM-DD", "must be a month and day MM-DD of every year"),
    "quantity_form": ("数量应为至多4位小数的数字串", "must be a decimal string with up to 4 decimals"),
    "price_form": ("价格应为至多6位小数的非负数字串", "must be a decimal string with up to 6 decimals"),
    "literal_error": ("只能是 {expected}", "must be {expected}"),
    "greater_than_equal": ("不得小于 {ge}", "must not be below {ge}"),
    "greater_than": ("应大于 {gt}", "must be above {gt}"),
    "less_than": ("应小于 {lt}", "must be below {lt}"),
    "decimal_max_places": ("至多 {decimal_places} 位小数", "has at most {decimal_places} decimals"),
    "less_than_equal": ("不得大于 {le}", "must not be above {le}"),
    "string_pattern_mismatch": ("格式应为 {pattern}", "must have the form {pattern}"),
    "string_too_short": ("不得为空", "must not be empty"),
    "string_too_long": ("不得超过 {max_length} 字符", "must not be longer than {max_length} characters"),
    "too_short": ("不得为空", "must not be empty"),
    "too_long": ("不得超过 {max_length} 项", "must not be longer than {max_length}"),
    "json_invalid": ("不是有效的JSON：{error}", "is not JSON: {error}"),
}  # fmt: skip
# No fault of its own: a default that follows from other members is not worked out beside a faulty one.
_FOLLOWING = ("default_factory_not_called",)


def form_findings(error: ValidationError) -> tuple[Finding, ...]:
    """What pydantic found, in our words."""
    return tuple(
        _told(detail)
        for detail in error.errors()
        if detail["type"] not in _FOLLOWING and (detail["type"] != "too_short" or not detail["input"])
    )


def words_of(detail: ErrorDetails) -> tuple[str, str]:
    """What is wrong with a field, in Chinese and English, without the value, which may be about a person."""
    if detail["type"] not in _WORDS:
        return "格式不对", detail["msg"]
    zh, en = _WORDS[detail["type"]]
    context = detail.get("ctx", {})
    return zh.format(**context), en.format(**context)


def _told(detail: ErrorDetails) -> Finding:
    place = ".".join(str(part) for part in detail["loc"] if part != "[key]")
    return Finding(place, *words_of(detail))
