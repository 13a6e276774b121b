"""A "no" is a fact like any other: answered once, recorded, told to all."""

import pytest

from shared.messages.body import RequestRefused
from tests.bus.given.scene import NODE, Scene, filing


@pytest.mark.requirement("SET-35")
async def test_a_refusal_is_answered_and_told(scene: Scene) -> None:
    await scene.start()
    answer = await scene.ask(filing("no-1"), id="a")
    assert (answer.outcome, answer.code) == ("refused", "NOT_OPENED")
    assert all((answer.text_zh, answer.text_en, answer.advice_zh, answer.advice_en))
    assert await scene.ask(filing("no-1"), id="a") == answer
    await scene.ask(filing("f1"))
    await scene.collect(lambda: scene.said(RequestRefused), "the refusal was not told")
    refused = [message.body for message in scene.said(RequestRefused)]
    assert refused == [
        RequestRefused(
            subject_id="P1",
            request_id="a",
            request_type=filing("f1").wire_type(),
            node_id=NODE,
            code="NOT_OPENED",
        )
    ]
    assert await scene.effects() == {"r1": 1}


async def test_a_refusal_stands_in_the_same_transaction_as_its_answer(scene: Scene) -> None:
    await scene.start()
    await scene.ask(filing("no-1"), id="a")
    written = await scene.fetch(
        "SELECT count(DISTINCT xmin::text) FROM (SELECT xmin FROM referral.outbox"
        " UNION ALL SELECT xmin FROM referral.inbox) AS written"
    )
    assert written == [(1,)]
