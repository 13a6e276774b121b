"""A center has what its node was told, also while it was away, each notice once."""

from datetime import date
from pathlib import Path
from uuid import uuid4

from aiokafka import AIOKafkaProducer

from shared.adapter import Center, Connection
from shared.bus.admin import Admin
from shared.messages.answer import accept
from shared.messages.body import Body, Fact
from shared.messages.clearing.months import StatementPaid
from shared.messages.outcomes import Cancelled
from shared.stack import Servers


def _paid(id: str) -> StatementPaid:
    return StatementPaid(statement_id=id, paid_fen=1, paid_on=date(2026, 4, 2), top_up_fen=0)


async def _say(kafka: str, topic: str, body: Body, id: str) -> None:
    headers = [("ce_id", id.encode()), ("ce_type", body.wire_type().encode()), ("ce_source", b"clearing")]
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        await producer.send_and_wait(topic, body.model_dump_json().encode(), key=b"k", headers=headers)


def _named(facts: tuple[Fact, ...]) -> list[str]:
    return [fact.statement_id for fact in facts if isinstance(fact, StatementPaid)]


async def test_a_center_hears_each_notice_once_wherever_it_was_stopped(
    servers: Servers, tmp_path: Path
) -> None:
    node = f"center-{uuid4().hex[:8]}"
    topic = f"reply.{node}"
    await Admin(servers.kafka).ensure_reply_topics([topic])
    await _say(servers.kafka, topic, _paid("t1"), "n1")
    await _say(servers.kafka, topic, accept(Cancelled(original_id="x")), "a1")
    center = Center(Connection(servers.kafka, node), "511900", tmp_path)
    assert _named(await center.notices()) == ["t1"]
    assert await center.notices() == ()
    await _say(servers.kafka, topic, _paid("t1"), "n1")  # said again after a crash of the service
    await _say(servers.kafka, topic, _paid("t2"), "n2")
    (tmp_path / "notices" / "position").unlink()  # the center died before it had noted how far it was
    anew = Center(Connection(servers.kafka, node), "511900", tmp_path)
    assert _named(await anew.notices()) == ["t2"]
    assert len(list((tmp_path / "notices").glob("*.json"))) == 2
