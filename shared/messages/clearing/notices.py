"""What clearing tells those who did not ask (通知), on their nodes' reply topics."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.messages.body import AmountSumFen, Area, Count, Fact, Identifier, InstitutionId, Month, SumFen
from shared.messages.clearing.months import ClaimLine, DisputedLine

MOST_LINES = 500

Omitted = Literal["CONFIRMATION", "DECISION", "PAYMENT"]


class StatementOverdue(Fact):
    """What a center had to do about a statement by a day is not done (逾期); both centers are told, once.

    It has not confirmed (`CONFIRMATION`), has not decided the disputes of these lines (`DECISION`), or has
    not paid (`PAYMENT`). `open_fen`: what hangs on it. Of many `lines` the first 500 are named in `disputed`.
    """

    TOPICS = ("clearing.events", "reply.<node>")
    KEY = "statement_id"
    statement_id: Identifier
    omitted: Omitted
    center_id: Area
    due_on: date
    open_fen: SumFen
    lines: Count = 0
    disputed: tuple[DisputedLine, ...] = Field(default=(), max_length=MOST_LINES)


class ReviewDue(Fact):
    """Lines of a claim wait for a center's review (待审核); told to that center alone."""

    TOPICS = ("reply.<node>",)
    KEY = "institution_id"
    claim_id: Identifier
    institution_id: InstitutionId
    month: Month
    center_id: Area
    to_review: tuple[ClaimLine, ...]


class InstitutionPaid(Fact):
    """What an institution was due for a month and is paid from a prefund; the rest comes with the next month.

    Told to the institution alone: to all, the prefund says what was paid from it.
    """

    TOPICS = ("reply.<node>",)
    KEY = "institution_id"
    institution_id: InstitutionId
    month: Month
    agreement_id: Identifier
    due_fen: SumFen
    paid_fen: AmountSumFen
