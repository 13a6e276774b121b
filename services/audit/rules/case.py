"""Which records of the trail belong to one case (案件), and its story in order. Pure.

A case is followed from id to id: a visit leads to its settlement, its filing, the statement it was cleared
with. What belongs to other visits (the same filing, the same statement) is left out.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from services.audit.model import Record
from services.audit.rules.gist import is_case_id
from services.audit.rules.trail import read_envelope
from shared.messages.body import PREFIX

_FOLLOWED = ("visit_id", "settlement_id", "filing_id", "statement_id", "claim_id", "reversal_id")


class Step(NamedTuple):
    """One step of a case's story: when and where it was said, by whom, and with what outcome."""

    time: str
    topic: str
    partition: int
    log_offset: int
    type: str
    source: str
    outcome: str
    id: str
    causation_id: str
    subjects: dict[str, str]


def read_step(record: Record) -> tuple[Step, str]:
    """A record as a step, and its correlation id. Raises ValueError for a record that was changed."""
    envelope, gist = read_envelope(record.envelope)
    subjects = {name: value for name, value in gist.items() if is_case_id(name)}
    step = Step(
        envelope.time,
        envelope.topic,
        envelope.partition,
        envelope.log_offset,
        envelope.type.removeprefix(PREFIX),
        envelope.source,
        gist.get("outcome", ""),
        envelope.id,
        envelope.causation_id,
        subjects,
    )
    return step, envelope.correlation_id


class Case:
    """Grows by the records found, and names the ids to look for next."""

    def __init__(self, id: str) -> None:
        self._asked = {id}
        self._steps: dict[tuple[str, int, int], Step] = {}
        self._visits: Collection[str] | None = None

    def add(self, records: Iterable[Record]) -> set[str]:
        """Takes records that mention the ids asked for; gives the ids to ask for next, none at the end."""
        found = [read_step(record) for record in records]
        if self._visits is None:
            self._visits = {v for step, _ in found if (v := step.subjects.get("visit_id"))}
        mine = [(step, case) for step, case in found if self._belongs(step)]
        for step, _ in mine:
            self._steps[step.topic, step.partition, step.log_offset] = step
        named = {case for _, case in mine if case}
        named |= {step.subjects[name] for step, _ in mine for name in _FOLLOWED if name in step.subjects}
        fresh = named - self._asked
        self._asked |= fresh
        return fresh

    def story(self) -> list[Step]:
        """The steps in the order in which they were said; a cause stands before what it led to."""
        by_id = {step.id: step for step in self._steps.values()}
        return sorted(
            self._steps.values(), key=lambda step: (*_moment(step, by_id), step.topic, step.log_offset)
        )

    def _belongs(self, step: Step) -> bool:
        visit = step.subjects.get("visit_id")
        return not self._visits or visit is None or visit in self._visits


def _moment(step: Step, by_id: Mapping[str, Step]) -> tuple[str, int]:
    """When a step was said, never before its causes: the clocks of different senders differ."""
    time, seen = step.time, {step.id}
    while (cause := by_id.get(step.causation_id)) and cause.id not in seen:
        step = cause
        seen.add(step.id)
        time = max(time, step.time)
    return time, len(seen)
