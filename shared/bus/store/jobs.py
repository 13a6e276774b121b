"""The jobs of days: work that a day brings to a stream."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from shared.bus.service import Tx


class OpenJob(NamedTuple):
    """A job that a day brought to a stream; its work is done up to `cursor`."""

    topic: str
    partition: int
    day: date
    name: str
    number: int
    cursor: str


async def add_jobs(tx: Tx, jobs: Sequence[OpenJob]) -> None:
    """Inserts jobs that are due; their work follows in pages."""
    await tx.copy_records_to_table("job", records=jobs, columns=OpenJob._fields)


async def next_job(tx: Tx, topic: str, partition: int, names: Sequence[str]) -> OpenJob | None:
    """The first job of a stream that is not done, by day and number, of those named; None if all are."""
    row = await tx.fetchrow(
        "SELECT topic, partition, day, name, number, cursor FROM job"
        " WHERE topic = $1 AND partition = $2 AND NOT done AND name = ANY($3) ORDER BY day, number LIMIT 1",
        topic,
        partition,
        names,
    )
    return OpenJob(*row) if row else None


async def move_job(tx: Tx, job: OpenJob, cursor: str, done: bool) -> bool:
    """Moves a job by compare-and-set on its cursor; gives whether it moved."""
    status = await tx.execute(
        "UPDATE job SET cursor = $6, done = $7"
        " WHERE topic = $1 AND partition = $2 AND day = $3 AND number = $4 AND cursor = $5 AND NOT done",
        job.topic,
        job.partition,
        job.day,
        job.number,
        job.cursor,
        cursor,
        done,
    )
    return bool(status == "UPDATE 1")
