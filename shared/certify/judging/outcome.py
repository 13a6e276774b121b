"""Whether the end was right (结果评判): what the desk was told, and how each visit stands. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shared.certify.cases.case import Case, Step, Words
from shared.certify.cases.document import FILINGS
from shared.certify.judging.expected import SETTLES, bill_of, filing_of, settlements_of, steps_of
from shared.certify.seen import Seen

_SETTLED = {"SettleVisit": "settle", "SettleOutpatient": "bill", "QuoteVisit": "quote"}


def luck(case: Case, seen: Seen) -> Iterator[Words]:
    """Finds bad luck that could not come about, so that the case shows nothing."""
    if case.luck and not seen.unlucky:
        kind = case.luck.message
        yield Words(f"意外未能发生：{kind} 未如期发出", f"the bad luck could not happen for lack of {kind}")


def desk(case: Case, seen: Seen) -> Iterator[Words]:
    """Finds sittings after which the desk was told something else than what happened."""
    for number, (sitting, telling) in enumerate(zip(case.sittings, seen.tellings, strict=False), 1):
        if sitting.refused_at and telling.went_through:
            yield Words(
                f"第 {number} 次办理：第 {sitting.refused_at} 步未办成，窗口却得知全部办成",
                f"sitting {number}: step {sitting.refused_at} did not go through, and the desk was not told",
            )
        if not sitting.refused_at and not telling.went_through:
            yield Words(
                f"第 {number} 次办理：已可办成，窗口却得到错误 {telling.shown}",
                f"sitting {number}: it could go through, and the desk was shown an error {telling.shown}",
            )


def amounts(case: Case, seen: Seen) -> Iterator[Words]:
    """Finds amounts that the desk was told, and that no answer has."""
    held = _answered(seen)
    for number, (sitting, telling) in enumerate(zip(case.sittings, seen.tellings, strict=False), 1):
        for number_of, step in _told_steps(sitting.steps, sitting.refused_at):
            told = (telling.amounts or {}).get(number_of, {})
            if telling.amounts is not None and not _agrees(step, told, held):
                yield Words(
                    f"第 {number} 次办理第 {number_of} 步（{step.do}）：窗口所示 {dict(told)} 与应答不符",
                    f"sitting {number} step {number_of} ({step.do}): the desk was told {dict(told)},"
                    " which no answer says",
                )


def _told_steps(steps: Sequence[Step], refused_at: int | None) -> Iterator[tuple[int, Step]]:
    for number, step in enumerate(steps, 1):
        if step.do in {"upload", "quote", *SETTLES} and (refused_at is None or number < refused_at):
            yield number, step


def _agrees(step: Step, told: Mapping[str, Any], held: Mapping[str, Mapping[str, set[int]]]) -> bool:
    if step.do != "upload":
        return _is_one(told.get("personal_fen"), held[step.do].get("", set()))
    uploads = told.get("uploads")
    if not isinstance(uploads, Mapping) or len(uploads) != len(step.fields["uploads"]):
        return False
    return all(_is_one(total, held["upload"].get(name, set())) for name, total in uploads.items())


def _is_one(told: Any, held: set[int]) -> bool:
    """Whether what a program told is one of the amounts held; it may have told anything."""
    return type(told) is int and told in held


def _answered(seen: Seen) -> dict[str, dict[str, set[int]]]:
    """The amounts of the accepted answers: by upload its total, of the rest the person's part."""
    held: dict[str, dict[str, set[int]]] = {"upload": {}, "settle": {}, "bill": {}, "quote": {}}
    for asked, answer in seen.accepted():
        if asked.kind == "UploadCosts":
            total = answer.result.get("amounts", {}).get("total_fen")
            held["upload"].setdefault(str(asked.body.get("upload_id")), set()).add(total)
        elif do := _SETTLED.get(asked.kind):
            held[do].setdefault("", set()).add(answer.result.get("payments", {}).get("personal_fen"))
    return held


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


def claims(case: Case, seen: Seen) -> Iterator[Words]:
    """Finds claims that hold other settlements than those of their month that are in force."""
    meant = [step.fields["of"] for one in case.sittings for step in one.steps if step.do == "claim"]
    for letters in meant:
        right = {_settlement_id(seen, letter) for letter in letters}
        for asked, answer in seen.accepted():
            if asked.kind == "ClaimAdvances":
                yield from _claim(asked.body, answer.result, right)


def _settlement_id(seen: Seen, letter: str) -> str:
    found = seen.visits.get(letter) or {}
    return str((found.get("settlement") or {}).get("settlement_id"))


def _claim(body: Mapping[str, Any], result: Mapping[str, Any], right: set[str]) -> Iterator[Words]:
    claimed = {str(line.get("settlement_id")) for line in body.get("lines", ())}
    if claimed != right:
        yield Words(
            f"回款申请含 {len(claimed)} 笔，应为上月有效的 {len(right)} 笔",
            f"the claim holds {len(claimed)} settlements, the {len(right)} in force of its month are right",
        )
    for verdict in result.get("verdicts", ()):
        if verdict["code"] != "ACCEPTED":
            yield Words(
                f"申请中一笔未通过：{verdict['code']}",
                f"a line of the claim was not accepted: {verdict['code']}",
            )
