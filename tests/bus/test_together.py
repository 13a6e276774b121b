"""Statements that are sent together do what each would have done alone."""

from typing import Any

import asyncpg
import pytest

from shared.bus.together import Read, Write, read_together, write_together


async def test_each_question_is_given_its_own_parameters(database: str) -> None:
    tx = await asyncpg.connect(database)
    rows = "SELECT n, $2::text FROM generate_series(1, $1::bigint) AS n ORDER BY n DESC"
    reads: dict[str, Read[Any]] = {
        "two": Read(rows, (2, "a"), list),
        "none": Read("SELECT 1 WHERE $1::text = 'no'", ("yes",), list),
        "three": Read(rows, (3, "b"), len),
    }
    found = await read_together(tx, reads)
    await tx.close()
    assert found == {"two": [(2, "a"), (1, "a")], "none": [], "three": 3}


async def test_the_more_than_nine_parameters_of_one_statement_count_on(database: str) -> None:
    tx = await asyncpg.connect(database)
    many = Read(f"SELECT {', '.join(f'${n}::int' for n in range(1, 12))}", tuple(range(1, 12)), list)
    found = await read_together(tx, {"first": many, "second": many})
    await tx.close()
    assert found["second"] == [tuple(range(1, 12))]


async def test_nothing_is_asked_for_no_question(database: str) -> None:
    tx = await asyncpg.connect(database)
    await tx.close()
    assert await read_together(tx, {}) == {}


async def test_changes_are_made_together_and_a_row_that_is_gone_is_noticed(database: str) -> None:
    tx = await asyncpg.connect(database)
    await tx.execute("CREATE TEMP TABLE a (n int); CREATE TEMP TABLE b (n int); INSERT INTO b VALUES (1)")
    added = Write("INSERT INTO a SELECT * FROM unnest($1::int[])", ([1, 2],), 2)
    raised = Write("UPDATE b SET n = n + $2 WHERE n = $1", (1, 1), 1)
    await write_together(tx, [added, raised])
    assert tuple(await tx.fetchrow("SELECT (SELECT sum(n) FROM a), (SELECT sum(n) FROM b)") or ()) == (3, 2)
    with pytest.raises(RuntimeError, match="1 rows to write, but 0: UPDATE b"):
        await write_together(tx, [added, raised])
    await tx.close()
