"""Statements (清算单): who may confirm and pay them, and what is owed once disputed lines have dropped out.

A statement covers all settlement lines of its month under one agreement and scheme, whatever the funding
mode: gross, each direction for itself (全额清算, 001 (二十二)). Under HOSPITAL_ADVANCE the institutions get
their advances back by accepted claims, apart from the statement.
"""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from services.clearing.model.line import Line
from services.clearing.model.statement import NEXT, State, Statement, Step, funds_of
from shared.calendar import add_working_days
from shared.identity import derive
from shared.messages.clearing.batches import StatementHead, Sums
from shared.messages.enrollment.agreements import AgreementSigned
from shared.month.funds import ZERO, Funds


def statement_head(agreement: AgreementSigned, scheme: str, month: str) -> StatementHead:
    """The head of the statement of one agreement, scheme and month: who owes whom.

    Its id derives from these three, so that a statement is made once. It keeps the centers and the funding
    mode of the month for all later steps, whatever is signed meanwhile.
    """
    return StatementHead(
        statement_id=derive("statement", agreement.agreement_id, scheme, month),
        agreement_id=agreement.agreement_id,
        funding_mode=agreement.funding_mode,
        insured_center=agreement.insured_center,
        treatment_center=agreement.treatment_center,
        insured_area=agreement.insured_area,
        treatment_area=agreement.treatment_area,
        scheme=scheme,
        month=month,
    )


def sums_of(lines: int, total_fen: int, funds: Funds) -> Sums:
    """The control sums of some lines."""
    both = {"fund_fen": funds.fund_fen, "due_fen": funds.due_fen}
    return Sums(lines=lines, total_fen=total_fen, **funds._asdict(), **both)


def add_up(groups: Iterable[Sums]) -> Sums:
    """Several control sums as one."""
    lines, total_fen, funds = 0, 0, ZERO
    for sums in groups:
        lines, total_fen = lines + sums.lines, total_fen + sums.total_fen
        funds = funds.plus(funds_of(sums))
    return sums_of(lines, total_fen, funds)


CONFIRM = (Step.INSURED_CONFIRMS, Step.TREATMENT_CONFIRMS)
WITHDRAW = (Step.INSURED_WITHDRAWS, Step.TREATMENT_WITHDRAWS)


def take_step(head: StatementHead, state: State, center_id: str, steps: tuple[Step, Step]) -> State | None:
    """The state of a statement after a center's step; None if the life cycle does not allow the step.

    `steps` are the step of the insured side and of the treatment side; a center on both sides takes both.
    """
    centers = (head.insured_center, head.treatment_center)
    after: State | None = state
    for step in [step for center, step in zip(centers, steps, strict=True) if center == center_id]:
        after = NEXT.get((after, step)) if after else None
    return after


def owed(statement: Statement, disputed: Iterable[Funds]) -> Funds:
    """What is owed of a statement, fen per fund: its sums without its disputed lines."""
    rest = statement.funds
    for funds in disputed:
        rest = rest.plus(funds.times(-1))
    return rest


def without(sums: Sums, lines: Iterable[Line]) -> Sums:
    """The sums of a statement corrected (更正): without the lines that dropped out of it."""
    for line in lines:
        rest = funds_of(sums).less(line.funds)
        sums = sums_of(sums.lines - 1, sums.total_fen - line.total_fen, rest)
    return sums


class Between(Protocol):
    """The two centers (结算双方) of a statement."""

    @property
    def insured_center(self) -> str:
        """The center that owes."""

    @property
    def treatment_center(self) -> str:
        """The center that is owed."""


def payer(head: Between, owed_fen: int) -> str:
    """Which center pays: the insured one, or the treatment one when reversals outweigh the month."""
    return head.insured_center if owed_fen >= 0 else head.treatment_center


def pay_by(confirmed_on: date, terms: AgreementSigned) -> date:
    """The day by which a confirmed statement is paid: so many working days later, by its month's terms."""
    return add_working_days(confirmed_on, terms.pay_working_days)
