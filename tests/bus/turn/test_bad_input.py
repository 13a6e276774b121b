"""Bad input: one clear answer each, nothing changed, and the rest of the batch unharmed."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from confluent_kafka import Producer

from shared.bus.store import Held
from shared.bus.turn.held import unpack_raw
from shared.bus.wire import MAX_BODY_BYTES, encode_request
from shared.errors import NOT_FIRST
from shared.messages.body import RequestRefused
from shared.messages.settlement.visits import Control, SettleVisit
from tests.bus.given.made import changed
from tests.bus.given.scene import NODE, Scene, filing, unique

Send = Callable[[Scene, str], Awaitable[Any]]
TYPE = filing("x").wire_type()
PAST = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
SETTLE = SettleVisit(
    visit_id="V1", person_id="P1", institution_id="H51010000001", control=Control(lines=1, total_fen=7_777)
)


def body(value: bytes, wire_type: str = TYPE) -> Send:
    """Sends these bytes as the body of a filing."""

    async def send(scene: Scene, id: str) -> None:
        headers = [("ce_id", id.encode()), ("ce_type", wire_type.encode()), ("ce_source", NODE.encode())]
        await scene.send_raw(value, headers)

    return send


def request(of: Any = None, **envelope: Any) -> Send:
    """Sends a request in a wrong envelope, or of a wrong length."""

    async def send(scene: Scene, id: str) -> None:
        await scene.send(of or filing("x"), id=id, **envelope)

    return send


def record(headers: Sequence[tuple[str, bytes]], key: bytes | None = b"P1", value: bytes = b"") -> Send:
    """Sends a filing with these headers beside its id, or instead of those of the same name."""

    async def send(scene: Scene, id: str) -> None:
        own = [("ce_id", id.encode()), ("ce_type", TYPE.encode()), ("ce_source", NODE.encode())]
        await scene.send_raw(value or changed(), [*own, *headers], key=key, partition=0)

    return send


def event(data: bytes, **attributes: Any) -> Send:
    """Sends a filing as one JSON object, in CloudEvents' structured mode."""

    async def send(scene: Scene, id: str) -> None:
        whole = {"specversion": "1.0", "id": id, "type": TYPE, "source": NODE, **attributes}
        text = json.dumps(whole)[:-1].encode() + b', "data": ' + data + b"}"
        await scene.send_raw(text, [("content-type", b"application/cloudevents+json; charset=utf-8")])

    return send


BAD: dict[str, tuple[Send, str, str]] = {  # what is wrong: how it is sent, code, where
    "not JSON": (body(b"{"), "NOT_JSON", ""),
    "nothing": (body(b""), "NOT_JSON", ""),
    "unknown type": (body(changed(), "yidi.Unheard.v1"), "UNKNOWN_TYPE", "yidi.Unheard.v1"),
    "unknown version": (body(changed(), "yidi.SubmitFiling.v2"), "UNKNOWN_TYPE", "yidi.SubmitFiling.v2"),
    "a missing field": (body(changed(person_id=None)), "INVALID_FIELD", "person_id"),
    "an extra field": (body(changed(hospital="H1")), "INVALID_FIELD", "hospital"),
    "an ill-typed field": (body(changed(person_id=1)), "INVALID_FIELD", "person_id"),
    "digits of another script": (
        body(changed(destination_area="５１０１００")),
        "INVALID_FIELD",
        "destination_area",
    ),
    "no date": (body(changed(starts_on="2026-02-30")), "INVALID_FIELD", "starts_on"),
    "a zero character": (body(changed(evidence=["\0"])), "INVALID_FIELD", ""),
    "a float amount": (
        body(SETTLE.model_dump_json().replace("7777", "7777.5").encode(), SETTLE.wire_type()),
        "INVALID_FIELD",
        "control.total_fen",
    ),
    "another topic's request": (request(SETTLE, topic="realtime.filings"), "WRONG_TOPIC", SETTLE.wire_type()),
    "another person's key": (request(key="P2"), "WRONG_KEY", "person_id"),
    "a body above the limit": (request(length=MAX_BODY_BYTES + 1), "BODY_TOO_LARGE", "900001"),
    "past its time": (request(valid_until=PAST), "EXPIRED", PAST),
    "no time": (request(valid_until="soon"), "INVALID_ENVELOPE", "ce_validuntil"),
    "no position": (record([("ce_after", b"somewhere")]), "INVALID_ENVELOPE", "ce_after"),
    "a position nobody can reach": (
        record([("ce_after", b"s t 0 99999999999999999999")]),
        "INVALID_ENVELOPE",
        "ce_after",
    ),
    "two types": (record([("ce_type", b"yidi.EndFiling.v1")]), "INVALID_ENVELOPE", "ce_type: given twice"),
    "no key": (record([], key=None), "WRONG_KEY", "person_id"),
    "a key that is no text": (record([], key=b"\xff"), "INVALID_ENVELOPE", "key"),
    "a zero in the key": (record([], key=b"P\x001"), "INVALID_ENVELOPE", "headers or key"),
    "a case that is no text": (
        record([("ce_correlationid", b"\xff")]),
        "INVALID_ENVELOPE",
        "ce_correlationid",
    ),
    "unknown version, structured": (
        event(changed(), type="yidi.SubmitFiling.v2"),
        "UNKNOWN_TYPE",
        "yidi.SubmitFiling.v2",
    ),
    "an extra field, structured": (event(changed(hospital="H1")), "INVALID_FIELD", "hospital"),
    "no position, structured": (event(changed(), after=["s"]), "INVALID_ENVELOPE", "ce_after"),
    "a float amount, structured": (
        event(SETTLE.model_dump_json().replace("7777", "7777.0").encode(), type=SETTLE.wire_type()),
        "INVALID_FIELD",
        "control.total_fen",
    ),
}


