"""A row that was read is written back with what changed, and with that alone."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import asyncpg
import pytest

from shared.bus.database import TableOf

TABLE = (
    "CREATE TABLE cup (id text PRIMARY KEY, colour text, owners text[] NOT NULL DEFAULT '{}', full_ml int)"
)


class Cup(NamedTuple):
    """A row of the test's own."""

    id: str
    colour: str | None
    owners: tuple[str, ...] | list[str] = ()
    full_ml: int = 0
    stored: Mapping[str, Any] | None = None


CUPS = TableOf("cup", Cup, "id")


async def test_only_what_changed_is_written(database: str) -> None:
    mine, others = await asyncpg.connect(database), await asyncpg.connect(database)
    try:
        await mine.execute(TABLE)
        await CUPS.save(mine, [Cup("b", "blue"), Cup("a", None, ("Li", "Wu"))])
        a, b = [CUPS.read(row) for row in await mine.fetch(f"{CUPS.select} ORDER BY id")]
        await others.execute("UPDATE cup SET colour = 'red', full_ml = 9 WHERE id = 'a'")
        await CUPS.save(mine, [b._replace(full_ml=1), a._replace(owners=("Wu",)), b._replace(full_ml=2)])
        assert list(map(tuple, await mine.fetch("SELECT * FROM cup ORDER BY id"))) == [
            ("a", "red", ["Wu"], 0),
            ("b", "blue", [], 2),
        ]
        await others.execute("DELETE FROM cup WHERE id = 'a'")
        with pytest.raises(RuntimeError):
            await CUPS.save(mine, [a])
    finally:
        await mine.close()
        await others.close()
