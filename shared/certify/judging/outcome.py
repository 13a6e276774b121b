"""Whether the end was right (结果评判): what the desk was told, and how each visit stands. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.certify.cases.case import Case, Words
from shared.certify.cases.document import FILINGS
from shared.certify.judging.expected import bill_of, filing_of, settlements_of, steps_of
from shared.certify.seen import Seen


def luck(case: Case, seen: Seen) -> Iterator[Words]:
    """Finds bad luck that could not come about, so that the case shows nothing."""
    if case.luck and not seen.unlucky:
        kind = case.luck.message
        yield Words(f"意外未能发生：{kind} 未如期发出", f"the bad luck could not happen for lack of {kind}")


def endings(case: Case, seen: Seen) -> Iterator[Words]:
    """Finds programs that did not end by themselves: a desk is told by an exit code, not by a crash."""
    for number, telling in enumerate(seen.tellings, 1):
        if telling.broke_off:
            yield Words(
                f"第 {number} 次办理：程序未自行结束（{telling.broke_off}） {telling.shown}",
                f"sitting {number}: the program did not end by itself ({telling.broke_off}) {telling.shown}",
            )


def desk(case: Case, seen: Seen) -> Iterator[Words]:
    """Finds sittings after which the desk was told something else than what happened."""
    for number, (sitting, telling) in enumerate(zip(case.sittings, seen.tellings, strict=False), 1):
        if sitting.refused_at and telling.went_through:
            yield Words(
                f"第 {number} 次办理：第 {sitting.refused_at} 步未办成，窗口却得知全部办成",
                f"sitting {number}: step {sitting.refused_at} did not go through, and the desk was not told",
            )
        if not sitting.refused_at and not telling.went_through and not telling.broke_off:
            yield Words(
                f"第 {number} 次办理：已可办成，窗口却得到错误 {telling.shown}",
                f"sitting {number}: it could go through, and the desk was shown an error {telling.shown}",
            )


def visits(case: Case, seen: Seen) -> Iterator[Words]:
    """Finds visits that do not stand as they should."""
    for letter, wanted in case.ends.items():
        found = seen.visits.get(letter)
        state = str(found["state"]) if found else None
        if state != wanted:
            yield Words(
                f"就诊 {letter} 状态为 {state or '无'}，应为 {wanted or '无'}",
                f"visit {letter} is {state or 'unknown'}, {wanted or 'unknown'} is right",
            )
        elif found and wanted == "settled":
            yield from _settlement(case, letter, found)


def _settlement(case: Case, letter: str, found: Mapping[str, Any]) -> Iterator[Words]:
    settlement, bill = found["settlement"], bill_of(case, letter)
    compared = (
        ("医疗费总额（分）", "total in fen", settlement["payments"]["total_fen"], bill.total_fen),
        ("结算次数", "number of settlements", settlement["attempt"], settlements_of(case, letter)),
        ("备案", "filing", settlement["filing"], filing_of(case, letter, FILINGS)),
        ("病案首页", "case page", _has_page(found), _must_have_page(case, letter) or _has_page(found)),
    )
    for zh, en, is_, right in compared:
        if is_ != right:
            yield Words(
                f"就诊 {letter} 的{zh}为 {is_}，应为 {right}", f"visit {letter}: {en} {is_}, {right} is right"
            )


def _has_page(found: Mapping[str, Any]) -> bool:
    return found["received_on"] is not None


def _must_have_page(case: Case, letter: str) -> bool:
    return any(step.do == "page" for step in steps_of(case, letter))