@pytest.mark.requirement("HUB-21")
@pytest.mark.requirement("SET-35")
async def test_bad_input_gets_one_answer_each_and_harms_nothing(scene: Scene) -> None:
    good = [
        await scene.send(filing("first")),
        await scene.send(filing("f"), length=MAX_BODY_BYTES, id="at-the-limit"),
    ]
    bad = {f"bad-{number}": case for number, case in enumerate(BAD.values())}
    for id, (send, _, _) in bad.items():
        await send(scene, id)
        good.append(await scene.send(filing("f")))
    await scene.start()
    await scene.hear(good[-1])
    for id, (_, code, where) in bad.items():
        [said] = await scene.hear(id)
        assert (said.outcome, said.code) == ("refused", code), id
        assert said.where.startswith(where), id
        assert all((said.text_zh, said.text_en, said.advice_zh, said.advice_en)), id
    assert all(len(answers) == 1 for answers in scene.answers.values())
    assert await scene.effects() == dict.fromkeys(good, 1)
    assert await scene.fetch("SELECT * FROM referral.held") == []
    told = {id: code for id, (_, code, _) in bad.items() if code not in NOT_FIRST}
    await scene.collect(lambda: len(scene.said(RequestRefused)) >= len(told), "a refusal is no fact")
    refused = {m.body.request_id: m.body.code for m in scene.said(RequestRefused)}  # type: ignore[attr-defined]
    assert refused == told


ENVELOPE = [("ce_id", b"j"), ("ce_type", TYPE.encode()), ("ce_source", NODE.encode())]
JUNK: dict[str, tuple[list[tuple[str, bytes]], bytes | None]] = {
    "no headers": ([], b"P1"),
    "no key and no headers": ([], None),
    "headers that are no text": ([("ce_id", b"\xff")], b"P1"),
    "an id that is no text": ([("ce_id", b"\xff"), *ENVELOPE[1:]], b"P1"),
    "a structured event that is none": (
        [*ENVELOPE, ("content-type", b"application/cloudevents+json")],
        b"P1",
    ),
    "an unknown node": ([*ENVELOPE[:2], ("ce_source", b"stranger")], b"P1"),
    "no node": ([*ENVELOPE[:2], ("ce_source", b"../etc")], b"P1"),
}


@pytest.mark.requirement("HUB-21")
async def test_what_nobody_can_be_answered_about_is_parked_with_its_bytes(scene: Scene) -> None:
    for number, (headers, key) in enumerate(JUNK.values()):
        await scene.send_raw(b"\xfe%d" % number, headers, key=key, partition=0)
    await scene.start()
    assert (await scene.ask(filing("f1"))).accepted
    await scene.until_sql(f"SELECT count(*) = {len(JUNK)} FROM referral.held WHERE why = 'JUNK'")  # noqa: S608
    rows = await scene.fetch(f"SELECT {', '.join(Held._fields)} FROM referral.held ORDER BY number")  # noqa: S608
    kept = [unpack_raw(Held(*row)) for row in rows]
    assert [(raw.value, list(raw.headers), raw.key) for raw in kept] == [
        (b"\xfe%d" % number, headers, key) for number, (headers, key) in enumerate(JUNK.values())
    ]
    await scene.collect(lambda: len(scene.dead) == len(JUNK), "not all was told")
    assert len(scene.answers) == 1


@pytest.mark.requirement("HUB-13")
async def test_a_request_in_structured_mode_is_decided_like_any_other(scene: Scene) -> None:
    await scene.start()
    await event(changed(), subject="P1", time="2026-03-02T00:00:00Z", traceparent="00-a-b-01")(scene, "s1")
    assert (await scene.hear("s1"))[0].accepted
    assert await scene.effects() == {"s1": 1}


@pytest.mark.parametrize("id", ["x" * 5_000, "编号" * 150, "\0", "身份证 11010519491231002X"])
async def test_an_id_that_none_can_be_is_answered_by_its_digest(scene: Scene, id: str) -> None:
    await scene.start()
    await record([], value=changed())(scene, id)
    [said] = await scene.hear("~" + sha256(id.encode()).hexdigest()[:40])
    assert said.code in {"INVALID_ENVELOPE", "INVALID_ID"}
    assert await scene.effects() == {}


async def test_a_node_that_writes_in_transactions_is_read_past_their_marks(scene: Scene) -> None:
    await scene.start()
    for number in range(3):
        record = encode_request(filing("f"), id=f"t{number}", source=NODE, time="2026-03-02T00:00:00Z")
        await scene.send_in_transaction(record)
    assert (await scene.hear("t2"))[0].accepted
    assert await scene.effects() == {"t0": 1, "t1": 1, "t2": 1}


async def test_a_node_that_opens_a_transaction_and_goes_away_holds_up_nobody(scene: Scene) -> None:
    await scene.start()
    gone = Producer({"bootstrap.servers": scene.servers.kafka, "transactional.id": unique("gone")})
    await asyncio.to_thread(gone.init_transactions)
    gone.begin_transaction()
    for partition in range(scene.settings.partitions):
        gone.produce("realtime.filings", b"never committed", key=b"P1", partition=partition)
    await asyncio.to_thread(gone.flush)
    try:
        async with asyncio.timeout(5):
            assert (await scene.ask(filing("f1"))).accepted
    finally:
        await asyncio.to_thread(gone.abort_transaction)
    assert (await scene.ask(filing("f2"))).accepted
