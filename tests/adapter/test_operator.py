"""An operator's side: many commands at once, and the days."""

import asyncio
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from services.cli.demo.stage import Stage
from services.cli.main import app
from shared.adapter import Connection, Operator, RefusedError
from shared.bus.admin import Admin
from shared.messages.enrollment.registers import RegisterNode
from tests.adapter.given.town import TODAY


async def test_many_commands_are_answered_in_their_order(town: Stage) -> None:
    async with Connection(town.servers.kafka, "operator") as connection, Operator(connection) as operator:
        nodes = [RegisterNode(node_id=f"node-{n % 37}", name="节点", kind="hospital") for n in range(600)]
        answers = await operator.ask_many(nodes)
    assert [getattr(answer.result, "subject_id", "") for answer in answers] == [
        node.node_id for node in nodes
    ]


async def test_a_node_that_is_registered_can_listen_before_it_asks(town: Stage) -> None:
    """The reply topic is there with the answer: no service stops to make it when the node first asks."""
    names = [f"new-{n}" for n in range(3)]
    async with Connection(town.servers.kafka, "operator") as connection, Operator(connection) as operator:
        await operator.ask_many([RegisterNode(node_id=name, name="节点", kind="hospital") for name in names])
    admin, found = Admin(town.servers.kafka), [0]
    for _ in range(100):  # made they are, but a broker tells of them a moment later
        found = [await admin.partitions(f"reply.{name}") for name in names]
        if found == [1, 1, 1]:
            break
        await asyncio.sleep(0.05)
    assert found == [1, 1, 1]


async def test_a_day_is_opened_once_and_none_is_left_out(town: Stage) -> None:
    async with Connection(town.servers.kafka, "operator") as connection, Operator(connection) as operator:
        await operator.open_day(TODAY)
        await operator.passed(TODAY)
        with pytest.raises(RefusedError) as refused:
            await operator.open_day(TODAY + timedelta(days=2))
    assert refused.value.code == "DATE_NOT_POSSIBLE"


async def test_a_day_that_was_refused_opens_once_the_one_before_it_is_open(town: Stage) -> None:
    days = [str(TODAY + timedelta(days=n)) for n in (2, 1, 2, 0, 2)]
    env = {"YIDI_KAFKA": town.servers.kafka, "YIDI_POSTGRES": town.servers.postgres}

    def open_all() -> list[int]:
        return [CliRunner().invoke(app, ["day", "open", day], env=env).exit_code for day in days]

    assert await asyncio.to_thread(open_all) == [1, 0, 0, 0, 0]
