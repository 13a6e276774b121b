"""What audit says: days passed, roots of the evidence trail, missed deadlines."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.messages.body import Count, Fact, Text

ExchangeClass = Literal["at_once", "daily", "case_page", "monthly"]
_EVENTS = ("audit.events",)
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, hexadecimal")]


class DayPassed(Fact):
    """Every stream of every service has done all of a business day, and the trail holds it."""

    TOPICS = _EVENTS
    KEY = "calendar"
    calendar: Literal["days"] = "days"
    passed_on: date


class RootSealed(Fact):
    """The day's Merkle root over the chain heads of every topic partition (每日存证根)."""

    TOPICS = _EVENTS
    KEY = "calendar"
    calendar: Literal["days"] = "days"
    sealed_on: date
    root: Digest
    records: Count


class DeadlineMissed(Fact):
    """An exchange of one of the four classes did not come in time (000 三(一)4)."""

    TOPICS = _EVENTS
    KEY = "subject_id"
    subject_id: Text
    exchange: ExchangeClass
    party: Text
    due_on: date
    heard_on: date | None
