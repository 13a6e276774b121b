"""Quotas, fundings and top-ups of what lies ahead; each row type is one table, keyed by agreement."""

from collections import defaultdict
from datetime import date
from typing import Any, NamedTuple, TypeVar

from shared.messages.clearing.prefunds import Level


class Quota(NamedTuple):
    """A quota (额度) that an agreement has from a day on; of one day, the row kept last counts."""

    agreement_id: str
    from_on: date
    quota_fen: int
    source_id: str


class Measure(NamedTuple):
    """A quota as it was measured (核定), with its inputs: those of a quarter, or those of residents."""

    agreement_id: str
    measure_id: str
    quota_fen: int
    from_on: date
    measured_on: date
    officer: str | None
    first_month: str | None = None
    payable_fen: int | None = None
    months: int | None = None
    persons: int | None = None
    mean_cost_fen: int | None = None
    ratio_bp: int | None = None


class Approval(NamedTuple):
    """An officer has approved a measured quota (复核)."""

    agreement_id: str
    measure_id: str
    officer: str
    approved_on: date


class Funding(NamedTuple):
    """An amount to be paid ahead (应拨预付金), fen; below zero, to be paid back."""

    agreement_id: str
    funding_id: str
    amount_fen: int
    asked_on: date
    due_on: date


class Funded(NamedTuple):
    """A funding was paid (已拨付)."""

    agreement_id: str
    funding_id: str
    paid_on: date
    paid_from: str
    reason: str


class TopUp(NamedTuple):
    """An emergency top-up that the treatment center asks for (紧急调增)."""

    agreement_id: str
    top_up_id: str
    officer: str
    amount_fen: int
    reason: str
    asked_on: date
    answer_by: date


class TopUpAnswer(NamedTuple):
    """What the insured center grants of a top-up (答复); 0 declines it."""

    agreement_id: str
    top_up_id: str
    officer: str
    accepted_fen: int
    answered_on: date
    reason: str


class Reminded(NamedTuple):
    """It was told that a top-up or a funding is overdue (已提示逾期)."""

    agreement_id: str
    order_id: str
    unmet: str


class Warned(NamedTuple):
    """The level (预警级别) that an agreement's radar showed when it last changed."""

    agreement_id: str
    level: Level
    seen_on: date


KINDS = (Quota, Measure, Approval, Funding, Funded, TopUp, TopUpAnswer, Reminded, Warned)
R = TypeVar("R")


class Ahead:
    """What is kept about the money that lies ahead under agreements (预付台账), in the order it came."""

    def __init__(self) -> None:
        self._rows: dict[tuple[type, str], list[Any]] = defaultdict(list)

    def keep(self, row: Any) -> None:
        """Keeps a row of one of the kinds."""
        self._rows[type(row), row.agreement_id].append(row)

    def of(self, kind: type[R], agreement_id: str) -> list[R]:
        """The rows of a kind and an agreement."""
        return self._rows.get((kind, agreement_id), [])

    def taken(self, agreement_id: str) -> set[str]:
        """The ids of an agreement's measurements and top-ups; a funding has the id of what asked for it."""
        measured = {row.measure_id for row in self.of(Measure, agreement_id)}
        return measured | {row.top_up_id for row in self.of(TopUp, agreement_id)}

    def quota_on(self, agreement_id: str, day: date) -> int | None:
        """The quota of a day, fen; None where no quota was ever settled beside the agreement's own."""
        begun = [row for row in self.of(Quota, agreement_id) if row.from_on <= day]
        return sorted(begun, key=lambda row: row.from_on)[-1].quota_fen if begun else None

    def quotas_after(self, agreement_id: str, day: date) -> list[Quota]:
        """The quotas settled already that begin after a day, in order, of each day the one that counts."""
        later = {row.from_on: row for row in self.of(Quota, agreement_id) if row.from_on > day}
        return [later[from_on] for from_on in sorted(later)]
