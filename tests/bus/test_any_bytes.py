"""Whatever bytes a client writes into a record: it stands alone, and everybody else is answered."""

import asyncio
from datetime import UTC, datetime

import cramjam
import pytest
from aiokafka.consumer import fetcher

from shared.bus.client.client import Connection
from shared.bus.client.listener import Listener
from shared.bus.client.reader import read_partition
from shared.bus.client.unanswered import ListeningEndedError
from shared.bus.outside.envelope import UNREADABLE
from shared.bus.partition import partition_of
from shared.bus.store import Held
from shared.bus.turn.held import unpack_raw
from shared.bus.wire import Raw, Undecoded, answer_bytes, decode, encode_request
from shared.errors import refuse
from shared.messages.wire_types import ANSWER_TYPE
from tests.bus.given import any_bytes
from tests.bus.given.any_bytes import Named
from tests.bus.given.scene import NODE, Scene, filing

SERIAL = "流水号".encode("gbk")
FOREIGN: dict[str, Named] = {  # what a client, a gateway or a tracer adds to a valid request
    "a name in another code": [(SERIAL, b"0001")],
    "a value that is null": [(b"trace", None)],
    "a value that is no text": [(b"trace", b"\xff\xfe\x00")],
    "an empty name": [(b"", b"")],
    "a very long name": [(b"n" * 20_000, b"x")],
    "a thousand of them": [(b"h%d" % number, b"\xff") for number in range(1_000)],
}


def named(id: str, more: Named = (), value: bytes | None = None) -> bytes:
    """A filing as one record, with more headers."""
    made = encode_request(filing(id), id=id, source=NODE, time=datetime.now(UTC).isoformat())
    headers = [(name.encode(), text) for name, text in made.headers]
    return any_bytes.record(made.value if value is None else value, [*headers, *more])


def write(scene: Scene, data: bytes, partition: int = 0, topic: str = "realtime.filings") -> int:
    """Sends a batch as it is."""
    return any_bytes.produce(scene.servers.kafka, topic, partition, data)


def home(scene: Scene) -> int:
    """The partition of the person the filings are of."""
    return partition_of("P1", scene.settings.partitions)


@pytest.mark.parametrize("compressed", [any_bytes._LZ4, 0])
async def test_foreign_headers_of_any_bytes_leave_a_valid_request_valid(
    scene: Scene, compressed: int
) -> None:
    await scene.start()
    for number, more in enumerate(FOREIGN.values()):
        data = any_bytes.batch([named(f"f{number}", more)], codec=compressed)
        assert write(scene, data, home(scene)) == 0
    for number, what in enumerate(FOREIGN):
        assert (await scene.hear(f"f{number}"))[0].accepted, what
    assert (await scene.ask(filing("after"))).accepted
    assert await scene.fetch("SELECT * FROM referral.held") == []


async def test_a_bad_record_in_the_middle_of_a_batch_leaves_the_others_of_it(scene: Scene) -> None:
    bad = any_bytes.record(b"\xfe", [(SERIAL, b"1")], number=1)
    null = any_bytes.record(b"\xfe", [(b"ce_id", None)], number=2)
    await scene.start()
    assert write(scene, any_bytes.batch([named("first"), bad, null]), home(scene)) == 0
    assert (await scene.hear("first"))[0].accepted
    assert (await scene.ask(filing("after"))).accepted
    await scene.until_sql("SELECT count(*) = 2 FROM referral.held WHERE why = 'JUNK'")
    rows = await scene.fetch(f"SELECT {', '.join(Held._fields)} FROM referral.held ORDER BY number")  # noqa: S608
    kept = [unpack_raw(Held(*row)) for row in rows]
    assert [raw.value for raw in kept] == [b"\xfe", b"\xfe"]
    assert [name.encode(errors="surrogateescape") for name, _ in kept[0].headers] == [SERIAL]
    await scene.collect(lambda: len(scene.dead) == 2, "not all was told")


async def test_every_reader_of_ours_gets_past_such_a_record(scene: Scene) -> None:
    data = any_bytes.batch([any_bytes.record(None, [(SERIAL, None)], key=None)])
    assert write(scene, data, 3) == 0
    [*_, last] = [raw async for raw in read_partition(scene.servers.kafka, "realtime.filings", 3)]
    assert last.headers[0][0].encode(errors="surrogateescape") == SERIAL
    async with Listener(scene.servers.kafka, "realtime.filings", {3: last.offset}) as listener:
        heard = [message async for message in listener.to_end() if message.partition == 3]
    assert [message.offset for message in heard] == [last.offset]


