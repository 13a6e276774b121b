"""Questions asked together are answered as if each had been asked alone."""

from typing import Any

import asyncpg

from shared.bus.read import Read, read_together


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
