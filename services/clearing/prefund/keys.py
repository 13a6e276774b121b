"""The keys of messages about money that lies ahead."""

from collections.abc import Iterable

from services.clearing.keys import Kind
from services.clearing.model.due import ProposeQuota, TellPrefundOverdue, WatchPrefund
from services.clearing.prefund.rules import last_quarter, quarter_key
from shared.bus.message import Message
from shared.bus.service import Key
from shared.messages.clearing.prefunds import (
    AnswerTopUp,
    ApproveQuota,
    AskTopUp,
    MeasureQuota,
    ReportFunding,
)


def of_request(
    message: Message, body: MeasureQuota | ApproveQuota | ReportFunding | AskTopUp | AnswerTopUp
) -> Iterable[Key]:
    """The agreement, what is kept about its money ahead, and the center that asks."""
    return (Kind.AGREEMENT, body.agreement_id), (Kind.AHEAD, body.agreement_id), (Kind.CENTER, body.center_id)


def of_measurement(message: Message, body: MeasureQuota) -> Iterable[Key]:
    """Those of a request, and what was payable in the last quarter."""
    yield from of_request(message, body)
    if message.day:
        yield Kind.QUARTER, quarter_key(body.agreement_id, last_quarter(message.day))


def of_the_day(message: Message, body: ProposeQuota | TellPrefundOverdue | WatchPrefund) -> Iterable[Key]:
    """The agreement and what is kept about its money ahead."""
    return (Kind.AGREEMENT, body.agreement_id), (Kind.AHEAD, body.agreement_id)
