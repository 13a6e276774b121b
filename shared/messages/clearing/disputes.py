"""What travels about disputed lines: what a center does not accept, and what the other one says to it."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.messages.amounts import FundAmounts
from shared.messages.body import Area, Fact, Identifier, Request, Text
from shared.messages.clearing.months import DisputedLine

_TOLD = ("clearing.events", "reply.<node>")
Ruling = Literal["rejected", "upheld", "adjusted"]


class DisputeLines(Request):
    """A center disputes lines of a statement (提出争议) before it confirms it."""

    TOPICS = ("monthly.claims",)
    KEY = "statement_id"
    statement_id: Identifier
    center_id: Area
    disputed: tuple[DisputedLine, ...] = Field(min_length=1, max_length=500)


class DecideDispute(Request):
    """The other center answers a dispute (争议裁定).

    `rejected`: the line is owed after all, `upheld`: it is not, `adjusted`: what is `accepted` of it is.
    """

    TOPICS = ("monthly.claims",)
    KEY = "statement_id"
    statement_id: Identifier
    center_id: Area
    line_id: Identifier
    ruling: Ruling
    accepted: FundAmounts | None = None
    reason: Text = ""


class LinesDisputed(Fact):
    """Lines dropped out of a statement (已提出争议); the other center answers by `decide_by`."""

    TOPICS = _TOLD
    KEY = "statement_id"
    statement_id: Identifier
    center_id: Area
    disputed: tuple[DisputedLine, ...]
    disputed_on: date
    decide_by: date


class DisputeDecided(Fact):
    """A dispute is decided (已裁定); unless it was upheld, the line is carried into a later month."""

    TOPICS = _TOLD
    KEY = "statement_id"
    statement_id: Identifier
    center_id: Area
    line_id: Identifier
    ruling: Ruling
    accepted: FundAmounts | None = None
    reason: Text = ""
    decided_on: date
