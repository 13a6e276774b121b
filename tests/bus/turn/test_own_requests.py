"""Two requests that the shell answers itself: what became of an earlier one, and undoing it by its id."""

import pytest

from shared.messages.answer import Answer
from shared.messages.body import CancelRequest, QueryOutcome
from shared.messages.referral.filings import FilingEnded
from tests.bus.given.scene import Scene, filing


async def query(scene: Scene, original: str) -> Answer:
    """Asks what became of a request."""
    return await scene.ask(QueryOutcome(subject_id="P1", original_id=original))


async def cancel(scene: Scene, original: str, id: str = "") -> Answer:
    """Undoes a request."""
    return await scene.ask(CancelRequest(subject_id="P1", original_id=original), id=id)


@pytest.mark.requirement("SET-35")
@pytest.mark.parametrize("named", ["f1", "no-1"])
async def test_a_lost_answer_can_be_asked_for(scene: Scene, named: str) -> None:
    await scene.start()
    first = await scene.ask(filing(named), id="a")
    assert await query(scene, "a") == first
    assert await query(scene, "a") == first
    assert (await query(scene, "b")).code == "UNKNOWN_ORIGINAL"


@pytest.mark.requirement("SET-35")
@pytest.mark.parametrize("id", ["2026/03/02-0001", "his:42~a", "x" * 200])
async def test_a_node_can_ask_for_and_undo_a_request_of_any_id_it_may_use(scene: Scene, id: str) -> None:
    await scene.start()
    first = await scene.ask(filing("f1"), id=id)
    assert await query(scene, id) == first
    assert (await cancel(scene, id)).accepted


async def test_a_question_may_come_before_the_request_and_is_answered_anew_after_it(scene: Scene) -> None:
    await scene.start()
    assert (await query(scene, "a")).code == "UNKNOWN_ORIGINAL"
    first = await scene.ask(filing("f1"), id="a")
    assert await query(scene, "a") == first


async def test_a_question_in_the_batch_of_its_request_is_answered_after_it(scene: Scene) -> None:
    await scene.send(filing("f1"), id="a")
    await scene.send(QueryOutcome(subject_id="P1", original_id="a"), id="q")
    await scene.start()
    assert await scene.hear("q") == await scene.hear("a")


@pytest.mark.requirement("SET-35")
async def test_a_request_that_took_effect_is_undone_by_its_id_once(scene: Scene) -> None:
    await scene.start()
    await scene.ask(filing("f1"), id="a")
    done = await cancel(scene, "a", "c")
    assert done.accepted
    assert await cancel(scene, "a", "c") == done
    await scene.collect(lambda: scene.said(FilingEnded), "the undoing was not told")
    assert len(scene.said(FilingEnded)) == 1


@pytest.mark.requirement("SET-35")
async def test_an_id_that_was_cancelled_before_it_came_never_takes_effect(scene: Scene) -> None:
    await scene.start()
    assert (await cancel(scene, "a")).accepted
    assert (await scene.ask(filing("f1"), id="a")).code == "CANCELLED"
    assert (await query(scene, "a")).code == "CANCELLED"
    assert (await cancel(scene, "a")).accepted
    assert await scene.effects() == {}
    assert scene.said(FilingEnded) == []


@pytest.mark.parametrize("cancel_first", [True, False])
async def test_a_request_and_its_undoing_in_one_batch_keep_their_order(
    scene: Scene, cancel_first: bool
) -> None:
    order = ["c", "a"] if cancel_first else ["a", "c"]
    for id in order:
        body = filing("f1") if id == "a" else CancelRequest(subject_id="P1", original_id="a")
        await scene.send(body, id=id, topic="realtime.filings")
    await scene.start()
    assert (await scene.hear("c"))[0].accepted
    assert (await scene.hear("a"))[0].code == ("CANCELLED" if cancel_first else "OK")
    assert await scene.effects() == ({} if cancel_first else {"a": 1})


async def test_undoing_what_was_refused_changes_nothing(scene: Scene) -> None:
    await scene.start()
    await scene.ask(filing("no-1"), id="a")
    assert (await cancel(scene, "a")).accepted
    assert (await query(scene, "a")).code == "NOT_OPENED"


async def test_a_request_cannot_undo_itself(scene: Scene) -> None:
    await scene.start()
    assert (await cancel(scene, "c", "c")).code == "INVALID_FIELD"
    assert (await scene.ask(filing("f1"))).accepted
