"""A notice tells a node on its reply topic what another's request means for it, and answers nobody."""

import asyncio

from shared.bus.client.client import Connection
from shared.bus.client.listener import Listener
from shared.bus.message import Message
from shared.bus.turn.outbox import unpack
from shared.messages.referral.filings import FilingAccepted
from tests.bus.given.scene import PATIENCE_S, Scene, filing, unique

TOLD = "told"


def about(message: Message, filing_id: str) -> bool:
    """Whether a notice is about a filing."""
    return isinstance(message.body, FilingAccepted) and message.body.filing_id == filing_id


async def until_heard(heard: list[Message], filing_id: str) -> Message:
    """The notice about a filing, once it came."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            for message in heard:
                if about(message, filing_id):
                    return message
            await asyncio.sleep(0.01)


async def test_a_notice_reaches_the_node_it_names_with_its_cause(scene: Scene) -> None:
    heard: list[Message] = []
    name = f"tell-{unique('f')}"
    async with Connection(scene.servers.kafka, TOLD, on_notice=heard.append):
        await scene.start()
        id = await scene.send(filing(name))
        notice = await until_heard(heard, name)
    assert (notice.topic, notice.causation_id, notice.source) == (f"reply.{TOLD}", id, "referral")
    assert [answer.code for answer in await scene.hear(id)] == ["OK"]


async def test_a_notice_answers_no_request_even_of_the_same_id(scene: Scene) -> None:
    heard: list[Message] = []
    name = f"tell-{unique('f')}"
    async with Connection(scene.servers.kafka, TOLD, on_notice=heard.append) as told:
        await scene.start()
        # Nobody reads the topic: the request of this id stays open while the notice of the same id comes.
        waiting = asyncio.create_task(
            told.ask(filing("waits"), topic="realtime.encounters", id="same", timeout_s=PATIENCE_S)
        )
        await scene.send(filing(name), id="same")
        await until_heard(heard, name)
        assert not waiting.done()
        waiting.cancel()


async def test_a_listener_that_fails_does_not_end_the_answers(scene: Scene) -> None:
    heard: list[Message] = []

    def fail(message: Message) -> None:
        heard.append(message)
        raise RuntimeError("the listener fails")

    await scene.database.execute("INSERT INTO referral.node VALUES ($1, 'told', 'hospital')", TOLD)
    name = f"tell-{unique('f')}"
    async with Connection(scene.servers.kafka, TOLD, on_notice=fail) as told:
        await scene.start()
        await scene.send(filing(name))
        await until_heard(heard, name)
        assert (await told.ask(filing(unique("f")))).answer.accepted


async def test_a_notice_is_kept_in_the_outbox_and_read_later_by_who_was_away(scene: Scene) -> None:
    name = f"tell-{unique('f')}"
    await scene.start()
    await scene.hear(await scene.send(filing(name)))
    [(page,)] = await scene.fetch("SELECT page FROM referral.outbox WHERE to_topic = $1", f"reply.{TOLD}")
    [kept] = unpack(page)
    async with asyncio.timeout(PATIENCE_S):
        async with Listener(scene.servers.kafka, f"reply.{TOLD}") as listener:
            async for message in listener.messages():
                if about(message, name):
                    break
    assert message.id.encode() == dict(kept.headers)["ce_id"]
