"""A policy, or what two of them say differently, as tables for people."""

from itertools import groupby

from rich.table import Column, Table

from services.cli.output import screen
from shared.benefit.policy.diff import Difference
from shared.benefit.policy.form import Policy
from shared.benefit.policy.members import Member, members
from shared.benefit.words.ratio_words import Words

_SECTIONS = {
    "out_of_area": "异地就医 / Out of area",
    "inpatient": "住院 / Inpatient",
    "retired": "退休人员 / Retired",
    "large_amount": "大额补助 / Large amount",
    "serious_illness": "大病保险 / Serious illness",
    "assistance": "医疗救助 / Assistance",
    "outpatient_general": "普通门诊 / Outpatient",
    "pharmacy": "药店 / Pharmacy",
    "outpatient_chronic": "门诊慢特病 / Chronic diseases",
}
_HEAD = "政策 / Policy"


def print_policy(policy: Policy) -> None:
    """Prints every member with its value in words, a table for each part of the file."""
    console = screen()
    for title, section in groupby(members(policy).values(), _title):
        columns = (Column(head, overflow="fold") for head in ("项目", "item", "值 / value"))
        table = Table(*columns, title=title, title_justify="left")
        for member in section:
            table.add_row(member.zh, member.en, _both(member.words))
        console.print(table)


def _title(member: Member) -> str:
    return _SECTIONS.get(member.place.partition(".")[0], _HEAD)


def _both(words: Words) -> str:
    return words[0] if words[0] == words[1] else "\n".join(words)


def print_differences(before: str, after: str, found: list[Difference]) -> None:
    """Prints each difference as one line in two languages behind its place."""
    console = screen()
    if not found:
        console.print(f"{before}, {after}: 内容相同 / they say the same", soft_wrap=True)
    for difference in found:
        console.print(f"{difference.place}: {difference.zh} / {difference.en}", soft_wrap=True)
