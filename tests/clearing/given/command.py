"""Runs a command beside the test's event loop; what it asks of the bus is decided by the test's driver."""

import asyncio
from datetime import date
from typing import Any, Self

from typer.testing import CliRunner, Result

from services.cli.main import app
from shared.bus.client.client import Reply
from shared.bus.client.unanswered import Asked
from shared.messages.body import Request
from tests.given.driver import Driver


async def run(*arguments: str) -> Result:
    """What a command prints of the database that it is pointed at, and how it ends."""
    return await asyncio.to_thread(CliRunner().invoke, app, list(arguments))


class Wire:
    """Stands for a connection (连接): the driver decides what is asked, on a day, as of the node."""

    bootstrap = ""

    def __init__(self, driver: Driver, day: date) -> None:
        self._driver, self._day, self._loop = driver, day, asyncio.get_running_loop()
        self.node_id = ""

    def __call__(self, bootstrap: str, node_id: str) -> Self:
        self.node_id = node_id
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing is held."""

    async def ask(self, body: Request, **_: Any) -> Reply:
        """The answer of the service's own rules, on the test's database and in its loop."""
        deciding = self._driver.hear(body, source=self.node_id, day=self._day)
        [decision] = await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(deciding, self._loop))
        assert decision.answer
        return Reply(decision.answer, (), Asked("", "", ""))
