"""The public contracts: current, complete, compatible, and readable by others."""

import json
from datetime import UTC, date, datetime

import pytest
from cloudevents.v1.kafka import KafkaMessage, from_binary
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from shared.bus.topics import SERVICES, TOPICS
from shared.bus.wire import decode_body, encode_request
from shared.contracts.asyncapi import asyncapi, messages_on
from shared.contracts.examples import example
from shared.contracts.files import HOME, build, released
from shared.contracts.schemas import WIDENED, Schema, breaks, closed, form, opened
from shared.messages.body import Body, Fact, Identifier, Request, RequestId
from shared.messages.wire_types import TYPES
from tests.house.results_of import results_of


def test_the_generated_files_are_current() -> None:
    stale = [name for name, text in build().items() if (HOME / name).read_text(encoding="utf-8") != text]
    assert not stale, f"run `python -m shared.contracts`: {stale[:5]}"


@pytest.mark.requirement("HUB-13")
def test_each_golden_example_decodes_and_fits_both_schemas() -> None:
    for wire in sorted(TYPES):
        text = (HOME / "examples" / f"{wire}.json").read_text(encoding="utf-8")
        body = decode_body(wire, text.encode())
        assert type(body) is TYPES[wire]
        for schema in (closed(TYPES[wire]), opened(TYPES[wire])):
            Draft202012Validator(schema).validate(json.loads(text))


def test_no_golden_example_has_a_period_that_is_empty() -> None:
    for wire, kind in TYPES.items():
        days = {name: day for name, day in example(kind) if isinstance(day, date)}
        begun = [day for name, day in days.items() if name.endswith(("_from", "starts_on", "from_on"))]
        ended = [day for name, day in days.items() if name.endswith(("_until", "ends_on", "until_on"))]
        assert not begun or not ended or max(begun) < min(ended), wire


def test_each_request_has_one_kind_of_result() -> None:
    named = {kind.__name__: results for kind, results in results_of().items()}
    # The bus tells the earlier answer; a policy sent as a whole is never taken; a page is made of rows.
    apart = {"QueryOutcome": set[str](), "PublishPolicy": set[str]()}
    apart["EnrollPersons"] = {"page_registered", "registered"}
    assert {name: found for name, found in named.items() if len(found) != 1} == apart
    sent = json.loads((HOME / "visits" / "stay.json").read_text(encoding="utf-8"))
    told = json.loads((HOME / "visits" / "stay_answers.json").read_text(encoding="utf-8"))
    wires = [TYPES[record["headers"]["ce_type"]].__name__ for record in sent]
    assert [set(named[name]) for name in wires] == [{one["body"]["result"]["result"]} for one in told]


def test_producers_are_closed_and_consumers_open() -> None:
    for wire in sorted(TYPES):
        more = {**example(TYPES[wire]).model_dump(mode="json"), "unheard_of": 1}
        assert not Draft202012Validator(closed(TYPES[wire])).is_valid(more)
        assert Draft202012Validator(opened(TYPES[wire])).is_valid(more)


def test_nobody_hears_what_nobody_says() -> None:
    for topic in TOPICS.values():
        assert topic.owner == "nodes" or topic.owner in SERVICES
        assert messages_on(topic.name), f"{topic.name} carries no message"
    for wire, kind in TYPES.items():
        assert kind.TOPICS, f"{wire} is on no topic"
        unknown = [t for t in kind.TOPICS if t not in TOPICS and t != "reply.<node>"]
        assert not unknown, f"{wire} is on undeclared topics {unknown}"


def test_requests_come_from_nodes_and_facts_from_services() -> None:
    for kind in TYPES.values():
        if issubclass(kind, Request):
            assert all(TOPICS[topic].asks for topic in kind.TOPICS), kind
        elif issubclass(kind, Fact) and kind.__name__ != "DayOpened":
            told_to_all = [TOPICS[topic] for topic in kind.TOPICS if topic != "reply.<node>"]
            assert not any(topic.asks for topic in told_to_all), kind


def test_every_message_version_was_released() -> None:
    assert sorted(released()) == sorted(TYPES)


