"""What the gateway keeps (网关留存): transactions in their order, outpatient bills, sign-ins. SQLite.

Each write is on the disk before it is built on (synchronous = FULL), so that a power cut loses nothing that
was taken.
"""

import asyncio
import fcntl
import json
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import aiosqlite

from shared.bus.client.unanswered import Asked
from shared.gateway.forms.draft import Draft
from shared.gateway.forms.transaction import Told
from shared.gateway.kept import Entry, Kept, State

_SCHEMA = """
CREATE TABLE IF NOT EXISTS request (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    msgid TEXT NOT NULL UNIQUE,
    infno TEXT NOT NULL,
    lane TEXT NOT NULL,
    digest TEXT NOT NULL,
    body TEXT NOT NULL,
    received_at TEXT NOT NULL,
    until TEXT NOT NULL,
    journal TEXT NOT NULL DEFAULT '[]',
    state TEXT NOT NULL DEFAULT 'waiting',
    reply TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS request_waiting ON request (lane, seq) WHERE state = 'waiting';
CREATE TABLE IF NOT EXISTS draft (mdtrt_id TEXT PRIMARY KEY, bill TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sign_in (
    sign_no TEXT PRIMARY KEY, institution_id TEXT NOT NULL, opter TEXT NOT NULL, until TEXT NOT NULL
);
"""
_STATES: dict[str, State] = {"waiting": "waiting", "done": "done", "reversed": "reversed"}
_FIND = """
SELECT msgid, infno, lane, digest, body, received_at, until, journal, state, reply
FROM request WHERE msgid = ?
"""
_NEXT = """
SELECT msgid, infno, lane, digest, body, received_at, until, journal, state, reply FROM request
WHERE lane = ? AND state = 'waiting' ORDER BY seq LIMIT 1
"""


_TAKE = """
INSERT OR IGNORE INTO request (msgid, infno, lane, digest, body, received_at, until)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
# What was shown at a desk is known by its id once it was asked for: its number need not lie here any longer.
_WITHOUT_NUMBER = """json_remove(body, '$.input.data.mdtrt_cert_no', '$.input.mdtrtinfo.mdtrt_cert_no',
        '$.input.adminfo.mdtrt_cert_no')"""
_DONE = f"""
UPDATE request SET state = 'done', reply = ?, body = {_WITHOUT_NUMBER}
WHERE msgid = ? AND state = 'waiting'
"""  # noqa: S608 (our own words)
_DRAFT = "INSERT INTO draft VALUES (?, ?) ON CONFLICT (mdtrt_id) DO UPDATE SET bill = excluded.bill"
_REVERSED = f"""
INSERT INTO request (msgid, infno, lane, digest, body, received_at, until, state)
VALUES (?, '', '', '', '', ?, '', 'reversed') ON CONFLICT (msgid) DO UPDATE SET state = 'reversed',
    body = iif(json_valid(body), {_WITHOUT_NUMBER}, body)
"""  # noqa: S608 (our own words)


class FolderTakenError(Exception):
    """Another gateway works in this folder: two would deliver the same transactions."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} 已有网关在用，请另选目录 / {folder}: another gateway uses it, choose another"
        )


