"""The AsyncAPI 3 page: every channel with its messages, who sends and who receives, and where answers go."""

from typing import Any

from shared.bus.topics import SERVICES, TOPICS, Topic
from shared.contracts.envelope import headers, key, sample_headers
from shared.contracts.examples import example
from shared.contracts.schemas import closed, opened, standalone
from shared.messages.body import Body, Request
from shared.messages.wire_types import ANSWER_TYPE, TYPES

REPLY = "reply"
_FORMAT = "application/schema+json;version=draft-2020-12"


def asyncapi() -> dict[str, Any]:
    """The whole document, made from the table of topics and the message classes."""
    return {
        "asyncapi": "3.1.0",
        "info": {
            "title": "Yidi 异地就医联网结报",
            "version": "1",
            "description": "Cross-region settlement of medical bills. CloudEvents 1.0 in Kafka's binary "
            "mode, JSON bodies; requests are taken in structured mode too. Each request is answered on "
            "reply.<node>, not compressed; its id is decided once. README.md is the guide.",
            "license": {"name": "Apache-2.0"},
        },
        "servers": {
            "bus": {
                "host": "{host}:{port}",
                "protocol": "kafka",
                "description": "地址由运营方告知；只在本机监听，不要求登录 / its address is told by its "
                "operator (`yidi up` prints it); it listens on its own machine alone and asks for no login",
                "variables": {"host": {"default": "127.0.0.1"}, "port": {"default": "9092"}},
            }
        },
        "defaultContentType": "application/json",
        "channels": {**{_name(t.name): _channel(t) for t in TOPICS.values()}, REPLY: _reply_channel()},
        "operations": _operations(),
        "components": {"messages": {_short(wire): _message(wire, kind) for wire, kind in TYPES.items()}},
    }


def messages_on(topic: str) -> list[str]:
    """The wire types that may stand on a topic."""
    return [wire for wire, kind in TYPES.items() if topic in kind.TOPICS]


def _channel(topic: Topic) -> dict[str, Any]:
    return {
        "address": topic.name,
        "messages": {
            _short(w): {"$ref": f"#/components/messages/{_short(w)}"} for w in messages_on(topic.name)
        },
        "bindings": {"kafka": {"topic": topic.name, "topicConfiguration": _configuration(topic)}},
        "x-key": topic.key,
        "x-frequency": topic.frequency,
    }


def _configuration(topic: Topic) -> dict[str, Any]:
    keep_ms = -1 if topic.retention_days < 0 else topic.retention_days * 86_400_000
    return {"cleanup.policy": ["compact" if topic.compacted else "delete"], "retention.ms": keep_ms}


def _reply_channel() -> dict[str, Any]:
    told = [ANSWER_TYPE, *(wire for wire in messages_on("reply.<node>") if wire != ANSWER_TYPE)]
    return {
        "address": "reply.{node}",
        "parameters": {"node": {"description": "the node's id in the register, never from a header"}},
        "messages": {_short(w): {"$ref": f"#/components/messages/{_short(w)}"} for w in told},
        "x-key": "request id; of a notice, its own key",
    }


def _operations() -> dict[str, Any]:
    operations: dict[str, Any] = {}
    for topic in TOPICS.values():
        channel = {"$ref": f"#/channels/{_name(topic.name)}"}
        if topic.owner in SERVICES:
            operations[f"{topic.owner}Says_{_name(topic.name)}"] = {"action": "send", "channel": channel}
        for reader in topic.readers:
            operation: dict[str, Any] = {"action": "receive", "channel": channel}
            if topic.asks and reader != "audit":
                operation["reply"] = _reply()
            operations[f"{reader}Hears_{_name(topic.name)}"] = operation
    return operations


def _reply() -> dict[str, Any]:
    channel = f"#/channels/{REPLY}"
    return {"channel": {"$ref": channel}, "messages": [{"$ref": f"{channel}/messages/{_short(ANSWER_TYPE)}"}]}


def _message(wire: str, kind: type[Body]) -> dict[str, Any]:
    schema = closed(kind) if issubclass(kind, Request) else opened(kind)
    told_by = "ce_id" if issubclass(kind, Request) else "ce_causationid"
    return {
        "name": wire,
        "title": kind.__name__,
        "summary": (kind.__doc__ or "").strip().split("\n")[0],
        "contentType": "application/json",
        "headers": headers(kind),
        "payload": {"schemaFormat": _FORMAT, "schema": standalone(schema)},
        "correlationId": {"location": f"$message.header#/{told_by}"},
        "bindings": {"kafka": {"key": key(kind)}},
        "examples": [
            {"name": wire, "headers": sample_headers(kind), "payload": example(kind).model_dump(mode="json")}
        ],
    }


def _name(topic: str) -> str:
    return topic.replace(".", "_")


def _short(wire: str) -> str:
    return wire.removeprefix("yidi.").replace(".", "_")
