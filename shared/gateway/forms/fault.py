"""What the gateway itself refuses (网关差错), before or beside the bus: a code, where, and what to do."""

import csv
from functools import cache
from pathlib import Path

from shared.messages.answer import Answer

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


def of_answer(answer: Answer) -> str:
    """The message of a refusal from the bus, in the form's one field."""
    texts = (answer.text_zh, answer.text_en, answer.advice_zh, answer.advice_en)
    days = "; ".join(f"{day.cost_on} {day.lines} {day.total_fen}" for day in answer.days)
    where = " ".join(filter(None, (answer.where, days)))
    return err_msg(*texts, code=answer.code, where=where)


def err_msg(text_zh: str, text_en: str, advice_zh: str, advice_en: str, *, code: str, where: str) -> str:
    """A refusal as one line (错误信息)."""
    place = f" [{where}]" if where else ""
    return f"{code}{place}: {text_zh}；{advice_zh} / {text_en}. {advice_en}"
