"""Default values that practice sets and no document fixes, each with its source."""

from typing import NamedTuple


class Parameter(NamedTuple):
    """A parameter (参数): a number that a province may set otherwise, and its source."""

    value: int
    source: str


PREFUND_YELLOW_BP = Parameter(7_000, "national procedure in public use, not in documents 000-004")
PREFUND_RED_BP = Parameter(9_000, "national procedure in public use, not in documents 000-004")
