"""Notices (通知) as a node hears them: the messages on its reply topic that are no answers."""

from collections.abc import Callable
from typing import Any

import structlog

from shared.bus.consumer import raw_of
from shared.bus.message import Message
from shared.bus.wire import Undecoded, decode

log = structlog.get_logger()
OnNotice = Callable[[Message], None]


def hand_over(record: Any, node_id: str, on_notice: OnNotice | None) -> None:
    """Hands a notice to `on_notice`; a failure is logged, and stops neither answers nor later notices."""
    message = decode(raw_of(record))
    if isinstance(message.body, Undecoded):
        log.error("client.notice_unreadable", node=node_id, id=message.id)
    elif on_notice:
        try:
            on_notice(message)
        except Exception:
            log.exception("client.notice_not_taken", node=node_id, id=message.id)
