"""A demonstration from the empty home to its summary: stage, registers, month, figures, files."""

import asyncio
import json
import logging
import shutil
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.cli.demo.figures import differences, read_figures
from services.cli.demo.killer import Killer
from services.cli.demo.reconciling import FACTS, FOLDER, faults, reconcile_center
from services.cli.demo.stage import Stage, stage
from services.cli.registry_import.folder import Registry, read_registry
from services.cli.registry_import.send import send_registry
from shared.adapter.batches.batch import BatchRefusedError
from shared.adapter.operator import Operator
from shared.adapter.refused import RefusedError
from shared.bus.client.client import Connection
from shared.bus.client.unanswered import OutcomeUnknownError
from shared.settings import Settings
from shared.simulator.belief import Belief
from shared.simulator.month import Month
from shared.simulator.plan.calendar_month import CalendarMonth
from shared.simulator.plan.visits import plan_visits
from shared.simulator.plan.world import World, world_of
from shared.stack.private import write_text

SAMPLE = Path(__file__).parent.parent.parent / "enrollment" / "sample"
_PATIENCE_S = 90.0
_AGAINST_THE_PLAN = (RefusedError, OutcomeUnknownError, BatchRefusedError)
_BARS = {"days": "营业日 / days", "people": "参保 / people", "steps": "业务 / steps"}


@dataclass(frozen=True)
class Wish:
    """What is asked of a demonstration."""

    visits: int
    seed: int
    month: CalendarMonth
    out: Path
    kills_each: int = 0


class DemoError(Exception):
    """The demonstration did not come out right."""


def run_demo(wish: Wish, settings: Settings, console: Console) -> dict[str, Any]:
    """Runs it all and gives the summary, which is also written into the output folder.

    Raises StackError, DemoError.
    """
    began = time.perf_counter()
    _clear(wish.out)
    registry = read_registry(SAMPLE)
    world = world_of(entry.body for entries in registry.stages for entry in entries)
    with ExitStack() as opened:
        with console.status("启动服务器与服务 / starting servers and services"):
            running = opened.enter_context(stage(settings))
        _log_to(settings.home / "logs" / "demo.log")
        summary = asyncio.run(_on_stage(wish, settings, running, registry, world, console))
    summary["seconds"] = round(time.perf_counter() - began, 1)
    summary["out"] = str(wish.out.resolve())
    (wish.out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
    return summary


async def _on_stage(
    wish: Wish, settings: Settings, running: Stage, registry: Registry, world: World, console: Console
) -> dict[str, Any]:
    plans = list(plan_visits(wish.seed, wish.visits, world, wish.month))
    with _progress(console) as bars:
        month = Month(plans, world, wish.month, wish.out / "centers", patience_s=_PATIENCE_S)
        totals = {"days": len(month.days) + 1, "people": month.people, "steps": month.steps}
        tasks = {what: bars.add_task(words, total=totals[what]) for what, words in _BARS.items()}
        killer = Killer(settings, running, wish.seed, wish.kills_each, month.steps)

        def tell(what: str, count: int) -> None:
            bars.advance(tasks[what], count)
            killer.done += count if what == "steps" else 0

        month.tell = tell
        belief = await _live(month, running, registry, killer)
    for name, kills in sorted(killer.kills.items()):
        console.print(f"kill -9 {name}: {kills}")
    if lacking := month.lacking:
        raise DemoError(f"这个月没有发生 / this month lacked: {', '.join(lacking)}")
    figures = await read_figures(running.servers, wish.month.name, belief)
    if differing := differences(figures, belief):
        raise DemoError("服务所存与各方所得不符 / what is held is not what was told: " + "; ".join(differing))
    reconciled = await reconcile_center(running.servers.kafka, wish.out, wish.month.name)
    if wrong := faults(reconciled):
        raise DemoError("对账结果不符 / not what reconciling should find: " + "; ".join(wrong))
    from services.cli.demo.pictures import draw_pictures  # slow to import, and not for who asks for help

    draw_pictures(figures, wish.month.name, wish.out)
    told = {**figures.summary(), "reconciliations": reconciled}
    return {"month": wish.month.name, "seed": wish.seed, **told}


async def _live(month: Month, running: Stage, registry: Registry, killer: Killer) -> Belief:
    """The month with all that goes wrong in it; what should not go wrong ends the demonstration."""
    try:
        async with (
            Connection(running.servers.kafka, "operator") as connection,
            Operator(connection, timeout_s=_PATIENCE_S) as operator,
            asyncio.TaskGroup() as group,
        ):
            await _import(operator, registry)
            killing = group.create_task(killer.run())
            belief = await month.run(operator)
            await killing
    except ExceptionGroup as failed:
        if failed.split(_AGAINST_THE_PLAN)[1]:
            raise
        raise DemoError("; ".join(map(str, failed.exceptions))) from failed
    return belief


async def _import(operator: Operator, registry: Registry) -> None:
    for outcome in await send_registry(operator, registry):
        if not outcome.answer.accepted:
            raise RefusedError(outcome.answer)


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )


def _clear(out: Path) -> None:
    """Takes away what an earlier demonstration left, and nothing else."""
    out.mkdir(parents=True, exist_ok=True)
    for name in ("centers", FOLDER):
        shutil.rmtree(out / name, ignore_errors=True)
    for name in ("summary.json", FACTS, "days.png", "payers.png"):
        (out / name).unlink(missing_ok=True)


def _log_to(path: Path) -> None:
    """The clients' warnings go to a file: the screen is the bars'."""
    write_text(path, "")
    logging.basicConfig(filename=path, level=logging.WARNING, force=True)
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(file=path.open("a")))
