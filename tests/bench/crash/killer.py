"""Carries out the plan: kills, freezes and thaws, arms processes to die at a named point."""

import asyncio
import signal
from collections.abc import Sequence
from contextlib import suppress
from random import Random

import asyncpg
import psutil

from shared.stack import ports
from tests.bench.crash.armed import order_of
from tests.bench.crash.logs import Logs
from tests.bench.crash.plan import BETWEEN_TURNS, LIVE, Fault, plan
from tests.bench.crash.stage import Stage
from tests.bench.place import Tell
from tests.bench.running import ready

KILL_S = 6.5  # from one fault to the next
AHEAD = 2  # faults that the commands may run ahead
POINT_S = 15.0  # a process that is armed passes its point by then, or later on its own
READY_S = 25.0
LOOK_S = 0.2
AGAIN_S = (0.02, 0.1)
FROZEN = (1.4, 2.0)  # sessions


class Killer:
    """The faults of a seed; `done` counts those carried out."""

    def __init__(self, stage: Stage, logs: Logs, kills: int, seed: int, tell: Tell) -> None:
        self._stage, self._logs, self._tell = stage, logs, tell
        self._draw = Random(f"freeze/{seed}")
        self.done = 0
        self._faults, self._seconds = plan(seed, kills), kills * KILL_S
        self._started_s = 0.0

    def pace(self) -> float:
        """How much of the run is over: by the clock, but never far ahead of the faults."""
        if not self._started_s:
            return 0.0
        by_clock = (asyncio.get_running_loop().time() - self._started_s) / self._seconds
        return min(by_clock, (self.done + AHEAD) / len(self._faults), 1.0)

    async def run(self) -> None:
        """One after the other, none before its time."""
        self._started_s = asyncio.get_running_loop().time()
        for fault in self._faults:
            at_s = self._started_s + fault.at * self._seconds
            await asyncio.sleep(max(0.0, at_s - asyncio.get_running_loop().time()))
            await {"kill": self._kill, "freeze": self._freeze, "point": self._arm}[fault.kind](fault)
            self.done += 1
            self._tell("kills", self.done, len(self._faults))

    async def _signal(self, name: str, number: signal.Signals) -> None:
        await asyncio.to_thread(self._stage.supervisor.kill, name, number)

    async def _kill(self, fault: Fault) -> None:
        await self._signal(fault.target, signal.SIGKILL)

    async def _freeze(self, fault: Fault) -> None:
        """Longer than a group's session: another takes over, and the thawed one meets the fence."""
        if fault.point == BETWEEN_TURNS:
            await self._until_ready(LIVE)
        await self._signal(fault.target, signal.SIGSTOP)
        while fault.point == BETWEEN_TURNS and await self._in_turn(fault.target):
            await self._signal(fault.target, signal.SIGCONT)
            await asyncio.sleep(self._draw.uniform(*AGAIN_S))
            await self._signal(fault.target, signal.SIGSTOP)
        await asyncio.sleep(self._stage.settings.session_ms / 1000 * self._draw.uniform(*FROZEN))
        await self._signal(fault.target, signal.SIGCONT)

    async def _until_ready(self, names: Sequence[str]) -> None:
        """Until these processes are back and at work, or long enough."""
        home = self._stage.settings.home
        for _ in range(int(READY_S / LOOK_S)):
            if all([await asyncio.to_thread(ready, ports.read(home, name) or 0) for name in names]):
                return
            await asyncio.sleep(LOOK_S)

    async def _in_turn(self, name: str) -> bool:
        """Whether a process has a transaction open; not if it, or the database, is just away."""
        with suppress(KeyError, psutil.Error, OSError, asyncpg.PostgresError):
            process = psutil.Process(self._stage.supervisor.pids()[name])
            own = [connection.laddr.port for connection in process.net_connections("tcp")]
            database = await asyncpg.connect(self._stage.servers.postgres)
            try:
                return bool(await database.fetchval(_IN_TURN, own))
            finally:
                await database.close()
        return False

    async def _arm(self, fault: Fault) -> None:
        """Killed once to be started anew, armed; it then dies by itself at the point."""
        await self._until_ready([fault.target])
        before = self._logs.points()[fault.target]
        order_of(self._stage.settings.home, fault.target).write_text(fault.point)
        await self._signal(fault.target, signal.SIGKILL)
        for _ in range(int(POINT_S / LOOK_S)):
            await asyncio.sleep(LOOK_S)
            if self._logs.points()[fault.target] != before:
                return


_IN_TURN = "SELECT count(*) FROM pg_stat_activity WHERE xact_start IS NOT NULL AND client_port = ANY($1)"
