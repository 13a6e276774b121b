"""Statements, their life cycle as a table, and the rows about their batches and disputes."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

from shared.messages.clearing.batches import StatementHead, Sums
from shared.month.funds import Funds


class State(StrEnum):
    """The state of a statement (清算单状态)."""

    SORTED = "SORTED"
    ISSUED = "ISSUED"
    INSURED_CONFIRMED = "INSURED_CONFIRMED"
    TREATMENT_CONFIRMED = "TREATMENT_CONFIRMED"
    CONFIRMED = "CONFIRMED"
    PAID = "PAID"


class Step(StrEnum):
    """A step (步骤) that leads a statement from one state to the next."""

    ISSUE = "issue"
    INSURED_CONFIRMS = "insured confirms"
    TREATMENT_CONFIRMS = "treatment confirms"
    INSURED_WITHDRAWS = "insured withdraws"
    TREATMENT_WITHDRAWS = "treatment withdraws"
    PAY = "pay"
    RETURN = "payment returned"


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
    (State.PAID, Step.RETURN): State.CONFIRMED,
}
"""The life cycle of a statement. A center's request for a step that is not in it is refused: BATCH_STATE.

A withdrawal after the payment is refused with NOT_CANCELLABLE instead.
"""

WAITS_FOR = {
    State.ISSUED: ("insured_center", "treatment_center"),
    State.INSURED_CONFIRMED: ("treatment_center",),
    State.TREATMENT_CONFIRMED: ("insured_center",),
}
"""Whose confirmation a statement waits for in a state."""


_AMOUNTS = attrgetter(*Funds._fields)


def funds_of(sums: Sums) -> Funds:
    """The amounts per fund, fen, out of control sums."""
    return Funds(*_AMOUNTS(sums))


class Statement(NamedTuple):
    """A statement (清算单): who owes whom, its sums, the day of its sort, its state and since when.

    `by_area`: the sums of each insured area (统筹地区); they add up to the statement's.
    """

    head: StatementHead
    sums: Sums
    by_area: Mapping[str, Sums]
    sorted_on: date
    state: State
    since: date

    @property
    def funds(self) -> Funds:
        """The sum of all its lines, fen per fund, disputed lines included."""
        return funds_of(self.sums)


class Progress(NamedTuple):
    """A statement changes to a new state (状态变更) on a day."""

    statement_id: str
    state: State
    since: date


class Chunk(NamedTuple):
    """A chunk (分块) of a statement's batch that was written, with its digest."""

    statement_id: str
    number: int
    sha256: str


class Manifest(NamedTuple):
    """The manifest (批次清单) of a complete batch, with the batch's digest."""

    statement_id: str
    chunks: int
    sha256: str
    csv_sha256: str


class Dispute(NamedTuple):
    """A line that a center disputes (争议明细), with the amounts that it takes out of the statement."""

    statement_id: str
    line_id: str
    center_id: str
    reason: str
    evidence: list[str]
    disputed_on: date
    decide_by: date
    pool_fen: int
    large_amount_fen: int
    serious_illness_fen: int
    assistance_fen: int
    account_fen: int

    @property
    def funds(self) -> Funds:
        """The amounts that drop out of the statement with the line, fen per fund."""
        return Funds(*self[-5:])


class Reminder(NamedTuple):
    """It was told that a center has not done its part by a day (已提示逾期)."""

    statement_id: str
    omitted: str
    center_id: str
    due_on: date


class DisputeWithdrawn(NamedTuple):
    """A center takes a dispute back (撤销争议): the line counts in the statement again."""

    statement_id: str
    line_id: str
