"""Asking over the bus: safe to repeat, honest about what is not known."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import pytest

from services.cli.demo.stage import Stage
from shared.adapter import BodyTooLargeError, Connection, OutcomeUnknownError
from shared.bus.message import Position
from shared.bus.wire import MAX_BODY_BYTES
from shared.messages.body import QueryOutcome
from shared.messages.enrollment.policy_versions import DraftPolicy
from shared.messages.settlement.visits import AdmitPatient
from tests.adapter.given.town import IN_BED, TODAY

DESK = "realtime.encounters"


_free = iter(IN_BED)


def admission(person: str = "") -> AdmitPatient:
    """An admission of somebody who is in no hospital yet, unless it is said of whom."""
    return AdmitPatient(
        visit_id=uuid4().hex,
        person_id=person or next(_free),
        institution_id="H51010000001",
        admitted_on=TODAY,
        credential="01",
    )


async def facts_about(town: Stage, visit_id: str) -> int:
    """How often the trail speaks of a visit that was admitted."""
    database = await asyncpg.connect(town.servers.postgres)
    try:
        sql = "SELECT count(*) FROM settlement.visit WHERE visit_id = $1"
        return int(await database.fetchval(sql, visit_id))
    finally:
        await database.close()


async def test_the_same_id_again_gets_the_first_answer_and_has_one_effect(
    town: Stage, connection: Connection
) -> None:
    body, name = admission(), uuid4().hex
    first = await connection.ask(body, id=name)
    again = await connection.ask(body, id=name)
    assert first.answer.accepted
    assert (again.answer, again.positions) == (first.answer, first.positions)
    assert await facts_about(town, body.visit_id) == 1


async def test_the_same_id_asked_by_two_at_once_answers_both(connection: Connection) -> None:
    body, name = admission(), uuid4().hex
    one, other = await asyncio.gather(connection.ask(body, id=name), connection.ask(body, id=name))
    assert one.answer == other.answer
    assert one.answer.accepted


async def test_an_id_with_another_body_is_refused(connection: Connection) -> None:
    name = uuid4().hex
    first = await connection.ask(admission(), id=name)
    assert (await connection.ask(admission(first.asked.key), id=name)).answer.code == "ID_REUSED"


async def test_a_lost_answer_can_be_queried(connection: Connection) -> None:
    body = admission()
    asked = await connection.tell(body)
    assert asked.key == body.person_id
    query = QueryOutcome(subject_id=asked.key, original_id=asked.id)
    reply = await connection.ask(query, topic=asked.topic)
    assert reply.answer.result is not None
    assert reply.answer.result.result == "admitted"


async def test_what_was_told_and_then_asked_is_decided_once(town: Stage, connection: Connection) -> None:
    body, name = admission(), uuid4().hex
    await connection.tell(body, id=name)
    assert (await connection.ask(body, id=name)).answer.accepted
    assert await facts_about(town, body.visit_id) == 1


async def test_answers_find_who_asked_among_many(connection: Connection) -> None:
    bodies = [admission("nobody") if n % 3 else admission() for n in range(300)]
    replies = await asyncio.gather(*(connection.ask(body) for body in bodies))
    codes = [reply.answer.code for reply in replies]
    assert codes == ["UNKNOWN_PERSON" if n % 3 else "OK" for n in range(300)]
    for reply, body in zip(replies, bodies, strict=True):
        if reply.answer.result:
            assert getattr(reply.answer.result, "visit_id", "") == body.visit_id


async def test_without_an_answer_the_outcome_is_unknown(town: Stage) -> None:
    async with Connection(town.servers.kafka, "stranger") as stranger:
        with pytest.raises(OutcomeUnknownError, match="结果未知") as unknown:
            await stranger.ask(admission("SAMPLE-0001"), id="lost", timeout_s=0.5)
    assert unknown.value.asked == ("lost", DESK, "SAMPLE-0001")


async def test_a_body_above_the_limit_is_not_sent(connection: Connection) -> None:
    def of(size: int) -> DraftPolicy:
        policy = {"insured_area": "511900", "notes": "x" * size}
        return DraftPolicy(policy_id="huge", policy=policy, officer="li")

    empty = len(of(0).model_dump_json())
    with pytest.raises(BodyTooLargeError, match=f"{MAX_BODY_BYTES + 1} bytes"):
        await connection.ask(of(MAX_BODY_BYTES - empty + 1))
    assert (await connection.ask(of(MAX_BODY_BYTES - empty))).answer.code == "INVALID_POLICY"


async def test_what_waits_for_a_fact_that_never_comes_is_told_to_try_again(connection: Connection) -> None:
    never = Position("referral/realtime.filings/0", "referral.events", 0, 10**9)
    reply = await connection.ask(admission(), after=[never], timeout_s=8)
    assert reply.answer.code == "TRY_AGAIN"


async def test_a_request_past_its_time_is_refused(connection: Connection) -> None:
    reply = await connection.ask(admission(), valid_for_s=-1)
    assert reply.answer.code == "EXPIRED"
    assert reply.answer.where < datetime.now(UTC).isoformat()


async def test_two_connections_of_a_node_hear_their_own_answers(town: Stage) -> None:
    async with (
        Connection(town.servers.kafka, "jinsha") as one,
        Connection(town.servers.kafka, "jinsha") as other,
    ):
        replies = await asyncio.gather(*(c.ask(admission()) for c in (one, other, one, other)))
    assert all(reply.answer.accepted for reply in replies)
