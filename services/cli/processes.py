"""The table of service processes that `yidi up` keeps running. Nothing else."""

import sys

from shared.settings import Settings
from shared.stack import ports
from shared.stack.supervisor import Program

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
    """Every service process of one machine, each lane with a health port of its own."""
    lanes = [_lane(settings, service, lane, nice) for service, lane, nice in LANES]
    return [*lanes, Program(VIEWS, _argv(VIEWS), nice=BULK_NICE)]


def _lane(settings: Settings, service: str, lane: str, nice: int) -> Program:
    name = f"{service}-{lane}"
    port = ports.claim(settings.home, name)
    argv = _argv(service, "--lane", lane, "--health-port", str(port))
    return Program(name, argv, nice=nice, health_port=port)


def _argv(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "services", *arguments)