class Store:
    """The gateway's one file; `open` it before the first use, `close` it at the end."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "gateway.db"
        self._db: aiosqlite.Connection
        self._hold: IO[str]
        self._writing = asyncio.Lock()  # of one connection, that nothing gets into another's transaction

    async def open(self) -> None:
        """Opens the file, which only its owner can read: it holds what patients were treated for.

        Raises FolderTakenError where another gateway has it.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.touch(mode=0o600)
        self._hold = self._path.with_suffix(".lock").open("w")
        try:
            fcntl.flock(self._hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise FolderTakenError(self._path.parent) from None
        self._db = await aiosqlite.connect(self._path, isolation_level=None)
        await self._db.execute("PRAGMA journal_mode = WAL")
        await self._db.execute("PRAGMA synchronous = FULL")
        await self._db.execute("PRAGMA secure_delete = ON")  # what is dropped is gone from the file too
        await self._db.executescript(_SCHEMA)

    async def close(self) -> None:
        """Closes the file."""
        await self._db.close()
        self._hold.close()

    async def take(self, kept: Kept) -> Kept:
        """Keeps a transaction, or gives the one that has its msgid already."""
        await self._write((_TAKE, kept[:7]))
        held = await self.find(kept.msgid)
        assert held
        return held

    async def _write(self, *statements: tuple[str, tuple[str, ...]]) -> None:
        async with self._writing:
            await self._db.execute("BEGIN IMMEDIATE")
            try:
                for sql, values in statements:
                    await self._db.execute(sql, values)
            except BaseException:
                await self._db.execute("ROLLBACK")
                raise
            await self._db.execute("COMMIT")

    async def find(self, msgid: str) -> Kept | None:
        """The transaction of a msgid, if it was ever taken."""
        found = await self._db.execute_fetchall(_FIND, (msgid,))
        return next((_kept(row) for row in found), None)

    async def next_of(self, lane: str) -> Kept | None:
        """The oldest transaction of a lane that waits."""
        found = await self._db.execute_fetchall(_NEXT, (lane,))
        return next((_kept(row) for row in found), None)

    async def lanes(self) -> list[str]:
        """The lanes in which something waits."""
        found = await self._db.execute_fetchall(
            "SELECT lane FROM request WHERE state = 'waiting' GROUP BY lane ORDER BY min(seq)"
        )
        return [row[0] for row in found]

    async def waiting(self) -> int:
        """How many transactions wait."""
        found = await self._db.execute_fetchall("SELECT count(*) FROM request WHERE state = 'waiting'")
        return next(int(row[0]) for row in found)

    async def note(self, msgid: str, journal: Sequence[Entry]) -> None:
        """Notes what a transaction has been answered and asks next, before that is sent."""
        await self._write(("UPDATE request SET journal = ? WHERE msgid = ?", (json.dumps(journal), msgid)))

    async def finish(self, msgid: str, reply: str, told: Told, now: str) -> None:
        """Keeps the reply, the outpatient bill as it stands, and which msgid is reversed: all or nothing."""
        writes: list[tuple[str, tuple[str, ...]]] = [(_DONE, (reply, msgid))]
        if told.draft:
            writes.append((_DRAFT, (told.draft.mdtrt_id, told.draft.model_dump_json())))
        if told.reverses:
            writes.append((_REVERSED, (told.reverses, now)))
        await self._write(*writes)

    async def draft(self, mdtrt_id: str) -> Draft | None:
        """An outpatient bill."""
        found = await self._db.execute_fetchall("SELECT bill FROM draft WHERE mdtrt_id = ?", (mdtrt_id,))
        return next((Draft.model_validate_json(row[0]) for row in found), None)

    async def sign_in(self, sign_no: str, institution_id: str, opter: str, until: str) -> None:
        """Keeps a sign-in."""
        row = (sign_no, institution_id, opter, until)
        await self._write(("INSERT INTO sign_in VALUES (?, ?, ?, ?)", row))

    async def sign_out(self, sign_no: str) -> None:
        """Ends a sign-in."""
        await self._write(("DELETE FROM sign_in WHERE sign_no = ?", (sign_no,)))

    async def is_signed_in(self, sign_no: str, institution_id: str, opter: str, now: str) -> bool:
        """Whether an operator of an institution is signed in under this number."""
        found = await self._db.execute_fetchall(
            "SELECT 1 FROM sign_in WHERE sign_no = ? AND institution_id = ? AND opter = ? AND until > ?",
            (sign_no, institution_id, opter, now),
        )
        return bool(list(found))

    async def forget(self, before: str) -> None:
        """Drops what was done before a time, and sign-ins that have ended by then."""
        await self._write(
            ("DELETE FROM request WHERE state <> 'waiting' AND received_at < ?", (before,)),
            ("DELETE FROM sign_in WHERE until < ?", (before,)),
        )


def _kept(row: Sequence[str]) -> Kept:
    msgid, infno, lane, digest, body, received_at, until, journal, state, reply = row
    entries = tuple(Entry(asked and Asked(*asked), answer) for asked, answer in json.loads(journal))
    return Kept(msgid, infno, lane, digest, body, received_at, until, entries, _STATES[state], reply)
