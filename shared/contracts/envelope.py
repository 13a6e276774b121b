"""The envelope (信封) as a schema: the headers of a request, a fact and an answer, and the record's key.

The same for every message of a kind; `shared.bus.wire` writes and reads them.
"""

from typing import Any

from shared.messages.answer import Answer
from shared.messages.body import MAX_ID_CHARS, Body, Request

Schema = dict[str, Any]
REPLY = "reply.<node>"
_NUMBER = {"type": "string", "pattern": "^[0-9]{1,19}$"}


def _text(words: str, **form: Any) -> Schema:
    return {"type": "string", **form, "description": words}


_POSITION = "stream, topic, partition and sequence with a blank between them; several with commas"
_HEADERS: dict[str, Schema] = {
    "ce_specversion": _text("CloudEvents 的版本 / the version of CloudEvents", const="1.0"),
    "content-type": _text("正文的格式 / the form of the body", const="application/json"),
    "ce_id": _text(
        "报文标识：同一节点同一标识只受理一次，重发得到同一应答 / the message's id:"
        " of one node each id is decided once, and sent again it gets the same answer",
        minLength=1,
        maxLength=MAX_ID_CHARS,
    ),
    "ce_source": _text("发送节点的标识 / the id of the sending node", minLength=1),
    "ce_time": _text(
        "发送时间，RFC 3339，含时区 / when it was sent, RFC 3339 with its offset", format="date-time"
    ),
    "ce_correlationid": _text("整个业务的标识 / the id of the whole case"),
    "ce_causationid": _text("所答或所由报文的 ce_id / the ce_id of the message that led to this one"),
    "ce_traceparent": _text("W3C 追踪上下文 / the W3C trace context"),
    "ce_after": _text(f"先等这些事实 / facts to wait for first: {_POSITION}"),
    "ce_validuntil": _text(
        "逾期不再受理 / after this time it is refused and not decided, RFC 3339", format="date-time"
    ),
    "ce_position": _text(
        f"所成事实的位点，可作后续请求的 after / where its facts stand, for `after`: {_POSITION}"
    ),
    "ce_stream": _text("事实所属的流 / the stream of the fact"),
    "ce_sequence": {**_NUMBER, "description": "流内序号 / its number in the stream"},
    "ce_previous": {**_NUMBER, "description": "此分区中上一序号 / the number before it in this partition"},
    "ce_steps": _text(
        "所属服务依次受理了什么，仅供其重建数据库 / what the service took in which order, for that service"
        " alone: a database that was lost is made anew by it"
    ),
}
_ALWAYS = ("ce_specversion", "content-type", "ce_id", "ce_type", "ce_source", "ce_time", "ce_correlationid")
_SAMPLE = {
    "ce_specversion": "1.0",
    "content-type": "application/json",
    "ce_id": "message-0001",
    "ce_source": "hospital-a",
    "ce_time": "2026-03-02T09:00:00.000Z",
    "ce_correlationid": "message-0001",
    "ce_causationid": "message-0001",
    "ce_stream": "settlement/realtime.encounters/0",
    "ce_sequence": "2",
    "ce_previous": "1",
}
# By kind: what its sender always writes, and what it may.
_OF_REQUEST = (("ce_id", "ce_type", "ce_source"), (*_ALWAYS, "ce_after", "ce_validuntil", "ce_traceparent"))
_OF_ANSWER = ((*_ALWAYS, "ce_causationid"), ("ce_position", "ce_traceparent"))
_OF_FACT = (
    (*_ALWAYS, "ce_causationid", "ce_stream", "ce_sequence", "ce_previous"),
    ("ce_steps", "ce_traceparent"),
)
_OF_NOTICE = ((*_ALWAYS, "ce_causationid"), ("ce_traceparent",))


def headers(kind: type[Body]) -> Schema:
    """The schema of a message's headers; other headers of a sender mean nothing and are ignored."""
    required, optional = _of(kind)
    known = {**_HEADERS, "ce_type": _text("报文类型 / the message's type", const=kind.wire_type())}
    return {
        "type": "object",
        "properties": {name: known[name] for name in dict.fromkeys((*required, *optional))},
        "required": list(required),
    }


def sample_headers(kind: type[Body]) -> dict[str, str]:
    """The headers of the example of a message: those that its sender always writes."""
    known = {**_SAMPLE, "ce_type": kind.wire_type()}
    return {name: known[name] for name in _of(kind)[0]}


def key(kind: type[Body]) -> Schema:
    """The schema of a record's key, which chooses its partition (murmur2, as Kafka's own client does)."""
    if issubclass(kind, Answer):
        return _text("所答请求的 ce_id / the ce_id of the request answered")
    return _text(f"正文的 {kind.KEY}，UTF-8 / the body's {kind.KEY}, in UTF-8")


def _of(kind: type[Body]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if issubclass(kind, Request):
        return _OF_REQUEST
    if issubclass(kind, Answer):
        return _OF_ANSWER
    return _OF_NOTICE if kind.TOPICS == (REPLY,) else _OF_FACT
