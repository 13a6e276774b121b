"""The wire form: what is written is read again, and what cannot be read says why and breaks nothing."""

import json
import re
from base64 import b64encode
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.bus.message import Position
from shared.bus.outside.envelope import MAX_HEADERS_CHARS, without_body
from shared.bus.wire import (
    Undecoded,
    answer_bytes,
    decode,
    decode_body,
    encode_answer,
    encode_fact,
    format_positions,
    parse_positions,
)
from shared.errors import REFUSALS, refuse
from shared.messages.answer import Answer
from shared.messages.body import MAX_ID_CHARS, QueryOutcome, RequestRefused
from shared.messages.settlement.visits import Control, FeeLine, SettleVisit, UploadCosts
from tests.bus.given.made import changed, raw, request
from tests.bus.given.scene import NODE, filing

SETTLE = SettleVisit(
    visit_id="V1", person_id="P1", institution_id="H51010000001", control=Control(lines=2, total_fen=7_777)
)
UPLOAD = UploadCosts(
    visit_id="V1",
    person_id="P1",
    institution_id="H51010000001",
    upload_id="U1",
    cost_on=date(2026, 3, 2),
    lines=(FeeLine(line="1", item="drug-1", category="09", quantity="2", price="12.5"),),
    control=Control(lines=1, total_fen=2_500),
)
FILING_TYPE = filing("f1").wire_type()
ENVELOPE = {"ce_id": b"r1", "ce_type": FILING_TYPE.encode(), "ce_source": NODE.encode()}


def test_a_request_is_read_as_it_was_written() -> None:
    message = request(
        "r1",
        filing("f1"),
        correlation_id="case-1",
        after="enrollment/registry.commands/0 enrollment.events 3 17",
        valid_until="2026-03-02T02:00:00Z",
        trace_parent="00-a-b-01",
    )
    assert (message.id, message.source, message.key, message.type) == ("r1", NODE, "P1", FILING_TYPE)
    assert message.body == filing("f1")
    assert message.correlation_id == "case-1"
    assert message.after == (Position("enrollment/registry.commands/0", "enrollment.events", 3, 17),)
    assert (message.valid_until, message.trace_parent) == ("2026-03-02T02:00:00Z", "00-a-b-01")


def test_a_request_without_a_case_is_its_own_case() -> None:
    assert request("r1").correlation_id == "r1"


def test_an_answer_names_its_request_and_the_case() -> None:
    asked = request("r1", correlation_id="case-1", trace_parent="00-a-b-01")
    body = answer_bytes(refuse("NOT_OPENED"))
    record = encode_answer(body, asked, service="referral", time=b"t", position="s t 0 1")
    heard = decode(raw(record.value, record.headers, key=record.key))
    assert isinstance(heard.body, Answer)
    assert (heard.key, heard.causation_id, heard.correlation_id) == ("r1", "r1", "case-1")
    assert (heard.source, heard.body.code, heard.trace_parent) == ("referral", "NOT_OPENED", "00-a-b-01")


def test_a_fact_names_the_message_that_led_to_it() -> None:
    cause = request("r1", correlation_id="case-1")
    said = RequestRefused(subject_id="P1", request_id="r1", request_type="t", node_id=NODE, code="NOT_OPENED")
    record = encode_fact(said, cause, id="e1", service="referral", time=b"t", key="P1")
    heard = decode(raw(record.value, record.headers, key=record.key))
    assert (heard.id, heard.causation_id, heard.correlation_id) == ("e1", "r1", "case-1")
    assert heard.body == said


def upload(**fields: str) -> bytes:
    """An upload whose line has these fields."""
    body = json.loads(UPLOAD.model_dump_json())
    return json.dumps({**body, "lines": [{**body["lines"][0], **fields}]}, ensure_ascii=False).encode()


positions = st.builds(
    Position,
    st.from_regex(r"[a-z]{1,20}/[a-z.]{1,40}/[0-9]{1,3}", fullmatch=True),
    st.from_regex(r"[a-z.]{1,40}", fullmatch=True),
    st.integers(0, 2**31 - 1),
    st.integers(0, 2**63 - 1),
)


@given(st.lists(positions, max_size=5))
def test_positions_are_read_as_they_were_written(given_: list[Position]) -> None:
    assert parse_positions(format_positions(given_)) == tuple(given_)


@pytest.mark.requirement("HUB-21")
@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({}, b"P1"),
        ({**ENVELOPE, "ce_id": b""}, b"P1"),
        ({"ce_id": b"r1", "ce_type": b"t"}, b"P1"),
        ({**ENVELOPE, "ce_source": b"\xff"}, b"P1"),
        ({**ENVELOPE, "ce_source": None}, b"P1"),
    ],
)
def test_an_envelope_that_cannot_be_read_is_junk(headers: dict[str, bytes], key: bytes) -> None:
    message = decode(raw(b"{}", list(headers.items()), key=key))
    assert isinstance(message.body, Undecoded)
    assert (message.body.code, message.id, message.source) == ("JUNK", "", "")
    assert "\0" not in message.key


