"""Connections to a service's schema, in its application role, and tables read and written by field."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from operator import attrgetter, itemgetter
from types import NoneType
from typing import Any, Generic, Literal, TypeVar, get_args, get_origin, get_type_hints

import asyncpg

from shared.bus.service import Tx
from shared.bus.together import Write

CONNECT_S = 10.0
STORED, _LIST = "stored", "jsonb"
_TYPES = {str: "text", int: "bigint", bool: "boolean", date: "date", bytes: "bytea"}
Row = TypeVar("Row")


async def _keep_as_is(_: object) -> None:
    """Resets nothing on a connection given back: nobody sets anything on it, and this saves a round trip."""


async def connect_pool(
    dsn: str, service: str, size: int = 4, silence_ms: int = 10_000
) -> "asyncpg.Pool[asyncpg.Record]":
    """A small pool; every connection sees the service's schema only and has its application role.

    A transaction that is silent for `silence_ms` is ended, so that a frozen process locks out nobody.
    """
    return await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size,
        timeout=CONNECT_S,
        command_timeout=60,
        reset=_keep_as_is,
        server_settings={
            "search_path": service,
            "role": f"yidi_{service}",
            "application_name": f"yidi-{service}",
            "jit": "off",
            "lock_timeout": "5s",
            "statement_timeout": "60s",
            "idle_in_transaction_session_timeout": f"{silence_ms}ms",
        },
    )


class TableOf(Generic[Row]):
    """A table whose columns are the fields of a NamedTuple, by their names, in any order.

    The last field, `stored`, is no column: it is the record as it was read, and None in a row that is new, so
    that only what changed is sent. `changes` are the fields that may change; all of them, if none are named.
    The names make the statements; rows follow in the order of the fields, since a desk's every request reads
    and writes some.
    """

    def __init__(self, name: str, kind: type[Row], key: str, changes: Sequence[str] = ()) -> None:
        hints = get_type_hints(kind)
        *columns, last = hints
        assert last == STORED
        self._name, self._key = name, attrgetter(key)
        self._make: Callable[..., Row] = kind
        self._columns = tuple(columns)
        written = [key, *(field for field in changes or columns if field != key)]
        self._values, self._before = attrgetter(*written), itemgetter(*written)
        self._fields = tuple((field, _type_of(hints[field])) for field in columns)
        self._written = [(field, _type_of(hints[field])) for field in written]
        self.select = f"SELECT {', '.join(self._columns)} FROM {name}"  # noqa: S608 (our own words)

    def read(self, record: asyncpg.Record) -> Row:
        """Makes a row of a record read."""
        return self._make(*record, record)

    async def save(self, tx: Tx, rows: Iterable[Row]) -> None:
        """Writes the last version of each row: new ones by COPY, others by one statement, in key order.

        Raises RuntimeError if a row that was stored is gone.
        """
        last: dict[Any, Any] = {self._key(row): row for row in rows}
        new = [row[:-1] for row in last.values() if row.stored is None]
        if new:
            await tx.copy_records_to_table(self._name, records=new, columns=self._columns)
        changed = [row for _, row in sorted(last.items()) if row.stored is not None]
        if changed:
            await self._change(tx, changed)

    def writes(self, rows: Iterable[Row]) -> list[Write]:
        """What `save` does, as statements for few rows."""
        last: dict[Any, Any] = {self._key(row): row for row in rows}
        new = [row for row in last.values() if row.stored is None]
        changed = [row for _, row in sorted(last.items()) if row.stored is not None]
        made = [self._insertion(new)] if new else []
        return [*made, self._update(changed)] if changed else made

    def _insertion(self, rows: Sequence[Any]) -> Write:
        columns = zip(*(row[:-1] for row in rows), strict=True)
        given = [_given(kind, column) for (_, kind), column in zip(self._fields, columns, strict=True)]
        return Write(_insert(self._name, self._fields), tuple(given), len(rows))

    async def _change(self, tx: Tx, rows: Sequence[Any]) -> None:
        statement, given, _ = self._update(rows)
        done = await tx.execute(statement, *given)
        if done != f"UPDATE {len(rows)}":
            raise RuntimeError(f"{len(rows)} rows of {self._name} to change, but {done}")

    def _update(self, rows: Sequence[Any]) -> Write:
        """The columns in which any of these rows is not as it was read."""
        now = zip(*map(self._values, rows), strict=True)
        before = zip(*(self._before(row.stored) for row in rows), strict=True)
        fields, columns = [], []
        for number, (field, new, old) in enumerate(zip(self._written, now, before, strict=True)):
            if number == 0 or new != old:  # the key tells which row it is
                fields.append(field)
                columns.append(_given(field[1], new))
        return Write(_update(self._name, tuple(fields)), tuple(columns), len(rows))


def _type_of(hint: Any) -> str:
    """The column's SQL type; a list is sent as JSON, since `unnest` would flatten a list of lists."""
    kinds = [one for one in get_args(hint) if one is not NoneType] if NoneType in get_args(hint) else [hint]
    kind = type(get_args(kinds[0])[0]) if get_origin(kinds[0]) is Literal else kinds[0]
    return _TYPES.get(kind, _LIST)


def _given(kind: str, column: Sequence[Any]) -> list[Any]:
    return list(map(json.dumps, column)) if kind == _LIST else list(column)


@lru_cache(256)
def _insert(name: str, fields: tuple[tuple[str, str], ...]) -> str:
    """The statement that adds rows with these fields, given with their types."""
    names = ", ".join(field for field, _ in fields)
    values = ", ".join(_new(field, kind) for field, kind in fields)
    given = ", ".join(f"${number}::{kind}[]" for number, (_, kind) in enumerate(fields, 1))
    return (
        f"INSERT INTO {name} ({names}) SELECT {values}"  # noqa: S608 (our own words)
        f" FROM unnest({given}) AS new ({names})"
    )


@lru_cache(256)
def _update(name: str, fields: tuple[tuple[str, str], ...]) -> str:
    """The statement that changes these fields, given with their types; the first is the key."""
    key = fields[0][0]
    changes = ", ".join(f"{field} = {_new(field, kind)}" for field, kind in fields[1:] or fields)
    given = ", ".join(f"${number}::{kind}[]" for number, (_, kind) in enumerate(fields, 1))
    return (
        f"UPDATE {name} SET {changes} FROM unnest({given})"  # noqa: S608 (our own words)
        f" AS new ({', '.join(field for field, _ in fields)}) WHERE {name}.{key} = new.{key}"
    )


def _new(field: str, kind: str) -> str:
    return f"ARRAY(SELECT jsonb_array_elements_text(new.{field}))" if kind == _LIST else f"new.{field}"
