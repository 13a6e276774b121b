"""A center takes batches in from the topic, wherever it was stopped."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer

from shared.adapter import Center, Connection
from shared.adapter.batches.batch import Batch
from shared.adapter.center import Received
from shared.bus.admin import Admin
from shared.bus.client.client import Reply
from shared.bus.client.listener import Listener
from shared.bus.client.unanswered import Asked
from shared.messages.answer import accept
from shared.messages.body import Body
from shared.messages.clearing.batches import BatchManifest, RequestChunk
from shared.messages.clearing.outcomes import ChunkSent
from shared.stack import Servers
from tests.adapter.given.batches import batch

TOPIC = "monthly.batches"
INSURED, TREATING, OTHER = "511900", "510100", "500000"


class Clearing:
    """Says batches as the clearing service does."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def say(self, *bodies: Body) -> None:
        for body in bodies:
            headers = [("ce_id", uuid4().hex.encode()), ("ce_type", body.wire_type().encode())]
            headers.append(("ce_source", b"clearing"))
            value = body.model_dump_json().encode()
            await self._producer.send_and_wait(TOPIC, value, key=body.key.encode(), headers=headers)


def statements(received: Received) -> list[str]:
    return [one.manifest.statement_id for one in received.batches]


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("2026*"))


@pytest.fixture
async def clearing(servers: Servers) -> AsyncIterator[Clearing]:
    await Admin(servers.kafka).ensure_topics(6)
    async with AIOKafkaProducer(bootstrap_servers=servers.kafka) as producer:
        yield Clearing(producer)


@pytest.fixture
def connection(servers: Servers) -> Connection:
    """Not started: receiving needs no answers."""
    return Connection(servers.kafka, "bazhong")


@pytest.mark.parametrize("told", [True, False])
async def test_both_sides_receive_a_batch_once_and_others_do_not(
    connection: Connection, clearing: Clearing, tmp_path: Path, told: bool
) -> None:
    id = uuid4().hex
    chunks, manifest = batch(1203, id, told=told)
    await clearing.say(*chunks, manifest)
    for center_id, expected in ((INSURED, [id]), (TREATING, [id]), (OTHER, [])):
        center = Center(connection, center_id, tmp_path / center_id)
        received = await center.receive()
        assert [
            one.manifest.statement_id for one in received.batches if one.manifest.statement_id == id
        ] == expected
        assert (await center.receive()).batches == ()
        assert bool(files_in(tmp_path / center_id)) == bool(expected)


async def test_a_batch_under_way_is_received_when_its_manifest_comes(
    connection: Connection, clearing: Clearing, tmp_path: Path
) -> None:
    id = uuid4().hex
    chunks, manifest = batch(700, id)
    center = Center(connection, INSURED, tmp_path)
    await clearing.say(chunks[0])
    await center.receive()
    await clearing.say(chunks[1], manifest)
    anew = Center(connection, INSURED, tmp_path)  # as after a restart: the folder is all it knows
    [received] = (await anew.receive()).batches
    assert [one.line_id for one in received.lines] == [f"L{n:05d}" for n in range(700)]


async def test_a_batch_that_does_not_check_writes_no_file_and_holds_up_no_other(
    connection: Connection, clearing: Clearing, tmp_path: Path
) -> None:
    bad, good = uuid4().hex, uuid4().hex
    center = Center(connection, INSURED, tmp_path)
    await center.receive()
    for path in files_in(tmp_path):
        path.unlink()
    chunks, manifest = batch(700, bad)
    await clearing.say(chunks[0], manifest)
    received = await center.receive()
    assert [error.statement_id for error in received.refused] == [bad]
    assert "chunk 1 is missing" in str(received.refused[0])
    assert files_in(tmp_path) == []
    chunks, manifest = batch(10, good)
    await clearing.say(*chunks, manifest)
    assert statements(await center.receive()) == [good]


async def test_a_batch_sent_again_after_a_refusal_counts(
    connection: Connection, clearing: Clearing, tmp_path: Path
) -> None:
    id = uuid4().hex
    center = Center(connection, INSURED, tmp_path)
    chunks, manifest = batch(20, id)
    wrong = BatchManifest.model_validate({**manifest.model_dump(), "sha256": "0" * 64})
    await clearing.say(*chunks, wrong)
    assert id in [error.statement_id for error in (await center.receive()).refused]
    await clearing.say(*chunks, manifest)
    assert statements(await center.receive()) == [id]


async def test_batches_taken_one_by_one_are_written_before_they_are_given(
    connection: Connection, clearing: Clearing, tmp_path: Path
) -> None:
    await Center(connection, INSURED, tmp_path).receive()
    ids = [uuid4().hex for _ in range(3)]
    for id in ids:
        chunks, manifest = batch(600, id)
        await clearing.say(*chunks, manifest)
    given: list[str] = []
    for stop_at in (2, 4):  # the second time, who was given two has asked for the second only
        for path in files_in(tmp_path):
            path.unlink()
        arrivals = Center(connection, INSURED, tmp_path).arrivals()
        async for batch_ in arrivals:
            assert isinstance(batch_, Batch)
            assert files_in(tmp_path)
            given.append(batch_.manifest.statement_id)
            if len(given) == stop_at:
                break
        await arrivals.aclose()
    assert sorted(set(given)) == sorted(ids)
    assert given[1] in given[2:]
    assert statements(await Center(connection, INSURED, tmp_path).receive()) == [given[3]]


async def test_a_batch_that_is_asked_for_again_is_received_anew_with_the_same_bytes(
    connection: Connection, clearing: Clearing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = uuid4().hex
    chunks, manifest = batch(1203, id)
    center = Center(connection, INSURED, tmp_path)
    await center.receive()  # what others have said before
    await clearing.say(*chunks, manifest)
    await center.receive()
    [file] = files_in(tmp_path)
    before = file.read_bytes()
    asked: list[int | None] = []

    async def ask(body: RequestChunk, **_: object) -> Reply:
        asked.append(body.number)
        await clearing.say(manifest if body.number is None else chunks[body.number])
        return Reply(accept(ChunkSent(statement_id=id, chunks=len(chunks))), (), Asked("", "", ""))

    monkeypatch.setattr(connection, "ask", ask)
    await center.again(id)
    file.unlink()
    assert (asked, statements(await center.receive())) == ([0, 1, 2, None], [id])
    assert file.read_bytes() == before
    assert statements(await center.receive()) == []


async def test_what_is_not_asked_for_is_not_read_over(connection: Connection, clearing: Clearing) -> None:
    chunks, manifest = batch(600, uuid4().hex)
    await clearing.say(*chunks, manifest)
    async with Listener(connection.bootstrap, TOPIC) as listener:
        before = dict(listener.positions)
        messages = listener.to_end()
        first = await anext(messages)
        moved = {p: at for p, at in listener.positions.items() if at != before[p]}
        assert moved == {first.partition: first.offset + 1}
        rest = [message async for message in messages]
        assert rest[-1].offset < listener.positions[rest[-1].partition]
