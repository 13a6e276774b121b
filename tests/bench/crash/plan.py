"""What is killed or frozen when, drawn from a seed. Pure.

A run that reaches no named point, no take-over or no repeat proves nothing, so those come first; the rest is
drawn. The order is drawn too.
"""

from random import Random
from typing import Literal, NamedTuple

from shared.bus.process.crash import FREEZES, POINTS

Kind = Literal["kill", "freeze", "point"]
LIVE = ("settlement-live-0", "settlement-live-1")
SERVICES = (
    *LIVE,
    "settlement-bulk-0",
    "referral-live-0",
    "enrollment-live-0",
    "clearing-bulk-0",
    "audit-bulk-0",
)
SERVERS = ("kafka", "postgres")
LAST = 0.9  # of the run: the rest of it is for going on undisturbed
PASSES = 12  # a process dies or freezes at one of its first passes of a point


class Fault(NamedTuple):
    """One fault: `at` which part of the run, what is done to whom; `point`: what a process is armed with."""

    at: float
    kind: Kind
    target: str
    point: str = ""


def plan(seed: int, kills: int) -> list[Fault]:
    """The faults of a run, in their order."""
    draw = Random(f"crash/{seed}")
    needed = list(_needed(draw))[:kills]
    faults = [*needed, *(_any(draw) for _ in range(kills - len(needed)))]
    draw.shuffle(faults)
    step = LAST / kills
    return [fault._replace(at=(number + draw.random()) * step) for number, fault in enumerate(faults)]


def _needed(draw: Random) -> list[Fault]:
    first, second = draw.sample(LIVE, 2)
    points = [Fault(0, "point", draw.choice(LIVE), _passes(draw, point)) for point in POINTS]
    return [
        *points,
        Fault(0, "point", first, _passes(draw, FREEZES)),
        Fault(0, "kill", "kafka"),
        Fault(0, "kill", "postgres"),
        Fault(0, "point", second, _passes(draw, FREEZES)),
        Fault(0, "freeze", "kafka"),
        Fault(0, "freeze", "postgres"),
        Fault(0, "freeze", first),
        Fault(0, "freeze", second),
        Fault(0, "kill", draw.choice(LIVE)),
        Fault(0, "point", "settlement-bulk-0", _passes(draw, draw.choice(POINTS))),
        Fault(0, "point", "referral-live-0", _passes(draw, draw.choice(POINTS))),
    ]


def _any(draw: Random) -> Fault:
    kinds: tuple[Kind, ...] = ("kill", "kill", "freeze", "point")
    kind = draw.choice(kinds)
    target = draw.choice(SERVICES if kind == "point" else SERVICES + SERVERS)
    return Fault(0, kind, target, _passes(draw, draw.choice(POINTS)) if kind == "point" else "")


def _passes(draw: Random, point: str) -> str:
    return f"{point}:{draw.randint(1, PASSES)}"
