"""What of claims waits for a center's review: each line with its amounts and the steps taken so far."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from services.clearing.model.claim import Reviewing
from shared.month.funds import Funds

_OF_STEP = ("step", "taken_by", "officer", "reason", "evidence", "taken_on")


class WaitingLine(NamedTuple):
    """A claimed line that waits (待审核明细) since `taken_on`; amounts in fen.

    `doubts`: why its settlement may be about care that was paid before, as supervision was told.
    """

    claim_id: str
    institution_id: str
    month: str
    settlement_id: str
    visit_kind: str
    insured_area: str
    service_on: date
    business_on: date
    total_fen: int
    line_state: str
    taken_on: date
    doubts: Sequence[str]
    funds: Funds
    steps: Sequence[Reviewing]

    def as_json(self) -> dict[str, Any]:
        """The line as a JSON object; the amounts stand beside the rest."""
        head = self._asdict()
        del head["funds"], head["steps"]
        steps = [
            {
                **{name: getattr(step, name) for name in _OF_STEP},
                "accepted": step.accepted._asdict() if step.accepted is not None else None,
            }
            for step in self.steps
        ]
        return {**head, **self.funds._asdict(), "due_fen": self.funds.due_fen, "steps": steps}
