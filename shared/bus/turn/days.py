"""Days (营业日) in a stream: a day's jobs are inserted, then done in pages; then the day is passed on.

A stream has passed a day when its jobs are done, a service when all its streams have. No rule reads a clock.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Protocol

from shared.bus import store
from shared.bus.message import Due, Message
from shared.bus.service import Job, Service, Tx
from shared.bus.store import OpenJob
from shared.bus.stream import Stream
from shared.bus.topics import TOPICS, marking_streams, read_by
from shared.bus.turn.steps import Step, step_of_page
from shared.bus.turn.voice import ProcessContext, Voice
from shared.identity import derive
from shared.messages.body import DayReached

MARK = "tell-day"  # rows hold the names of jobs, so a job that is renamed needs a migration
PAGE = 500
_SERVICE_JOBS = 100  # numbers of the service's jobs, after those of a stream


class TurnOfDay(Protocol):
    """What the work of a day needs of the turn that does it."""

    context: ProcessContext
    tx: Tx
    voice: Voice
    step: Step

    async def decide_due(self, stream: Stream, messages: Sequence[Message]) -> None:
        """Decides one page of a day's work."""


def job_names(service: Service) -> list[str]:
    """The jobs that this version knows; those of another version stay open until that version runs again."""
    return [MARK, *(str(job.name) for job in service.jobs)]


async def hear(turn: TurnOfDay, stream: Stream, day: date) -> bool:
    """Begins a day in a stream: inserts its jobs, or passes the day at once. Gives whether there is work."""
    jobs = [job for job in turn.context.service.jobs if job.topic == stream.topic]
    if not jobs:
        return await _pass(turn, stream, day)
    names = [*(job.name for job in jobs), MARK]
    await store.add_jobs(
        turn.tx, [OpenJob(stream.topic, stream.partition, day, name, i, "") for i, name in enumerate(names)]
    )
    return True


async def work(turn: TurnOfDay, stream: Stream) -> bool:
    """Does one page of a stream's open work; gives whether there may be more."""
    job = await store.next_job(turn.tx, stream.topic, stream.partition, job_names(turn.context.service))
    if job is None:
        return False
    turn.step = step_of_page(job)
    if job.name == MARK:
        await store.move_job(turn.tx, job, job.cursor, done=True)
        await _pass(turn, stream, job.day)
        return True
    found = _find(turn.context.service, job.name)
    page = await found.due(turn.tx, job.partition, job.day, job.cursor, PAGE)
    await turn.decide_due(stream, [due_message(turn.context.service.name, job, due) for due in page])
    await store.move_job(turn.tx, job, page[-1].cursor if page else job.cursor, done=not page)
    return True


async def _pass(turn: TurnOfDay, stream: Stream, day: date) -> bool:
    """Passes a day whose work is done: says DayReached, if it marks days, in the partitions it feeds.

    If that raises the service's day, inserts the service's jobs; gives whether it did.
    """
    service = turn.context.service
    stream.passed = day
    await store.pass_day(turn.tx, stream.topic, stream.partition, day)
    if not service.hears_all and TOPICS[stream.topic].marks:
        cause = _day_message(service.name, stream, day)
        turn.voice.everywhere(stream, cause, DayReached(stream=stream.name, reached_on=day))
    service_jobs = [job for job in service.jobs if job.topic is None]
    if not service_jobs:
        return False
    topics = [topic.name for topic in read_by(service.name) if topic.marks]
    expected = len(marking_streams(service.name, turn.context.partitions))
    before, now = await store.raise_service_day(turn.tx, topics, expected)
    opened = [
        OpenJob(stream.topic, stream.partition, passed, job.name, _SERVICE_JOBS + number, "")
        for passed in _days_after(before, now)
        for number, job in enumerate(service_jobs)
    ]
    await store.add_jobs(turn.tx, opened)
    return bool(opened)


def _days_after(before: date | None, now: date | None) -> list[date]:
    if now is None or now == before:
        return []
    first = now if before is None else before + timedelta(days=1)
    return [first + timedelta(days=n) for n in range((now - first).days + 1)]


def _find(service: Service, name: str) -> Job:
    return next(job for job in service.jobs if job.name == name)


def due_message(service: str, job: OpenJob, due: Due) -> Message:
    """The message by which a piece of a day's work is decided."""
    return Message(
        topic=job.topic,
        partition=job.partition,
        offset=-1,
        key=due.key,
        source=service,
        id=derive(job.name, job.day.isoformat(), due.cursor),
        type=due.body.wire_type(),
        body=due.body,
        day=job.day,
        stream=f"{service}/{job.topic}/{job.partition}",
    )


def _day_message(service: str, stream: Stream, day: date) -> Message:
    id = derive(MARK, stream.name, day.isoformat())
    body = DayReached(stream=stream.name, reached_on=day)
    return Message(
        stream.topic, stream.partition, -1, stream.name, service, id, body.wire_type(), body, day=day
    )
