"""What a turn says: first answers, pages, and the last sequence sent to each outgoing partition."""

from collections.abc import Sequence

from asyncpg import UniqueViolationError

from shared.bus.fault import ChangedError
from shared.bus.service import Tx
from shared.bus.store.inbox import Decided
from shared.bus.store.outbox import Page

Place = tuple[str, int]
# One statement, since requests wait for every round trip: three statements with COPY take four more. Where
# many wait, first answers go by COPY all the same: what it saves of each is more than a round trip.
MANY = 50
_SAY = """
WITH first AS (
    INSERT INTO inbox (source, id, type, digest, code, answer, position) SELECT * FROM
    unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::bytea[], $7::text[])
), page AS (
    INSERT INTO outbox (topic, partition, first_sequence, records, to_topic, to_partition, page) SELECT * FROM
    unnest($8::text[], $9::int[], $10::bigint[], $11::int[], $12::text[], $13::int[], $14::bytea[])
)
INSERT INTO outlet SELECT * FROM unnest($15::text[], $16::int[], $17::text[], $18::int[], $19::bigint[])
ON CONFLICT (topic, partition, to_topic, to_partition) DO UPDATE SET sequence = excluded.sequence
"""


async def read_outlets(tx: Tx, topic: str, partition: int) -> dict[Place, int]:
    """The last sequence a stream sent to each outgoing partition; ("", 0) is its own counter."""
    rows = await tx.fetch(
        "SELECT to_topic, to_partition, sequence FROM outlet WHERE topic = $1 AND partition = $2",
        topic,
        partition,
    )
    return {(row["to_topic"], row["to_partition"]): row["sequence"] for row in rows}


async def say(
    tx: Tx,
    firsts: Sequence[Decided],
    pages: Sequence[Page],
    outlets: Sequence[tuple[str, int, str, int, int]],
) -> None:
    """Keeps first answers, pages, and the last sequence sent to each outgoing partition.

    Raises ChangedError if a request was decided in another partition meanwhile.
    """
    try:
        if len(firsts) > MANY:
            await tx.copy_records_to_table("inbox", records=firsts, columns=Decided._fields)
            firsts = ()
        await tx.execute(_SAY, *_columns(firsts, 7), *_columns(pages, 7), *_columns(sorted(outlets), 5))
    except UniqueViolationError as error:
        if error.constraint_name != "inbox_pkey":
            raise
        raise ChangedError("a request was decided elsewhere") from error


def _columns(rows: Sequence[tuple[object, ...]], width: int) -> list[list[object]]:
    return [[row[column] for row in rows] for column in range(width)]
