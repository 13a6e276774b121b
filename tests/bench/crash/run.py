"""The crash run from the first command to the verdict."""

import asyncio
import logging
import time
from typing import Any

import structlog

from tests.bench.crash.check import Check, Verdict
from tests.bench.crash.desk import Desk
from tests.bench.crash.killer import KILL_S, Killer
from tests.bench.crash.logs import Logs
from tests.bench.crash.months.centers import Centers
from tests.bench.crash.quiet import wait_quiet
from tests.bench.crash.said import read_said
from tests.bench.crash.stage import Stage, crash_stage
from tests.bench.crash.stories import STEPS
from tests.bench.place import Tell

PATIENCE_S = 240.0
UNPROVEN = "proved nothing"
BARS = {
    "lost": "0",
    "doubled": "0",
    "statements": "≥ 1",
    "conservation_fen": "0",
    "fence_losses": "≥ 1",
    "repeats": "≥ 1",
    "points": "each ≥ 1",
    "faults": "0",
}


def measure(events: int, kills: int, seed: int, tell: Tell) -> dict[str, Any]:
    """Runs once; the figures, and under `faults` whatever is wrong or was not proven."""
    began = time.monotonic()
    with crash_stage(seed) as stage:
        _log_to_file(stage)
        logs = Logs(stage.settings.home)
        figures = asyncio.run(_play(stage, logs, events, kills, seed, tell))
        stage.spoilt = any(not fault.startswith(UNPROVEN) for fault in figures["faults"])
        if stage.spoilt:
            figures["faults"].append(f"data and logs are kept in {stage.settings.home}")
    return {**figures, "seed": seed, "seconds": round(time.monotonic() - began, 1)}


async def _play(stage: Stage, logs: Logs, events: int, kills: int, seed: int, tell: Tell) -> dict[str, Any]:
    killer = Killer(stage, logs, kills, seed, tell)
    async with Desk(stage.servers.kafka, tell) as desk:
        await desk.register()
        restless = await wait_quiet(stage, PATIENCE_S)
        centers = Centers(stage, desk.ask, lambda: desk.day)
        killing, clearing = asyncio.create_task(killer.run()), asyncio.create_task(centers.run())
        try:
            async with asyncio.timeout(kills * KILL_S + PATIENCE_S):
                await desk.run(-(-events // STEPS), killer.pace)
        except TimeoutError:
            restless.append("commands are not answered")
        await killing
        restless += await _finish(stage, centers, clearing)
    said = await read_said(stage.servers.kafka, stage.settings.partitions)
    verdict = await Check(stage, desk.asked, desk.answers, said, centers).run()
    verdict.faults += [f"restless: {line}" for line in restless]
    return _figures(desk, verdict, logs, killer.done)


async def _finish(stage: Stage, centers: Centers, clearing: "asyncio.Task[None]") -> list[str]:
    """Lets the last month end and the centers pay it; gives what stays restless."""
    restless = await wait_quiet(stage, PATIENCE_S)
    centers.is_last = True
    try:
        async with asyncio.timeout(PATIENCE_S):
            await clearing
    except TimeoutError:
        restless.append("statements are not paid")
    return restless + await wait_quiet(stage, PATIENCE_S)


def _figures(desk: Desk, verdict: Verdict, logs: Logs, kills: int) -> dict[str, Any]:
    figures = {
        "accepted": sum(answer.accepted for answer in desk.answers.values()),
        "answered": len(desk.answers),
        "effects": verdict.effects,
        "lost": len(verdict.lost),
        "doubled": len(verdict.doubled),
        "statements": verdict.statements,
        "came_back": verdict.came_back,
        "conservation_fen": verdict.conservation_fen,
        "chain_ok": verdict.chain_ok,
        "kills": kills,
        "fence_losses": logs.count("bus.fence_lost"),
        "repeats": logs.repeats(),
        "parked": verdict.parked,
        "points": logs.hits(),
        "ended_by_themselves": dict(logs.failures()),
    }
    return {**figures, "faults": [*verdict.faults, *_unproven(figures)]}


def _unproven(figures: dict[str, Any]) -> list[str]:
    """What did not occur, so that the run proved nothing about it."""
    missing = [point for point, hits in figures["points"].items() if not hits]
    missing += [name for name in ("fence_losses", "repeats", "statements") if not figures[name]]
    return [f"{UNPROVEN}: no {name}" for name in missing]


def _log_to_file(stage: Stage) -> None:
    """The clients' and the supervisor's warnings go to a file: the screen is the bars'."""
    path = stage.settings.home / "logs" / "crash-run.log"
    logging.basicConfig(filename=path, level=logging.WARNING, force=True)
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(file=path.open("a")))
