"""Kills every service process with -9, so often, at moments drawn from the seed; counts what it did."""

import asyncio
from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random

import psutil

from services.cli.demo.stage import Stage
from shared.settings import Settings
from shared.stack.status import FINE, status
from shared.stack.watch.process import alive

_EARLY, _LATE = 0.03, 0.85  # of all steps: so that the last one to be killed is back for the end
_LOOK_S = 0.2


class Killer:
    """A moment is a number of steps done: `done` counts them up."""

    def __init__(self, settings: Settings, stage: Stage, seed: int, each: int, steps: int) -> None:
        self._settings, self._stage = settings, stage
        self._moments = {
            program.name: sorted(
                int(steps * draw.uniform(_EARLY, _LATE))
                for draw in [Random(f"{seed}/kill/{program.name}")]
                for _ in range(each)
            )
            for program in stage.programs
        }
        self.done = 0
        self.kills: Counter[str] = Counter()

    async def run(self) -> None:
        """Kills until all is done; each process answers about its health again before its next kill."""
        async with asyncio.TaskGroup() as group:
            for name, moments in self._moments.items():
                group.create_task(self._run_one(name, moments))

    async def _run_one(self, name: str, moments: list[int]) -> None:
        for moment in moments:
            await _until(partial(self._is_time, name, moment))
            process = psutil.Process(self._stage.supervisor.pids()[name])
            self._stage.supervisor.kill(name)
            self.kills[name] += 1
            await _until(partial(_is_gone, process))

    def _is_time(self, name: str, moment: int) -> bool:
        return self.done >= moment and any(
            row.name == name and row.health == FINE for row in status(self._settings)
        )


async def _until(true: Callable[[], bool]) -> None:
    while not await asyncio.to_thread(true):  # noqa: ASYNC110 (nobody tells when a process is up or gone)
        await asyncio.sleep(_LOOK_S)


def _is_gone(process: psutil.Process) -> bool:
    return not alive(process)
