"""Statements sent to the database together: a desk's request waits for each round trip, and a turn has many.

A process that shares the processors with a busy lane waits its turn at both ends of every one of them, so the
slowest requests take about as long as their turn has round trips.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    import asyncpg
    import asyncpg.pool

    Tx = asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
else:
    Tx = Any

Rows = Sequence[tuple[Any, ...]]
Made = TypeVar("Made")
_PARAMETER = re.compile(r"\$(\d+)")


class Read(NamedTuple, Generic[Made]):
    """One question (查询): a statement without locks, what it is given, and what is made of its rows."""

    statement: str
    given: tuple[object, ...]
    make: Callable[[Rows], Made]


async def read_together(tx: Tx, reads: Mapping[str, Read[Any]]) -> dict[str, Any]:
    """Asks all questions in one round trip, of one snapshot; gives what each made of its rows, by name."""
    if not reads:
        return {}
    given = [value for read in reads.values() for value in read.given]
    row = await tx.fetchrow(
        _together(tuple((read.statement, len(read.given)) for read in reads.values())), *given
    )
    assert row is not None
    return {name: read.make(rows) for (name, read), rows in zip(reads.items(), row, strict=True)}


@lru_cache(256)
def _together(parts: tuple[tuple[str, int], ...]) -> str:
    """One statement whose columns are the rows of each; its parameters count on from one part to the next."""
    columns, before = [], 0
    for statement, count in parts:
        columns.append(f"ARRAY(SELECT part FROM ({_shifted(statement, before)}) AS part)")  # noqa: S608 (our own words)
        before += count
    return f"SELECT {', '.join(columns)}"


class Write(NamedTuple):
    """One change (写入) of few rows: a statement, what it is given, and how many rows it must change."""

    statement: str
    given: tuple[object, ...]
    rows: int


async def write_together(tx: Tx, writes: Sequence[Write]) -> None:
    """Makes all changes in one round trip; none sees another. Raises RuntimeError if a row is gone."""
    if not writes:
        return
    given = [value for write in writes for value in write.given]
    done = await tx.fetchrow(_written(tuple((one.statement, len(one.given)) for one in writes)), *given)
    for write, count in zip(writes, done or (), strict=True):
        if count != write.rows:
            raise RuntimeError(f"{write.rows} rows to write, but {count}: {write.statement[:60]}")


@lru_cache(256)
def _written(parts: tuple[tuple[str, int], ...]) -> str:
    """One statement that makes the changes of each, and counts the rows it changed."""
    made, counts, before = [], [], 0
    for number, (statement, count) in enumerate(parts):
        made.append(f"made_{number} AS ({_shifted(statement, before)} RETURNING 1)")
        counts.append(f"(SELECT count(*) FROM made_{number})")  # noqa: S608 (our own words)
        before += count
    return f"WITH {', '.join(made)} SELECT {', '.join(counts)}"


def _shifted(statement: str, by: int) -> str:
    return _PARAMETER.sub(lambda found: f"${int(found[1]) + by}", statement)
