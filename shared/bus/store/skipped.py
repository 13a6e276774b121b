"""Records that a stream steps over because an operator said so."""

from shared.bus.service import Tx


async def skip(tx: Tx, topic: str, partition: int, number: int, record: bytes, because: str) -> bool:
    """Has a stream step over a record; False if the stream has taken it, or is to step over it already.

    The owner of the stream loses the fence, and so reads again what to step over; a repeat leaves it alone.
    """
    status = await tx.execute(
        "WITH ahead AS (SELECT FROM stream"
        " WHERE topic = $1 AND partition = $2 AND next_offset <= $3 FOR UPDATE),"
        " new AS (INSERT INTO skipped (topic, partition, number, record, because)"
        " SELECT $1, $2, $3, $4, $5 FROM ahead ON CONFLICT DO NOTHING RETURNING topic)"
        " UPDATE stream SET turn = turn + 1 FROM new WHERE stream.topic = $1 AND stream.partition = $2",
        topic,
        partition,
        number,
        record,
        because,
    )
    return bool(status == "UPDATE 1")


async def read_skipped(tx: Tx, topic: str, partition: int, next_offset: int) -> dict[int, tuple[bytes, str]]:
    """The records that a stream has still to step over: by offset, the packed record and why."""
    rows = await tx.fetch(
        "SELECT number, record, because FROM skipped"
        " WHERE topic = $1 AND partition = $2 AND number >= $3 ORDER BY number",
        topic,
        partition,
        next_offset,
    )
    return {row["number"]: (row["record"], row["because"]) for row in rows}
