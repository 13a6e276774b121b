"""What the gateway itself refuses (网关差错), before or beside the bus: a code, where, and what to do."""

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from shared.messages.answer import Answer
from shared.money import yuan

_TABLE = Path(__file__).with_name("faults.csv")


class FaultError(Exception):
    """A transaction that the gateway refuses; `code` stands in `faults.csv`."""

    def __init__(self, code: str, where: str = "") -> None:
        self.code, self.where = code, where
        super().__init__(err_msg(*faults()[code], code=code, where=where))


@cache
def faults() -> dict[str, tuple[str, str, str, str]]:
    """Code → what happened and what to do, Chinese and English."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        names = ("text_zh", "text_en", "advice_zh", "advice_en")
        return {row["code"]: tuple(row[name] for name in names) for row in csv.DictReader(file)}  # type: ignore[misc]


# What the bus calls a field, and what the form does; what an answer has beside its text, and this one field.
_FIELDS = {
    "person_id": "psn_no",
    "visit_id": "mdtrt_id",
    "institution_id": "fixmedins_code",
    "cost_on": "fee_ocur_time",
    "admitted_on": "begntime",
    "discharged_on": "endtime",
    "service_on": "begntime",
    "starts_on": "begndate",
    "destination_area": "mdtrtarea_admdvs",
    "control": "medfee_sumamt",
    "settlement_id": "setl_id",
    "continues_visit_id": "refl_old_mdtrt_id",
    "corrects_page_id": "exp_content",
    "credential": "mdtrt_cert_type",
    "credential_id": "mdtrt_cert_no",
    "sealed": "mdtrt_cert_no",
}
_ADVICE = {
    "“days”": "方括号内各日",
    "“where”": "方括号内",
    "“later”": "方括号内箭头前后",
    "“guide”": "方括号内",
    "`days`": "the days in the bracket",
    "`where`": "the bracket",
    "`later`": "the bracket",
    "`guide`": "the bracket",
    "continues_visit_id": "refl_old_mdtrt_id",
    "corrects_page_id": "exp_content",
}
_FEN = re.compile(r"(-?[0-9]+) fen")


def of_answer(answer: Answer) -> str:
    """The message of a refusal from the bus, in the form's one field and its words: yuan, its field names."""
    texts = (answer.text_zh, answer.text_en, answer.advice_zh, answer.advice_en)
    where = "; ".join(filter(None, (_in_form(answer.where, _FIELDS), *_told_beside(answer))))
    where = _FEN.sub(lambda found: f"{yuan(int(found[1]))} 元 / yuan", where)
    return err_msg(*(_in_form(text, _ADVICE) for text in texts), code=answer.code, where=where)


def _told_beside(answer: Answer) -> Iterator[str]:
    """What an answer lists beside its text: days held, what later settlements become, filings still open."""
    for day in answer.days:
        yield f"{day.cost_on}: {day.lines} 条 / lines, {yuan(day.total_fen)}"
    for one in answer.later:
        after = one.code if one.new_personal_fen is None else yuan(one.new_personal_fen)
        yield f"{one.visit_id}: {yuan(one.personal_fen)} → {after}"
    if answer.guide:
        yield f"{answer.guide.destination_area}: {' '.join(answer.guide.kinds)}"


def _in_form(text: str, words: dict[str, str]) -> str:
    for ours, form in words.items():
        text = re.sub(rf"(?<![A-Za-z_]){re.escape(ours)}(?![A-Za-z_])", form, text)
    return text


def err_msg(text_zh: str, text_en: str, advice_zh: str, advice_en: str, *, code: str, where: str) -> str:
    """A refusal as one line (错误信息)."""
    place = f" [{where}]" if where else ""
    return f"{code}{place}: {text_zh}；{advice_zh} / {text_en}. {advice_en}"
