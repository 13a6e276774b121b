"""A request without its answer: how it is named, and why none came."""

from typing import NamedTuple

from shared.bus.fault import describe
from shared.bus.wire import MAX_BODY_BYTES


class Asked(NamedTuple):
    """The name of a request that was sent, by which its outcome can be asked for."""

    id: str
    topic: str
    key: str


class OutcomeUnknownError(Exception):
    """No answer came in time: whether the request took effect is not known; ask with `QueryOutcome`."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        super().__init__(
            f"报文 {asked.id} 未获应答，结果未知，请查询交易结果；若从未获应答，请确认本节点已登记 / "
            f"no answer to request {asked.id} on {asked.topic}: its outcome is unknown, query it;"
            " if nothing is ever answered, is this node registered?"
        )


class BodyTooLargeError(ValueError):
    """The body is above the bus's limit and was not sent."""

    def __init__(self, size: int) -> None:
        super().__init__(
            f"报文 {size} 字节，超过上限 {MAX_BODY_BYTES}，请拆分后发送 / "
            f"the body has {size} bytes, above the limit of {MAX_BODY_BYTES}: split it"
        )


class ListeningEndedError(Exception):
    """The task that hears the answers has ended: none can come, and outcomes are not known."""

    def __init__(self, node_id: str, error: BaseException | None) -> None:
        why = describe(error) if error else "stopped"
        super().__init__(
            f"接收应答的任务已终止（{why}），请重新连接后查询交易结果 / "
            f"node {node_id} hears no answers any more ({why}): connect again, then query the outcome"
        )
