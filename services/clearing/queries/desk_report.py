"""What a center has to do: its statements, what is disputed in them, and what is overdue."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from services.clearing.model.statement import WAITS_FOR, Reminder, State
from services.clearing.statements.rules import payer


class DeskDispute(NamedTuple):
    """A disputed line of a statement (争议明细), and how it was decided; empty while it is not."""

    statement_id: str
    line_id: str
    center_id: str
    reason: str
    due_fen: int
    decide_by: date
    ruling: str


class DeskStatement(NamedTuple):
    """A statement of a center (清算单) with its amounts, fen: all lines, and what was disputed of them."""

    statement_id: str
    agreement_id: str
    scheme: str
    month: str
    insured_center: str
    treatment_center: str
    lines: int
    due_fen: int
    disputed_fen: int
    state: str
    since: date

    @property
    def payable_fen(self) -> int:
        """What is paid: what is due without what is disputed; below zero where the treatment center pays."""
        return self.due_fen - self.disputed_fen

    @property
    def waits_for(self) -> tuple[str, ...]:
        """The centers that have yet to confirm it, or the one that has yet to pay it."""
        if self.state == State.CONFIRMED:
            return (payer(self, self.payable_fen),)
        return tuple(dict.fromkeys(getattr(self, side) for side in WAITS_FOR.get(State(self.state), ())))


class DeskInvestigation(NamedTuple):
    """An open investigation (未结协查): of which line and why, what was found so far, and whose turn it is.

    `statement_id`: the statement that it holds the line out of, empty where it holds none.
    """

    investigation_id: str
    line_id: str
    settlement_id: str
    institution_id: str
    due_fen: int
    opened_by: str
    reason: str
    opened_on: date
    statement_id: str
    findings: str
    undue_fen: int
    turn: str
    due_on: date


class Share(NamedTuple):
    """What one pooling area bears of a statement (统筹地区分担), fen: its lines, what is disputed of them.

    The shares of a statement add up to it, and what is payable of them to what its center pays (000 三(三)3).
    """

    statement_id: str
    agreement_id: str
    scheme: str
    month: str
    state: str
    insured_area: str
    lines: int
    pool_fen: int
    large_amount_fen: int
    serious_illness_fen: int
    assistance_fen: int
    account_fen: int
    due_fen: int
    disputed_fen: int

    @property
    def payable_fen(self) -> int:
        """What the area owes its center: what is due without what is disputed; below zero it gets it back."""
        return self.due_fen - self.disputed_fen

    def as_json(self) -> dict[str, Any]:
        """The share as a JSON object."""
        return {**self._asdict(), "payable_fen": self.payable_fen}


class Desk(NamedTuple):
    """A center's desk (待办): its statements, their disputes, what is overdue, and the centers' names."""

    statements: Sequence[DeskStatement]
    disputes: Sequence[DeskDispute]
    overdue: Sequence[Reminder]
    names: Mapping[str, str]

    def named(self, center_id: str) -> str:
        """A center's code with its name beside it, where the register told one."""
        return f"{center_id} {self.names.get(center_id, '')}".rstrip()

    def as_json(self) -> dict[str, Any]:
        """The desk as a JSON object."""
        statements = [
            {**one._asdict(), "payable_fen": one.payable_fen, "waits_for": one.waits_for}
            for one in self.statements
        ]
        return {
            "statements": statements,
            "disputes": [one._asdict() for one in self.disputes],
            "overdue": [one._asdict() for one in self.overdue],
            "centers": {id: self.names[id] for id in sorted(self._centers() & self.names.keys())},
        }

    def _centers(self) -> set[str]:
        return {id for one in self.statements for id in (one.insured_center, one.treatment_center)}
