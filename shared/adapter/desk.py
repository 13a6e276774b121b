"""How one institution asks: its name in each request, the answer or the "no", the ways out when none came.

What it asks for is in `hospital`.
"""

from typing import Any, NamedTuple, TypeVar

from shared.adapter.positions import Positions
from shared.adapter.refused import accepted
from shared.bus.client.client import PATIENCE_S, Connection
from shared.bus.client.unanswered import Asked
from shared.messages.answer import Answer
from shared.messages.body import CancelRequest, QueryOutcome, Request, Result
from shared.messages.outcomes import Cancelled

R = TypeVar("R", bound=Result)


class Visit(NamedTuple):
    """Which visit (就诊) of which person a request is about."""

    visit_id: str
    person_id: str


class Desk:
    """One institution on its node's connection, which several institutions may share."""

    def __init__(
        self,
        connection: Connection,
        institution_id: str,
        *,
        timeout_s: float = PATIENCE_S,
        positions: Positions | None = None,
    ) -> None:
        self.connection, self.institution_id = connection, institution_id
        self._timeout_s = timeout_s
        self._positions = positions or Positions()

    async def query_outcome(self, asked: Asked, *, id: str | None = None) -> Answer:
        """The first answer to an earlier request (查询交易结果), accepted or refused.

        UNKNOWN_ORIGINAL: it was never heard, and can be sent again with its id.
        """
        body = QueryOutcome(subject_id=asked.key, original_id=asked.id)
        return await self.answer_to(body, id, asked.topic)

    async def cancel(self, asked: Asked, reason: str = "", *, id: str | None = None) -> Cancelled:
        """Undoes an earlier request (冲正); one that was never heard can never take effect later."""
        body = CancelRequest(subject_id=asked.key, original_id=asked.id, reason=reason)
        answer = accepted(await self.answer_to(body, id, asked.topic))
        return _result(answer, Cancelled)

    def _names(self, visit: Visit) -> dict[str, Any]:
        return {**visit._asdict(), "institution_id": self.institution_id}

    async def _ask(self, body: Request, kind: type[R], id: str | None, topic: str | None = None) -> R:
        return _result(accepted(await self.answer_to(body, id, topic or body.TOPICS[0])), kind)

    async def answer_to(
        self, body: Request, id: str | None, topic: str, *, valid_for_s: float | None = None
    ) -> Answer:
        """Asks anything, and gives the answer whether accepted or refused; later it takes no effect."""
        after = self._positions.after(body.key, topic)
        reply = await self.connection.ask(
            body, topic=topic, id=id, after=after, valid_for_s=valid_for_s, timeout_s=self._timeout_s
        )
        if reply.answer.code != "TRY_AGAIN":
            self._positions.reached(body.key, after)
        self._positions.remember(body.key, reply.positions)
        return reply.answer


def _result(answer: Answer, kind: type[R]) -> R:
    if not isinstance(answer.result, kind):
        raise TypeError(f"expected {kind.__name__}, got {type(answer.result).__name__}")
    return answer.result
