"""The two clearing centers during the crash run: they dispute, confirm, decide, and pay by their bank.

What is asked has an id that stays. Payments go an operator's way: `yidi center run` makes a run, the bank
pays it and sends back what it was told for the first time, `yidi center bank` takes its statement in, twice.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg

from shared.messages.answer import Answer
from shared.messages.body import Fact
from shared.messages.clearing.disputes import (
    DecideDispute,
    DisputeDecided,
    DisputeLines,
    LinesDisputed,
    Ruling,
)
from shared.messages.clearing.months import ConfirmStatement, DisputedLine
from shared.simulator.office.bank_statement import BankEntry
from tests.bench.crash.stage import Stage
from tests.bench.crash.stories import CENTERS, INSURED, TREATMENT, Command, center_node
from tests.bench.place import ROOT
from tests.clearing.given.bank import write_accounts, write_statement

LOOK_S = 0.5
YIDI = (sys.executable, "-c", "from services.cli.main import app; app()")
TOLD: dict[type, type[Fact]] = {DisputeLines: LinesDisputed, DecideDispute: DisputeDecided}
Ask = Callable[[Command], Awaitable[Answer]]


# What the centers have something to do about, with a line of each.
_OPEN = """
SELECT statement_id, lines, (SELECT line_id FROM clearing.line l WHERE (l.agreement_id, l.scheme, l.month)
    = (s.agreement_id, s.scheme, s.month) ORDER BY line_id LIMIT 1)
FROM clearing.progress JOIN clearing.statement s USING (statement_id)
WHERE state NOT IN ('SORTED', 'PAID') ORDER BY statement_id
"""
_AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


class Open(NamedTuple):
    """A statement about which the centers have something to do: how many lines it has, and one of them."""

    statement_id: str
    lines: int
    line_id: str


class Centers:
    """Both centers' desks; `asked` and `answers` by command id."""

    def __init__(self, stage: Stage, ask: Ask, day: Callable[[], date]) -> None:
        self._stage, self._ask, self._day = stage, ask, day
        self._folder = stage.settings.home / "bank"
        self.asked: dict[str, Command] = {}
        self.answers: dict[str, Answer] = {}
        self.is_last = False

    async def run(self) -> None:
        """Works until nothing is left to do once `is_last` is set."""
        while await self._work() or not self.is_last:  # noqa: ASYNC110 (it is others who move it)
            await asyncio.sleep(LOOK_S)

    async def _work(self) -> bool:
        """Does what is to be done now; whether there was anything, or a server was away."""
        try:
            found = await self._find()
        except _AWAY:
            return True
        for one in found:
            await self._agree(one)
        if found:
            await self._pay()
        return bool(found)

    async def _agree(self, one: Open) -> None:
        """The insured center disputes a line, both confirm; the other finds for one side or the other.

        A statement of one line is not disputed: nothing would be left to pay, and no order goes out for that.
        """
        id = one.statement_id
        ruling: Ruling = "upheld" if id < "8" else "rejected"
        if one.lines > 1:
            lines = (DisputedLine(line_id=one.line_id, reason="费用存疑"),)
            await self._must(INSURED, DisputeLines(statement_id=id, center_id=INSURED, disputed=lines))
        for center in CENTERS:
            await self._must(center, ConfirmStatement(statement_id=id, center_id=center, disputed=()))
        if one.lines > 1:
            about = {"statement_id": id, "center_id": TREATMENT, "line_id": one.line_id}
            await self._must(TREATMENT, DecideDispute(**about, ruling=ruling, accepted=None, reason="核实"))

    async def _must(self, center: str, body: Any) -> None:
        id = f"{type(body).__name__}-{body.statement_id}-{center}"
        if id not in self.answers:
            self.asked[id] = Command(id, center_node(center), body)
            self.answers[id] = await self._ask(self.asked[id])

    async def _pay(self) -> None:
        """The bank pays what is to pay; an order of the first time comes back, and is sent once more."""
        self._folder.mkdir(exist_ok=True)
        accounts = write_accounts(self._folder)
        code, said = await self._yidi("run", INSURED, "--accounts", str(accounts), "--json")
        if code:  # nothing to pay, or a server is away
            return
        run = json.loads(said)
        statement = write_statement(self._folder, run["message_id"], _booked(run["orders"], self._day()))
        for _ in range(2):
            await self._take_in(statement, accounts)

    async def _take_in(self, statement: Path, accounts: Path) -> None:
        """Takes a statement in until all of it is kept: what is away comes back, and days go on."""
        while (await self._yidi("bank", INSURED, str(statement), "--accounts", str(accounts)))[0]:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_S)

    async def _yidi(self, *arguments: str) -> tuple[int, bytes]:
        settings, servers = self._stage.settings, self._stage.servers
        given = {
            "YIDI_HOME": str(settings.home),
            "YIDI_KAFKA": servers.kafka,
            "YIDI_POSTGRES": servers.postgres,
            "YIDI_PARTITIONS": str(settings.partitions),
            "PYTHONPATH": str(ROOT),
        }
        process = await asyncio.create_subprocess_exec(
            *YIDI,
            *("center", *arguments),
            env={**os.environ, **given},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        said, _ = await process.communicate()
        return process.returncode or 0, said

    async def _find(self) -> list[Open]:
        async with self._reading() as database:
            return [Open(*row) for row in await database.fetch(_OPEN)]

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[Any]:
        database = await asyncpg.connect(self._stage.servers.postgres, timeout=5, command_timeout=5)
        try:
            await database.execute("SET ROLE yidi_reader")
            yield database
        finally:
            await database.close(timeout=5)


def _booked(orders: Sequence[dict[str, Any]], day: date) -> Iterator[BankEntry]:
    """What the bank writes of a run's orders."""
    for order in orders:
        reference, fen, to = order["reference"], order["amount_fen"], order["creditor"]["account"]
        yield BankEntry(f"{reference}-out", day, -fen, reference, to)
        if "-" not in reference:
            yield BankEntry(f"{reference}-back", day, fen, reference, to, "AC04")
