"""Default values that practice sets and no document fixes, each with its source."""

from typing import NamedTuple


class Parameter(NamedTuple):
    """A parameter (参数): a number that a province may set otherwise, and its source."""

    value: int
    source: str


_PRACTICE = "national procedure in public use, not in documents 000-004"
PREFUND_YELLOW_BP = Parameter(7_000, _PRACTICE)
PREFUND_RED_BP = Parameter(9_000, _PRACTICE)
QUOTA_STEP_FEN = Parameter(1_000_000, "the clearing contract: rounded up to 10 000 yuan")
QUOTA_MONTHS = Parameter(2, _PRACTICE)
TOP_UP_ANSWER_WORKING_DAYS = Parameter(3, "as the national procedure's term for asking; 000-004 name none")
TOP_UP_PAY_WORKING_DAYS = Parameter(10, _PRACTICE)
BURN_DAYS = Parameter(28, "the clearing contract: four weeks, so that each weekday counts as often")
WARN_DAYS = Parameter(10, "the clearing contract's radar: told when a threshold comes within 10 days")
