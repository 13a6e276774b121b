"""The numbers that practice sets and no document fixes: defaults of the service, each with its source."""

from typing import NamedTuple


class Parameter(NamedTuple):
    """A number (参数) that an insured area may set otherwise, and its source."""

    value: int
    source: str


ALIKE_FEN = Parameter(
    100,
    "no document says when two sums are the same; assumed: when only the rounding of lines can differ",
)
LATE_DAYS = Parameter(
    365,
    "no document says how late the desk may register care; assumed: a year, as for claims",
)
ENDED_COVERAGE_DAYS = Parameter(
    365,
    "000 三(一)4 has admissions and bills told at once, and no document says how late is too late; assumed: "
    "a year after the coverage ended, as for claims",
)
NEWBORN_DAYS = Parameter(
    28, "no document gives an age; assumed: the 28 days of the neonatal period (ICD-10, volume 2)"
)
CLAIM_DAYS = Parameter(
    365,
    "003 二 asks for a time limit, and no document gives a figure; assumed: a year after the end of care",
)
