"""Whether the requests were right (请求评判): their places, their answers, how many had effect. Pure."""

from collections import Counter
from collections.abc import Iterator

from shared.bus.partition import partition_of
from shared.bus.topics import TOPICS, partition_count
from shared.certify.cases.case import Case, Words
from shared.certify.judging.expected import UNDO, effects_of, group_of
from shared.certify.seen import Asked, Seen, short
from shared.messages import wire_types

_LATER = frozenset({"UNKNOWN_ORIGINAL"})
DESK = "realtime.encounters"
QUESTIONS = frozenset(short(kind.wire_type()) for kind in wire_types.QUESTIONS)


def wrong_places(case: Case, seen: Seen) -> Iterator[Words]:
    """Finds records that do not stand in the partition of their key."""
    for kind, topic, key, partition in dict.fromkeys(
        (one.kind, one.topic, one.key, one.partition) for one in seen.asked if one.topic in TOPICS
    ):
        right = partition_of(key, partition_count(topic, seen.partitions))
        if partition != right:
            yield Words(
                f"{kind} 在 {topic} 的分区 {partition}，按键 {key} 的 murmur2 应为 {right}",
                f"{kind} stands in partition {partition} of {topic}; murmur2 of its key {key} gives {right}",
            )


def wrong_topics(case: Case, seen: Seen) -> Iterator[Words]:
    """Finds last fees before a settlement that did not go to the desk's topic."""
    urgent = {
        one["upload"]
        for sitting in case.sittings
        for step in sitting.steps
        for one in step.fields.get("uploads", ())
        if step.do == "upload" and one["now"]
    }
    for asked, _ in seen.accepted():
        name = str(asked.body.get("upload_id", ""))
        if asked.kind == "UploadCosts" and asked.topic != DESK and name.endswith(tuple(urgent) or ("\0",)):
            yield Words(
                f"结算前的费用 {name} 发往 {asked.topic}，应为 {DESK}",
                f"{name}, the last fees before a settlement, went to {asked.topic} instead of {DESK}",
            )


def refusals(case: Case, seen: Seen) -> Iterator[Words]:
    """Finds requests that were refused though they should not be, and those without an answer.

    A question (查询) may be refused: it changes nothing, and whoever asks wants to know.
    """
    answers = seen.first_answers()
    allowed = {one.split()[1] for one in case.refusals} | _LATER
    for id, asked in {one.id: one for one in seen.asked}.items():
        answer = answers.get(id)
        if answer is None:
            of = f"{asked.kind} {id} (ce_source {asked.source})"
            yield Words(f"{of} 未得到应答", f"{of} got no answer")
        elif answer.outcome != "accepted" and not _may_be(asked, answer.code, case, allowed):
            yield Words(
                f"{asked.kind} 被拒：{answer.code} {answer.where}",
                f"{asked.kind} was refused: {answer.code} {answer.where}",
            )


def _may_be(asked: Asked, code: str, case: Case, allowed: set[str]) -> bool:
    if asked.kind in QUESTIONS:
        return True
    return code in allowed if asked.kind == "QueryOutcome" else f"{asked.kind} {code}" in case.refusals


def repeats(case: Case, seen: Seen) -> Iterator[Words]:
    """Finds what was refused, as the case says, and was asked again with a new id instead of being told."""
    if not any(sitting.refused_at for sitting in case.sittings):
        return
    answers, asked = seen.first_answers(), dict[str, set[str]]()
    for one in seen.asked:
        code = answers[one.id].code if one.id in answers else ""
        if f"{one.kind} {code}" in case.refusals and one.kind not in QUESTIONS:
            asked.setdefault(one.kind, set()).add(one.id)
    for kind, held in asked.items():
        if len(held) > 1:
            yield Words(
                f"{kind} 被拒后以新报文号再报，共 {len(held)} 个报文号",
                f"{kind} was asked again with a new id after its refusal: {len(held)} ids",
            )


def unmet(case: Case, seen: Seen) -> Iterator[Words]:
    """Finds that the "no" was never met on which a sitting is to end: the step was not even tried."""
    ends = any(sitting.refused_at for sitting in case.sittings)
    answers = seen.first_answers()
    met = {f"{one.kind} {answers[one.id].code}" for one in seen.asked if one.id in answers}
    if ends and case.refusals and not met & case.refusals:
        wanted = "、".join(sorted(case.refusals))
        yield Words(
            f"应遇的拒绝未出现：{wanted}", f"the refusal was never met: {' or '.join(sorted(case.refusals))}"
        )


def effects(case: Case, seen: Seen) -> Iterator[Words]:
    """Finds what took effect too often or not at all, sitting by sitting."""
    for number, sitting in enumerate(case.sittings, 1):
        wanted = effects_of(sitting)
        found = Counter(group for asked, _ in seen.accepted(number) if (group := group_of(asked.kind)))
        for group in sorted(wanted | found):
            if wanted[group] != found[group]:
                yield _differs(number, group, wanted[group], found[group])


def _differs(sitting: int, group: str, wanted: int, found: int) -> Words:
    zh, en = ("撤销", "an undoing") if group == UNDO else (group, group)
    return Words(
        f"第 {sitting} 次办理：{zh} 生效 {found} 笔，应为 {wanted} 笔",
        f"sitting {sitting}: {en} took effect {found} times, {wanted} are right",
    )


def ids(case: Case, seen: Seen) -> Iterator[Words]:
    """Finds an id that was used for two requests: with another body it is never decided."""
    bodies: dict[str, set[str]] = {}
    for one in seen.asked:
        bodies.setdefault(one.id, set()).add(f"{one.kind} {sorted(one.body.items(), key=str)}")
    for id, held in bodies.items():
        if len(held) > 1 or not id:
            yield Words(f"报文号“{id}”用于不同的请求", f"the id {id!r} was used for different requests")
