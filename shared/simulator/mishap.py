"""What goes wrong in life (意外情形), at fixed rates, and at least once each in every month."""

from collections.abc import Sequence
from enum import StrEnum
from random import Random

from shared.benefit.bill import VisitKind


class Mishap(StrEnum):
    """One thing that goes wrong with a visit."""

    NONE = "none"
    RETROACTIVE = "filed only before the discharge settlement"
    REVERSED = "settled, taken back and settled again"
    LOST = "the answer to the settlement was lost"
    TWICE = "messages delivered twice"
    DISORDER = "costs out of order and late"
    EARLY_COSTS = "costs before the admission"
    FORGOTTEN = "a day's costs forgotten: a wrong control total"
    LATE_PAGE = "the case page came late"


STAY_OF_100 = {
    Mishap.RETROACTIVE: 5,
    Mishap.REVERSED: 4,
    Mishap.LOST: 4,
    Mishap.TWICE: 5,
    Mishap.DISORDER: 8,
    Mishap.EARLY_COSTS: 3,
    Mishap.FORGOTTEN: 4,
    Mishap.LATE_PAGE: 5,
}
BILL_OF_100 = {Mishap.REVERSED: 2, Mishap.LOST: 2, Mishap.TWICE: 2}

SURE: Sequence[tuple[VisitKind, Mishap]] = (
    *[("inpatient", mishap) for mishap in STAY_OF_100],
    ("outpatient_general", Mishap.REVERSED),
    ("outpatient_general", Mishap.LOST),
    ("pharmacy", Mishap.TWICE),
)
"""The kinds and mishaps of the first visits of every month."""


def draw_mishap(draw: Random, kind: str) -> Mishap:
    """What goes wrong with a visit of this kind, mostly nothing."""
    rates = STAY_OF_100 if kind == "inpatient" else BILL_OF_100
    at = draw.randrange(100)
    for mishap, share in rates.items():
        at -= share
        if at < 0:
            return mishap
    return Mishap.NONE
