"""What a stranger writes where an id belongs: refused without being quoted, and kept as a digest at most."""

import json
from hashlib import sha256
from typing import Any

import pytest

from shared.bus.message import Message
from shared.bus.outside import foreign
from shared.bus.wire import Raw, Undecoded, decode, encode_request
from shared.messages.body import RequestRefused
from shared.messages.clearing.months import ClaimAdvances, ClaimLine
from shared.messages.wire_types import REQUESTS
from tests.bus.given.made import changed, raw
from tests.bus.given.scene import NODE, Scene, filing

NUMBER = "11010519491231002X"  # of GB 11643 itself
ENVELOPE = {"ce_id": "r1", "ce_type": filing("f1").wire_type(), "ce_source": NODE}
# fmt: off
NUMBERS = [
    (NUMBER, True), (NUMBER.lower(), True), (f"V-{NUMBER}", True), (f"{NUMBER}/1", True),
    ("110105194912310021", False),  # another check digit
    ("51010020261301000X", False), ("202603020100000001", False), ("1" * 18, False),
    (f"{NUMBER}9", False), (f"a{NUMBER}", False), ("", False), ("P1", False),
]
# fmt: on


@pytest.mark.parametrize(("text", "names"), NUMBERS)
def test_a_number_of_an_identity_card_is_known_by_its_day_and_check_digit(text: str, names: bool) -> None:
    assert foreign.names_person(text) == names


def heard(body: bytes = changed(), key: str = "P1", **headers: str) -> Message:
    """A request with other headers, as it is read."""
    sent = {**ENVELOPE, **headers}
    return decode(raw(body, [(name, text.encode()) for name, text in sent.items()], key=key.encode()))


def all_of(message: Message) -> str:
    """All that is kept of a message beside its bytes."""
    message.raw, message.value = None, b""
    return repr(message)


PERSONS = ("张三", NUMBER, "Zhang San", "[/x]", "a;b")
NAMES = ("ce_correlationid", "ce_causationid", "ce_source", "ce_time", "ce_validuntil")


@pytest.mark.requirement("SEC-02")
@pytest.mark.parametrize("text", PERSONS)
@pytest.mark.parametrize("name", ["ce_id", "ce_type", "ce_traceparent", *NAMES])
def test_an_attribute_that_is_no_id_is_refused_and_kept_as_a_digest(name: str, text: str) -> None:
    message = heard(changed(), "P1", **{name: text})
    digest = "~" + sha256(text.encode()).hexdigest()[:40]
    assert message.body.code == "INVALID_ID"  # type: ignore[attr-defined]
    told = all_of(message)
    assert text not in told
    assert digest in told


@pytest.mark.requirement("SEC-02")
@pytest.mark.parametrize("text", PERSONS)
def test_a_key_that_is_no_id_is_refused_and_kept_as_a_digest_also_of_junk(text: str) -> None:
    for message in (heard(key=text), heard(key=text, ce_id=""), heard(key=text, ce_sequence=text)):
        assert isinstance(message.body, Undecoded)
        assert text not in all_of(message)


# fmt: off
BODIES = [
    (changed(person_id=NUMBER), "person_id"),
    (changed(filing_id=f"F-{NUMBER}"), "filing_id"),
    (ClaimAdvances(
        claim_id="C1", institution_id="H51010000001", month="2026-02", fund_fen=1,
        lines=(ClaimLine(settlement_id=NUMBER, fund_fen=1),)).model_dump_json().encode(),
     "lines.settlement_id"),
]
# fmt: on


@pytest.mark.parametrize(("body", "where"), BODIES)
def test_a_body_whose_id_is_a_persons_number_is_refused_by_the_fields_name(body: bytes, where: str) -> None:
    kind = ClaimAdvances.wire_type() if where.startswith("lines") else filing("f1").wire_type()
    message = heard(body, ce_type=kind)
    assert message.body == Undecoded(code="INVALID_ID", where=where)


def test_a_field_with_a_name_of_its_own_is_not_quoted() -> None:
    body = json.dumps({**json.loads(changed()), "张三": 1, NUMBER + " ": 2}).encode()
    assert "张三" not in all_of(heard(body))
    assert heard(body).body.where.startswith("?")  # type: ignore[attr-defined]


def test_what_our_own_writers_say_has_the_form() -> None:
    for kind in REQUESTS.values():
        assert foreign.is_id(kind.wire_type())
    record = encode_request(filing("f1"), id="r1", source=NODE, time="2026-03-02T01:00:00.000Z")
    assert foreign.fault_of(decode(raw(record.value, record.headers, key=record.key))) == ""


@pytest.mark.requirement("SEC-02")
async def test_a_name_as_an_id_is_answered_and_stands_in_no_table(scene: Scene) -> None:
    await scene.start()
    digest = foreign.masked("张三")
    sent: dict[str, Any] = {"id": "张三", "correlation_id": "张三"}
    await scene.send(filing("f1"), **sent)
    [answer] = await scene.hear(digest)
    assert (answer.code, answer.where) == ("INVALID_ID", "id")
    rows = await scene.fetch("SELECT id, convert_from(answer, 'UTF8') FROM referral.inbox")
    assert [id for id, _ in rows] == [digest]
    assert "张三" not in str(rows)
    assert await scene.effects() == {}


def test_a_fact_of_ours_is_heard_though_it_tells_an_id_without_a_form() -> None:
    raw = Raw("settlement.events", 0, 7, b"Lin", b"{}", [], 0)
    headers = (("ce_id", "a1"), ("ce_type", "yidi.RequestRefused.v1"), ("ce_source", "settlement"))
    place = (("ce_stream", "settlement/realtime.encounters/0"), ("ce_sequence", "1"), ("ce_previous", "0"))
    names = [(name, value.encode()) for name, value in (*headers, *place, ("ce_correlationid", "流水号 17"))]
    body = RequestRefused(
        subject_id="Lin", request_id="r", request_type="t", node_id="huaxi", code="UNKNOWN_VISIT"
    )
    message = decode(raw._replace(headers=names, value=body.model_dump_json().encode()))
    assert message.body == body
    assert message.correlation_id.startswith("~")
    asked = decode(raw._replace(headers=names, topic="realtime.encounters"))
    assert isinstance(asked.body, Undecoded)
