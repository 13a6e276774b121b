"""The AsyncAPI page says all that travels, in words that every tool of the standard reads."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shared.bus.topics import TOPICS
from shared.bus.wire import Raw, Undecoded, decode
from shared.contracts.files import HOME
from shared.messages.answer import Answer
from shared.messages.body import Request
from shared.messages.wire_types import TYPES

PAGE = json.loads((HOME / "asyncapi.json").read_text("utf-8"))  # as it is drawn: test_contracts.py
MESSAGES: dict[str, Any] = PAGE["components"]["messages"]


def places(node: Any) -> list[str]:
    """All references in a document."""
    if isinstance(node, list):
        return [place for item in node for place in places(item)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    return own + [place for value in node.values() for place in places(value)]


def test_every_reference_leads_to_a_place_of_the_page_itself() -> None:
    for place in set(places(PAGE)):
        found: Any = PAGE
        for step in place.removeprefix("#/").split("/"):
            found = found[step]


@pytest.mark.requirement("HUB-13")
def test_each_example_has_the_headers_and_the_body_that_it_should() -> None:
    for name in sorted(MESSAGES):
        message = MESSAGES[name]
        [sample] = message["examples"]
        Draft202012Validator(message["headers"]).validate(sample["headers"])
        Draft202012Validator(message["payload"]["schema"]).validate(sample["payload"])


def test_each_example_is_read_as_what_it_is() -> None:
    for name in sorted(MESSAGES):
        message = MESSAGES[name]
        [sample] = message["examples"]
        kind = TYPES[message["name"]]
        headers = [(header, text.encode()) for header, text in sample["headers"].items()]
        raw = Raw(kind.TOPICS[0], 0, 0, b"key", json.dumps(sample["payload"]).encode(), headers, 0)
        assert not isinstance(decode(raw).body, Undecoded)


def test_a_key_is_said_of_every_message_and_is_a_field_of_its_body() -> None:
    for message in MESSAGES.values():
        kind, key = TYPES[message["name"]], message["bindings"]["kafka"]["key"]
        assert key["type"] == "string"
        if kind is not Answer and kind.KEY in kind.model_fields:
            assert f"body's {kind.KEY}," in key["description"]
        assert kind is Answer or kind.KEY, kind


def test_an_answer_is_told_by_its_causation_and_a_request_by_its_id() -> None:
    for message in MESSAGES.values():
        asks = issubclass(TYPES[message["name"]], Request)
        name = message["correlationId"]["location"].removeprefix("$message.header#/")
        assert name == ("ce_id" if asks else "ce_causationid")
        assert name in message["headers"]["required"]


def test_every_request_is_answered_on_the_reply_channel() -> None:
    for name, operation in PAGE["operations"].items():
        topic = PAGE["channels"][operation["channel"]["$ref"].rsplit("/", 1)[1]]["address"]
        asks = topic in TOPICS and TOPICS[topic].asks and not name.startswith("audit")
        assert ("reply" in operation) == (asks and operation["action"] == "receive")


def test_no_word_stands_there_that_is_only_openapis() -> None:
    assert '"discriminator"' not in json.dumps(PAGE)