def test_a_batch_that_nobody_can_unpack_comes_as_one_record_with_its_bytes() -> None:
    data = any_bytes.batch([named("f")] * 3, codec=7)
    [[record]] = [list(batch) for batch in iter(fetcher.MemoryRecords(data).next_batch, None)]
    assert (record.offset, record.value) == (2, data)
    body = decode(Raw("realtime.filings", 0, 2, b"", data, record.headers, 0)).body
    assert isinstance(body, Undecoded)
    assert body.where == "a batch that cannot be unpacked: UnsupportedCodecError"


ANSWERED = [(b"ce_id", b"a1"), (b"ce_type", ANSWER_TYPE.encode()), (b"ce_source", b"referral")]
ANSWERS: list[Named] = [
    [(SERIAL, b"1")],
    [(b"ce_causationid", None)],
    [(b"ce_causationid", b"\xff")],
    [(b"ce_causationid", b"asked")],
    [(b"ce_causationid", b"asked"), (b"ce_position", b"a b c d"), *ANSWERED],
    [(b"ce_causationid", b"asked"), (b"ce_position", b"\xff"), *ANSWERED],
    [(b"ce_causationid", b"asked"), (b"ce_id", None)],
]


async def test_bad_records_on_a_reply_topic_end_no_connection(scene: Scene) -> None:
    async with Connection(scene.servers.kafka, NODE) as connection:
        asking = asyncio.create_task(connection.ask(filing("f1"), id="asked"))
        await scene.until(lambda: connection._waiting, "nothing was asked")
        value = answer_bytes(refuse("CANCELLED"))
        for headers in ANSWERS:
            data = any_bytes.batch([any_bytes.record(value, headers)])
            assert write(scene, data, 0, f"reply.{NODE}") == 0
        await scene.start()
        assert (await asking).answer.accepted


async def test_a_connection_that_hears_no_more_says_so_to_all_who_ask(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Connection(scene.servers.kafka, NODE) as connection:
        asking = asyncio.create_task(connection.ask(filing("f1"), timeout_s=60))
        await scene.until(lambda: connection._waiting, "nothing was asked")
        monkeypatch.setattr(connection._consumer._fetcher, "_get_actions_per_node", None)  # type: ignore[union-attr]
        with pytest.raises(ListeningEndedError):
            await asking
        with pytest.raises(ListeningEndedError):
            await connection.ask(filing("f2"), timeout_s=60)


def test_whatever_a_library_raises_over_a_body_is_that_records_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    made = encode_request(filing("f"), id="f", source=NODE, time="")
    monkeypatch.setattr("shared.bus.wire.decode_body", None)
    message = decode(Raw("realtime.filings", 0, 2, b"P1", made.value, made.headers, 0))
    assert message.body == Undecoded(code="JUNK", where="cannot be read: TypeError")


BOMB = bytes(120_000_000)


@pytest.mark.parametrize("codec", [1, 3, 4])
def test_a_small_batch_that_would_fill_the_memory_is_not_unpacked(codec: int) -> None:
    pack = {1: cramjam.gzip, 3: cramjam.lz4, 4: cramjam.zstd}[codec].compress
    body = bytes(pack(any_bytes.record(BOMB, [])))
    data = any_bytes.batch([b""], codec=codec, body=body)
    [[record]] = [list(batch) for batch in iter(fetcher.MemoryRecords(data).next_batch, None)]
    assert record.value == data
    assert record.headers == [(UNREADABLE, b"BombError")]
    sound = any_bytes.batch([b""], codec=codec, body=bytes(pack(any_bytes.record(BOMB[:900_000], []))))
    [[record]] = [list(batch) for batch in iter(fetcher.MemoryRecords(sound).next_batch, None)]
    assert record.value == BOMB[:900_000]


async def test_a_bomb_in_the_log_is_one_dead_letter(scene: Scene) -> None:
    await scene.start()
    assert write(scene, any_bytes.batch([any_bytes.record(BOMB, [])]), home(scene)) == 0
    assert (await scene.ask(filing("after"))).accepted
    await scene.collect(lambda: scene.dead, "it was not told")
    assert [told.body.detail[-9:] for told in scene.dead] == ["BombError"]  # type: ignore[attr-defined]
