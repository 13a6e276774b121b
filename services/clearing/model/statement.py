"""Statements, their life as a table, and what their batches leave behind."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from shared.funds import Funds
from shared.messages.clearing.months import StatementHead, Sums


class State(StrEnum):
    """Where a statement (清算单) stands."""

    SORTED = "SORTED"
    ISSUED = "ISSUED"
    INSURED_CONFIRMED = "INSURED_CONFIRMED"
    TREATMENT_CONFIRMED = "TREATMENT_CONFIRMED"
    CONFIRMED = "CONFIRMED"
    PAID = "PAID"


class Step(StrEnum):
    """What happens to a statement."""

    ISSUE = "issue"
    INSURED_CONFIRMS = "insured confirms"
    TREATMENT_CONFIRMS = "treatment confirms"
    INSURED_WITHDRAWS = "insured withdraws"
    TREATMENT_WITHDRAWS = "treatment withdraws"
    PAY = "pay"


NEXT: dict[tuple[State, Step], State] = {
    (State.SORTED, Step.ISSUE): State.ISSUED,
    (State.ISSUED, Step.INSURED_CONFIRMS): State.INSURED_CONFIRMED,
    (State.ISSUED, Step.TREATMENT_CONFIRMS): State.TREATMENT_CONFIRMED,
    (State.INSURED_CONFIRMED, Step.TREATMENT_CONFIRMS): State.CONFIRMED,
    (State.TREATMENT_CONFIRMED, Step.INSURED_CONFIRMS): State.CONFIRMED,
    (State.INSURED_CONFIRMED, Step.INSURED_WITHDRAWS): State.ISSUED,
    (State.TREATMENT_CONFIRMED, Step.TREATMENT_WITHDRAWS): State.ISSUED,
    (State.CONFIRMED, Step.INSURED_WITHDRAWS): State.TREATMENT_CONFIRMED,
    (State.CONFIRMED, Step.TREATMENT_WITHDRAWS): State.INSURED_CONFIRMED,
    (State.CONFIRMED, Step.PAY): State.PAID,
}
"""The life of a statement; what does not stand here is refused with BATCH_STATE."""


def funds_of(sums: Sums) -> Funds:
    """The money of control sums, per fund."""
    return Funds(sums.pool_fen, sums.large_amount_fen, sums.serious_illness_fen, sums.assistance_fen)


class Statement(NamedTuple):
    """A statement: whose money, its control sums, the day it was sorted, its state and since when."""

    head: StatementHead
    sums: Sums
    sorted_on: date
    state: State
    since: date

    @property
    def funds(self) -> Funds:
        """What its lines come to, disputed ones included."""
        return funds_of(self.sums)


class Progress(NamedTuple):
    """A statement's new state, from a day on."""

    statement_id: str
    state: State
    since: date


class Chunk(NamedTuple):
    """A chunk of a batch was written, with its digest."""

    statement_id: str
    number: int
    sha256: str


class Manifest(NamedTuple):
    """A batch is complete, with its digest."""

    statement_id: str
    chunks: int
    sha256: str


class Dispute(NamedTuple):
    """A line that a center does not accept, with what it took out of the statement."""

    statement_id: str
    line_id: str
    center_id: str
    reason: str
    pool_fen: int
    large_amount_fen: int
    serious_illness_fen: int
    assistance_fen: int

    @property
    def funds(self) -> Funds:
        """What drops out with it."""
        return Funds(*self[-4:])


class DisputeWithdrawn(NamedTuple):
    """A center takes a dispute back: the line stands in the statement again."""

    statement_id: str
    line_id: str
