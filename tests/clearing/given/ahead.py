"""What centers say about money that lies ahead, and how it is answered; all officers are invented."""

from datetime import date
from typing import Any

from shared.bus.message import Decision
from shared.messages.clearing.prefunds import (
    AnswerTopUp,
    ApproveQuota,
    AskTopUp,
    MeasureQuota,
    ReportFunding,
)
from tests.clearing.given.desk import NODES
from tests.clearing.given.facts import INSURED_CENTER, TREATMENT_CENTER
from tests.given.driver import Driver

Asked = MeasureQuota | ApproveQuota | ReportFunding | AskTopUp | AnswerTopUp
_INSURED = {"agreement_id": "prefund", "center_id": INSURED_CENTER}


def measure(from_on: date, **changed: Any) -> MeasureQuota:
    """A measurement for the agreement under prefund."""
    given: dict[str, Any] = {**_INSURED, "measure_id": "q1", "officer": "li", "from_on": from_on}
    return MeasureQuota(**{**given, **changed})


def approve(officer: str, measure_id: str = "q1", **changed: Any) -> ApproveQuota:
    """An officer's approval of a measured quota."""
    return ApproveQuota(**{**_INSURED, "measure_id": measure_id, "officer": officer, **changed})


def fund(fen: int, on: date, funding_id: str = "q1", **changed: Any) -> ReportFunding:
    """What the insured center has paid ahead."""
    given: dict[str, Any] = {**_INSURED, "funding_id": funding_id, "paid_fen": fen, "paid_on": on}
    return ReportFunding(**{**given, **changed})


def ask_top_up(fen: int, **changed: Any) -> AskTopUp:
    """What the treatment center asks for when the alert is red."""
    given: dict[str, Any] = {
        "top_up_id": "t1",
        "agreement_id": "prefund",
        "center_id": TREATMENT_CENTER,
        "officer": "zhou",
        "amount_fen": fen,
        "reason": "春节返乡 / the spring festival",
    }
    return AskTopUp(**{**given, **changed})


def answer_top_up(fen: int, **changed: Any) -> AnswerTopUp:
    """What the insured center grants of it."""
    given: dict[str, Any] = {**_INSURED, "top_up_id": "t1", "officer": "li", "accepted_fen": fen}
    return AnswerTopUp(**{**given, **changed})


async def ask(driver: Driver, body: Asked, day: date | None) -> Decision:
    """What becomes of a request of the center that it names."""
    [decision] = await driver.hear(body, source=NODES[body.center_id], day=day)
    return decision


def code(decision: Decision) -> str:
    """The code of an answer; a refusal changes nothing."""
    assert decision.answer
    assert decision.answer.accepted or not (decision.facts or decision.rows)
    return decision.answer.code
