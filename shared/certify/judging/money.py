"""Whether claims and confirmations were right (回款与清算评判). Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.certify.cases.case import Case, Words
from shared.certify.seen import Seen


def claims(case: Case, seen: Seen) -> Iterator[Words]:
    """Finds claims that lack a settlement in force of their month, or hold another one of this case.

    What else the adapter's books hold, of runs before, is its own.
    """
    ids = {letter: id for letter in case.visits if (id := _settlement_id(seen, letter))}
    for letters in (step.fields["of"] for one in case.sittings for step in one.steps if step.do == "claim"):
        right = {id for letter, id in ids.items() if letter in letters}
        for asked, answer in seen.accepted():
            if asked.kind == "ClaimAdvances":
                yield from _claim(asked.body, answer.result, right, set(ids.values()) - right)


def _settlement_id(seen: Seen, letter: str) -> str:
    found = seen.visits.get(letter) or {}
    return str((found.get("settlement") or {}).get("settlement_id", ""))


def _claim(
    body: Mapping[str, Any], result: Mapping[str, Any], right: set[str], wrong: set[str]
) -> Iterator[Words]:
    claimed = {str(line.get("settlement_id")) for line in body.get("lines", ())}
    for id in sorted(right - claimed):
        yield Words(
            f"回款申请缺上月有效的结算 {id}", f"the claim lacks {id}, a settlement in force of its month"
        )
    for id in sorted(wrong & claimed):
        yield Words(
            f"回款申请含不应含的结算 {id}", f"the claim holds {id}, which is of another month or taken back"
        )
    for verdict in result.get("verdicts", ()):
        if verdict["code"] != "ACCEPTED" and verdict["settlement_id"] in right:
            yield Words(
                f"申请中一笔未通过：{verdict['code']}",
                f"a line of the claim was not accepted: {verdict['code']}",
            )


def confirmations(case: Case, seen: Seen) -> Iterator[Words]:
    """Finds confirmations that dispute lines: nothing is wrong with those of the cases."""
    for asked, _ in seen.accepted():
        if asked.kind == "ConfirmStatement" and (disputed := asked.body.get("disputed")):
            yield Words(
                f"确认时对 {len(disputed)} 条无误的明细提出异议",
                f"the confirmation disputes {len(disputed)} lines with which nothing is wrong",
            )
