"""The table of service processes that `yidi up` keeps running. Nothing else."""

import sys

from shared.settings import Settings
from shared.stack import ports
from shared.stack.watch.supervisor import Program

BULK_NICE = 10
# (service, lane, niceness); bulk lanes give way to live ones
LANES = (
    ("enrollment", "live", 0),
    ("referral", "live", 0),
    ("settlement", "live", 0),
    ("settlement", "bulk", BULK_NICE),
    ("clearing", "bulk", BULK_NICE),
    ("audit", "bulk", BULK_NICE),
)
VIEWS = "audit-views"


def service_programs(settings: Settings) -> list[Program]:
    """Every service process of one machine, each with a health port of its own."""
    lanes = [
        _program(settings, f"{service}-{lane}", nice, service, "--lane", lane)
        for service, lane, nice in LANES
    ]
    return [*lanes, _program(settings, VIEWS, BULK_NICE, VIEWS)]


def _program(settings: Settings, name: str, nice: int, *arguments: str) -> Program:
    port = ports.claim(settings.home, name)
    argv = (sys.executable, "-m", "services", *arguments, "--health-port", str(port))
    return Program(name, argv, nice=nice, health_port=port)