@pytest.mark.requirement("HUB-21")
@pytest.mark.parametrize(
    ("headers", "key"),
    [
        (ENVELOPE, b"\xff\xfe"),
        (ENVELOPE, b"P\x001"),
        (ENVELOPE, b"P" * (MAX_ID_CHARS + 1)),
        ({**ENVELOPE, "ce_id": b"r\x001"}, b"P1"),
        ({**ENVELOPE, "ce_id": b"r" * (MAX_ID_CHARS + 1)}, b"P1"),
        ({**ENVELOPE, "ce_correlationid": b"c" * (MAX_HEADERS_CHARS + 1)}, b"P1"),
        ({**ENVELOPE, "ce_after": b"somewhere"}, b"P1"),
        ({**ENVELOPE, "ce_after": b"s t 0 99999999999999999999"}, b"P1"),
        ({**ENVELOPE, "ce_after": b"s t 4294967296 1"}, b"P1"),
        ({**ENVELOPE, "ce_after": b"s t 0 -1"}, b"P1"),
        ({**ENVELOPE, "ce_after": "姓名 t 0 1".encode()}, b"P1"),
        ({**ENVELOPE, "ce_after": b"11010519491231002X t 0 1"}, b"P1"),
        ({**ENVELOPE, "ce_type": b""}, b"P1"),
        ({**ENVELOPE, "ce_time": None}, b"P1"),
    ],
)
def test_whoever_can_be_answered_is_told_what_is_wrong_with_an_envelope(
    headers: dict[str, bytes], key: bytes
) -> None:
    message = decode(raw(b"{}", list(headers.items()), key=key))
    assert isinstance(message.body, Undecoded)
    assert (message.body.code, message.source) == ("INVALID_ENVELOPE", NODE)
    assert message.body.where.split(":")[0] in {"key", "headers", "headers or key", *headers}
    assert 0 < len(message.id) <= MAX_ID_CHARS
    assert "\0" not in message.key + message.id


STRUCTURED = [("content-type", b"Application/CloudEvents+JSON; charset=utf-8")]
EVENT = {"specversion": "1.0", "id": "r1", "type": FILING_TYPE, "source": NODE, "data": {}}


def event(text: str = "", **attributes: object) -> bytes:
    """A structured event with these attributes, `text` put in as it stands."""
    return (json.dumps({**EVENT, **attributes})[:-1] + text + "}").encode()


@pytest.mark.parametrize(
    ("value", "where"),
    [
        (event(after="\ud800 t 0 1"), "ce_after"),
        (event(correlationid="\ud800"), "ce_correlationid"),
        (event(after=["s t 0 1"]), "ce_after"),
        (event(time=True), "ce_time"),
        (event(data={"evidence": ["\ud800"]}), "data"),
        (event(data_base64="no base64!"), "data"),
        (event(data_base64=7), "data"),
        (event(', "data": ' + "[" * 900 + "]" * 900), ""),
        (event(correlationid="c" * (MAX_HEADERS_CHARS + 1)), "headers"),
    ],
)
def test_a_structured_event_that_names_a_node_and_an_id_is_told_what_is_wrong(
    value: bytes, where: str
) -> None:
    message = decode(raw(value, STRUCTURED))
    assert isinstance(message.body, Undecoded)
    assert (message.source, message.id) == (NODE, "r1")
    if where:
        assert (message.body.code, message.body.where.split(":")[0]) == ("INVALID_ENVELOPE", where)


@pytest.mark.parametrize(
    "value", [b"", b"{", b"[]", b"7", b"[" * 5_000, event(id=None), event(id="\ud800"), b'{"id": "r1"}']
)
def test_a_structured_event_that_nobody_can_be_answered_about_is_junk(value: bytes) -> None:
    message = decode(raw(value, STRUCTURED))
    assert isinstance(message.body, Undecoded)
    assert message.body.code == "JUNK"


def test_a_structured_event_is_read_as_the_binary_one_and_keeps_its_bytes() -> None:
    body = json.loads(changed())
    value = event(
        data=body, subject=None, traceparent=None, stream="enrollment/registry.commands/0", sequence=9
    )
    message = decode(raw(value, STRUCTURED))
    assert message.body == filing("f1")
    assert (message.value, message.stream, message.sequence) == (value, "", 0)
    encoded = event(data=None, data_base64=b64encode(changed()).decode())
    assert decode(raw(encoded, STRUCTURED)).body == filing("f1")
    rest = decode(raw(without_body(STRUCTURED, value), STRUCTURED))
    assert (rest.id, rest.source, rest.type) == ("r1", NODE, FILING_TYPE)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=MAX_ID_CHARS + 1))
