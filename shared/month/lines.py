"""Lines (清算明细): what settlements, reversals, recoveries and carried lines are worth, and their ids."""

from datetime import date
from typing import Literal, NamedTuple

from shared.month.facts import Decided, Recovered, Reversed, Reviewed, Settled
from shared.month.funds import Funds
from shared.month.terms import Terms

Why = Literal["settled", "reversed", "carried", "recovered", "late"]
"""Why a line stands in a statement (入单原因); `late` whatever else it is, once it was let in."""


class Line(NamedTuple):
    """A line (清算明细): money of one settlement that one place owes another; below zero when it goes back.

    `business_on` finds its month: the day of the settlement, the reversal or the decision.
    """

    line_id: str
    why: Why
    settled: Settled
    business_on: date
    total_fen: int
    funds: Funds


def reversal_id(settlement_id: str) -> str:
    """The id of the line that takes a settlement's line back."""
    return settlement_id + ".r"


def carried_id(line_id: str) -> str:
    """The id of the line that carries a disputed line on."""
    return line_id + ".d"


def settlement_funds(terms: Terms, settled: Settled, reviewed: Reviewed | None) -> Funds:
    """What a settlement's line is worth: its funds; where claims are required, what was accepted of them."""
    if terms.are_claims_required and reviewed is not None:
        return reviewed.accepted.funds
    return settled.funds


def settled_line(settled: Settled, funds: Funds) -> Line:
    """The line of a settlement; its total stays, whatever was deducted in review."""
    return Line(settled.settlement_id, "settled", settled, settled.settled_on, settled.total_fen, funds)


def reversed_line(line: Line, reversal: Reversed) -> Line:
    """The line of a reversal: the settlement's line with all signs changed."""
    id = reversal_id(line.settled.settlement_id)
    return Line(id, "reversed", line.settled, reversal.reversed_on, -line.total_fen, line.funds.negative())


def recovered_line(settled: Settled, recovery: Recovered) -> Line:
    """The line of a recovery: its funds go back to the insured place; no care was given, so no total."""
    return Line(recovery.recovery_id, "recovered", settled, recovery.decided_on, 0, recovery.funds.negative())


def carried_line(line: Line, decided: Decided) -> Line | None:
    """The line carried into a later month (结转) once a dispute is decided; None where it was upheld."""
    if decided.outcome == "upheld":
        return None
    funds = decided.accepted.funds if decided.accepted else line.funds
    return Line(carried_id(line.line_id), "carried", line.settled, decided.decided_on, line.total_fen, funds)
