"""A connection that misbehaves where it is told to: messages delivered twice, answers that never arrive."""

from collections.abc import Sequence

from shared.bus.client.client import IN_FLIGHT, PATIENCE_S, Connection, Reply
from shared.bus.client.unanswered import OutcomeUnknownError
from shared.bus.message import Position
from shared.messages.body import Body


class FaultyConnection(Connection):
    """A node's connection; `doubled` and `lost` name the requests that fare ill."""

    def __init__(self, bootstrap: str, node_id: str, *, in_flight: int = IN_FLIGHT) -> None:
        super().__init__(bootstrap, node_id, in_flight=in_flight)
        self.doubled: set[str] = set()
        self.lost: set[str] = set()

    async def ask(
        self,
        body: Body,
        *,
        topic: str | None = None,
        id: str | None = None,
        after: Sequence[Position] = (),
        valid_for_s: float | None = None,
        correlation_id: str = "",
        timeout_s: float = PATIENCE_S,
    ) -> Reply:
        """As a connection asks, but for the faults."""
        if id in self.doubled or id in self.lost:
            asked = await self.tell(
                body,
                topic=topic,
                id=id,
                after=after,
                valid_for_s=valid_for_s,
                correlation_id=correlation_id,
            )
            if id in self.lost:
                raise OutcomeUnknownError(asked)
        return await super().ask(
            body,
            topic=topic,
            id=id,
            after=after,
            valid_for_s=valid_for_s,
            correlation_id=correlation_id,
            timeout_s=timeout_s,
        )