@example("2026/03/02-0001")
@example("x" * MAX_ID_CHARS)
@example("x" * (MAX_ID_CHARS + 1))
@example("\0")
@example("\n")
@example("")
def test_every_id_that_a_request_may_have_can_be_asked_for_and_no_other(id: str) -> None:
    taken = decode(raw(b"{}", list({**ENVELOPE, "ce_id": id.encode()}.items()))).id == id != ""
    named = json.dumps({"subject_id": "P1", "original_id": id}).encode()
    asked = {**ENVELOPE, "ce_type": QueryOutcome.wire_type().encode()}
    body = decode(raw(named, list(asked.items()))).body
    assert (body == QueryOutcome.model_construct(subject_id="P1", original_id=id)) == taken


@pytest.mark.requirement("HUB-21")
@pytest.mark.parametrize(
    ("wire_type", "value", "code", "where"),
    [
        (FILING_TYPE, b"", "NOT_JSON", ""),
        (FILING_TYPE, None, "NOT_JSON", ""),
        (FILING_TYPE, b"{", "NOT_JSON", ""),
        (FILING_TYPE, b"\xff\xfe", "NOT_JSON", ""),
        (FILING_TYPE, b"[" * 5_000, "NOT_JSON", ""),
        (FILING_TYPE, b"[]", "INVALID_FIELD", ""),
        (FILING_TYPE, b"null", "INVALID_FIELD", ""),
        (FILING_TYPE, changed(person_id=None), "INVALID_FIELD", "person_id"),
        (FILING_TYPE, changed(hospital="H1"), "INVALID_FIELD", "hospital"),
        (FILING_TYPE, changed(person_id=7), "INVALID_FIELD", "person_id"),
        (FILING_TYPE, changed(starts_on="2026-02-30"), "INVALID_FIELD", "starts_on"),
        (FILING_TYPE, changed(kind="holiday"), "INVALID_FIELD", "kind"),
        (FILING_TYPE, changed(evidence=["\0"]), "INVALID_FIELD", ""),
        ("yidi.SubmitFiling.v9", changed(), "UNKNOWN_TYPE", "yidi.SubmitFiling.v9"),
        ("SubmitFiling", changed(), "UNKNOWN_TYPE", "SubmitFiling"),
        (
            SETTLE.wire_type(),
            SETTLE.model_dump_json().replace("7777", "7777.0").encode(),
            "INVALID_FIELD",
            "control.total_fen",
        ),
        (
            SETTLE.wire_type(),
            SETTLE.model_dump_json().replace("7777", '"7777"').encode(),
            "INVALID_FIELD",
            "control.total_fen",
        ),
        (
            SETTLE.wire_type(),
            SETTLE.model_dump_json().replace("7777", "1" + "0" * 30).encode(),
            "INVALID_FIELD",
            "control.total_fen",
        ),
        (
            SETTLE.wire_type(),
            SETTLE.model_dump_json().replace("7777", "NaN").encode(),
            "INVALID_FIELD",
            "control.total_fen",
        ),
        (
            SETTLE.wire_type(),
            SETTLE.model_dump_json().replace("H51", "H５１").encode(),
            "INVALID_FIELD",
            "institution_id",
        ),
        (UPLOAD.wire_type(), upload(quantity="２"), "INVALID_FIELD", "lines.0.quantity"),
        (UPLOAD.wire_type(), upload(price="１２.5"), "INVALID_FIELD", "lines.0.price"),
    ],
)
def test_a_body_that_cannot_be_read_names_its_fault(
    wire_type: str, value: bytes | None, code: str, where: str
) -> None:
    body = decode_body(wire_type, value)
    assert isinstance(body, Undecoded)
    assert body.code == code
    assert body.where.startswith(where)
    assert code != "INVALID_FIELD" or re.search("[一-鿿].* / [a-z]", body.where)  # in Chinese and English
    assert code in REFUSALS


def test_a_fact_of_a_newer_writer_is_read_without_what_we_do_not_know() -> None:
    said = RequestRefused(subject_id="P1", request_id="r1", request_type="t", node_id=NODE, code="NOT_OPENED")
    newer = json.dumps({**said.model_dump(), "later": datetime.now(UTC).year}).encode()
    assert decode_body(said.wire_type(), newer) == said


def test_numbers_of_a_fact_mean_nothing_in_a_request() -> None:
    headers = [*ENVELOPE.items(), ("ce_sequence", b"many"), ("ce_subject", "患者".encode())]
    assert decode(raw(changed(), headers)).body == filing("f1")


def test_a_node_cannot_pass_its_request_off_as_a_services_fact() -> None:
    headers = [*ENVELOPE.items(), ("ce_stream", b"enrollment/registry.commands/0"), ("ce_sequence", b"9")]
    assert decode(raw(changed(), headers)).stream == ""
