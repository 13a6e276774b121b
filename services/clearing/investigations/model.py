"""Investigations (费用协查): a line in doubt, what the treatment side says to it, and how that ends.

No rule lives here.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from shared.month.funds import Funds


class Investigation(NamedTuple):
    """A line is investigated (协查); `opened_by` is a center, empty where it was opened by rule."""

    investigation_id: str
    line_id: str
    settlement_id: str
    institution_id: str
    opened_by: str
    officer: str
    reason: str
    evidence: list[str]
    opened_on: date
    answer_by: date


class Answered(NamedTuple):
    """The treatment center has answered (反馈) what it found undue, fen per fund; the last answer counts."""

    investigation_id: str
    number: int
    officer: str
    findings: str
    evidence: list[str]
    undue: Funds | None
    answered_on: date
    close_by: date


class Held(NamedTuple):
    """A line dropped out of a statement because it is investigated (暂缓清算)."""

    investigation_id: str
    line_id: str
    statement_id: str


class Closed(NamedTuple):
    """An investigation is closed (办结): with a recovery, or nothing was found."""

    investigation_id: str
    line_id: str
    officer: str
    reason: str
    recovery_id: str | None
    closed_on: date


class Reminded(NamedTuple):
    """It was told that an investigation was not answered or not closed by a day (已提示逾期)."""

    investigation_id: str
    omitted: str
    due_on: date


@dataclass(slots=True)
class Investigations:
    """The open investigations (未结协查) of the lines that a batch names, with all that belongs to them."""

    by_line: dict[str, Investigation] = field(default_factory=dict)
    answers: dict[str, Answered] = field(default_factory=dict)  # investigation → its last answer
    held_in: dict[str, str] = field(default_factory=dict)  # line → the statement it dropped out of
    reminded: set[Reminded] = field(default_factory=set)

    def keep(self, row: Investigation | Answered | Held | Closed | Reminded) -> None:
        """Something has become of an investigation."""
        match row:
            case Investigation():
                self.by_line[row.line_id] = row
            case Answered():
                self.answers[row.investigation_id] = row
            case Held():
                self.held_in[row.line_id] = row.statement_id
            case Reminded():
                self.reminded.add(row)
            case Closed():
                self.by_line.pop(row.line_id)
                self.held_in.pop(row.line_id, None)
