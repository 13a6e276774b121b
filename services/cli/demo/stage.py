"""The stage of a demonstration: servers and services in a home folder of their own, empty at first."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from services.cli.stack.processes import VIEWS, service_programs
from services.cli.stack.readiness import make_ready
from shared.settings import Settings
from shared.stack import Servers, down, up
from shared.stack.watch.detached import end
from shared.stack.watch.supervisor import Program, Supervisor


@dataclass(frozen=True)
class Stage:
    """What runs: the servers, and the service processes under their supervisor."""

    servers: Servers
    programs: list[Program]
    supervisor: Supervisor


def demo_settings(settings: Settings) -> Settings:
    """The settings of the demonstration: a home below the usual one, always with servers of its own."""
    return replace(settings, home=settings.home / "demo", kafka=None, postgres=None)


@contextmanager
def stage(settings: Settings) -> Iterator[Stage]:
    """Starts everything on an empty home, and stops it at the end. Raises StackError."""
    if settings.home.exists():
        end(settings)
        shutil.rmtree(settings.home)
    try:
        servers = up(settings)
        asyncio.run(make_ready(servers, settings))
        programs = [one for one in service_programs(settings) if one.name != VIEWS]
        with Supervisor(settings, programs) as supervisor:
            yield Stage(servers, programs, supervisor)
    finally:
        down(settings)
