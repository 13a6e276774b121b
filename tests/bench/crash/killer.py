"""Carries out the plan: kills, freezes and thaws, arms processes to die at a named point."""

import asyncio
import signal
from collections.abc import Sequence
from random import Random

from shared.bus.process.crash import FREEZES
from shared.stack import ports
from tests.bench.crash.armed import order_of
from tests.bench.crash.logs import Logs
from tests.bench.crash.plan import LIVE, Fault, plan
from tests.bench.crash.stage import Stage
from tests.bench.place import Tell
from tests.bench.running import ready

KILL_S = 6.5  # from one fault to the next
AHEAD = 2  # faults that the commands may run ahead
POINT_S = 40.0  # a process that is armed passes its point by then, or later on its own
READY_S = 40.0
LOOK_S = 0.2
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
        await self._signal(fault.target, signal.SIGSTOP)
        await self._thaw(fault.target)

    async def _thaw(self, name: str) -> None:
        """After longer than a group's session: another has taken over by then."""
        await asyncio.sleep(self._stage.settings.session_ms / 1000 * self._draw.uniform(*FROZEN))
        await self._signal(name, signal.SIGCONT)

    async def _until_ready(self, names: Sequence[str]) -> None:
        """Until these processes are back and at work, or long enough."""
        home = self._stage.settings.home
        for _ in range(int(READY_S / LOOK_S)):
            if all([await asyncio.to_thread(ready, ports.read(home, name) or 0) for name in names]):
                return
            await asyncio.sleep(LOOK_S)

    async def _arm(self, fault: Fault) -> None:
        """Killed once to be started anew, armed; it then dies, or freezes, by itself at the point.

        Frozen with a batch in hand, it meets the fence when it wakes: the other one was there to decide it.
        """
        freezes = fault.point.startswith(FREEZES)
        await self._until_ready(LIVE if freezes else [fault.target])
        before = self._logs.points()[fault.target]
        order_of(self._stage.settings.home, fault.target).write_text(fault.point)
        await self._signal(fault.target, signal.SIGKILL)
        for _ in range(int(POINT_S / LOOK_S)):
            await asyncio.sleep(LOOK_S)
            if self._logs.points()[fault.target] != before:
                break
        if freezes:
            await self._thaw(fault.target)