def test_a_released_version_only_grows() -> None:
    for wire in sorted(TYPES):
        assert breaks(released()[wire], closed(TYPES[wire]), TYPES[wire]) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"required": ["a"], "properties": {"a": {"type": "integer"}}}, "a: became required"),
        ({"required": [], "properties": {}}, "a: removed"),
        ({"required": [], "properties": {"a": {"type": "string"}}}, "a: type changed"),
        ({"required": [], "properties": {"a": {"type": "integer", "maximum": 5}}}, "a: maximum changed"),
        ({"required": [], "properties": {"a": {"type": "integer"}, "b": {}}}, ""),
    ],
)
def test_breaking_changes_are_named(change: dict[str, object], fault: str) -> None:
    before = {"required": [], "properties": {"a": {"type": "integer"}}}
    assert [f.removeprefix("/") for f in breaks(before, change, Request)] == ([fault] if fault else [])


def one_field(kind: Schema) -> Schema:
    """The schema of a message that is one such field."""
    return {"required": ["a"], "properties": {"a": kind}}


IDENTIFIER, REQUEST_ID = form(Identifier), form(RequestId)
DIGITS = {"type": "string", "pattern": r"^\d{4}$"}


@pytest.mark.parametrize(
    ("kind", "before", "after", "faults"),
    [
        (Request, IDENTIFIER, REQUEST_ID, []),
        (
            Request,
            REQUEST_ID,
            IDENTIFIER,
            ["/a: maxLength changed", "/a: minLength changed", "/a: pattern changed"],
        ),
        (
            Fact,
            IDENTIFIER,
            REQUEST_ID,
            ["/a: maxLength changed", "/a: minLength changed", "/a: pattern changed"],
        ),
        (Request, DIGITS, {"anyOf": [DIGITS, {"type": "null"}]}, []),
        (Fact, DIGITS, {**DIGITS, "pattern": "^[0-9]{4}$"}, []),
        (Fact, DIGITS, {**DIGITS, "pattern": "^[0-9]{5}$"}, ["/a: pattern changed"]),
    ],
)
def test_a_form_may_be_spelt_anew_and_in_a_request_widened(
    kind: type[Body], before: Schema, after: Schema, faults: list[str]
) -> None:
    assert breaks(one_field(before), one_field(after), kind) == faults


@pytest.mark.parametrize(("earlier", "wider"), WIDENED)
@given(data=st.data())
def test_a_widened_form_takes_all_that_the_earlier_one_did(
    earlier: Schema, wider: Schema, data: st.DataObject
) -> None:
    assert earlier["type"] == wider["type"] == "string"
    Draft202012Validator(wider).validate(data.draw(st.from_regex(earlier["pattern"], fullmatch=True)))


def test_no_pattern_means_more_to_us_than_to_others() -> None:
    for wire in sorted(TYPES):
        text = json.dumps(closed(TYPES[wire]))
        assert not [name for name in (r"\\d", r"\\w", r"\\s", r"\\b") if name in text]


def test_a_fact_may_not_stop_telling() -> None:
    before = {"required": ["a"], "properties": {"a": {"type": "integer"}}}
    assert breaks(before, {**before, "required": []}, Fact) == ["/a: is no longer certain"]


@pytest.mark.parametrize("wire", sorted(w for w, k in TYPES.items() if issubclass(k, Request)))
def test_the_cloudevents_sdk_reads_our_messages(wire: str) -> None:
    body: Body = example(TYPES[wire])
    record = encode_request(body, id="m1", source="hospital-a", time=datetime.now(UTC).isoformat())
    event = from_binary(KafkaMessage(headers=dict(record.headers), key=record.key, value=record.value))
    assert (event["id"], event["type"], event["source"]) == ("m1", wire, "hospital-a")
    assert event.data == body.model_dump(mode="json")


def test_the_page_names_every_message_and_every_answering_place() -> None:
    page = asyncapi()
    assert len(page["components"]["messages"]) == len(TYPES)
    asked = [t for t in TOPICS.values() if t.asks]
    replies = [op for op in page["operations"].values() if "reply" in op]
    assert len(replies) == len(asked)


def test_a_body_made_of_valid_values_is_the_one_that_was_checked() -> None:
    for kind in TYPES.values():
        checked = example(kind)
        made = kind.of_valid(dict(vars(checked)))
        assert made == checked
        assert made.model_dump_json() == checked.model_dump_json()
        with pytest.raises(ValidationError, match="frozen"):
            setattr(made, next(iter(kind.model_fields)), None)
