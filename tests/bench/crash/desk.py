"""The nodes during the crash run: they ask until they are answered, each command under one id."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta

from shared.bus.client.client import Connection
from shared.bus.client.unanswered import OutcomeUnknownError
from shared.bus.message import Position
from shared.messages.answer import Answer
from shared.messages.body import Request
from shared.messages.enrollment.registers import OpenDay
from tests.bench.crash.stories import DAY, OPERATOR, STEPS, Command, nodes, registry, story
from tests.bench.place import Tell

ASK_S = 60.0
AT_ONCE = 500  # stories, while the servers are away
DAYS = 18  # opened on the way, so that days pass and months end while processes die


class Desk:
    """All nodes' connections; `asked` and `answers` by command id."""

    def __init__(self, kafka: str, tell: Tell) -> None:
        self._connections = {node: Connection(kafka, node) for node in nodes()}
        self._tell = tell
        self._open = AsyncExitStack()
        self.asked: dict[str, Command] = {}
        self.answers: dict[str, Answer] = {}
        self.day = DAY

    async def __aenter__(self) -> "Desk":
        for connection in self._connections.values():
            await self._open.enter_async_context(connection)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    async def register(self) -> None:
        """The registers, stage after stage, and the first day. Raises RuntimeError for a refusal."""
        for stage in registry():
            await asyncio.gather(*(self._must(body) for body in stage))
        await self._must(OpenDay(opens_on=DAY))

    async def _must(self, body: Request) -> None:
        answer = (await self._connections[OPERATOR].ask(body, timeout_s=ASK_S)).answer
        if not answer.accepted:
            raise RuntimeError(f"{type(body).__name__}: {answer.code} {answer.where}")

    async def run(self, stories: int, pace: Callable[[], float]) -> None:
        """Starts the stories as `pace` allows, from 0 to 1, and returns when the last command is answered."""
        room = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._days(pace))
            for number in range(stories):
                await _until(number / stories, pace)
                await room.acquire()
                living = group.create_task(self._live(number, stories * STEPS))
                living.add_done_callback(lambda _: room.release())

    async def _days(self, pace: Callable[[], float]) -> None:
        for number in range(1, DAYS):
            await _until(number / DAYS, pace)
            day = DAY + timedelta(days=number)
            await self.ask(Command(f"open-{day}", OPERATOR, OpenDay(opens_on=day)))
            self.day = day

    async def _live(self, number: int, total: int) -> None:
        after: tuple[Position, ...] = ()
        for command in story(number):
            self.asked[command.id] = command
            answer, positions = await self._ask(command, after)
            self.answers[command.id] = answer
            self._tell("commands", len(self.answers), total)
            if not answer.accepted:
                return
            after += positions

    async def ask(self, command: Command) -> Answer:
        """Asks until it is answered."""
        return (await self._ask(command, ()))[0]

    async def _ask(
        self, command: Command, after: tuple[Position, ...]
    ) -> tuple[Answer, tuple[Position, ...]]:
        while True:
            try:
                reply = await self._connections[command.node].ask(
                    command.body, id=command.id, after=after, timeout_s=ASK_S
                )
            except OutcomeUnknownError:
                continue
            if reply.answer.code != "TRY_AGAIN":
                return reply.answer, reply.positions


async def _until(part: float, pace: Callable[[], float]) -> None:
    while pace() < part:  # noqa: ASYNC110 (it is the clock and others that move it)
        await asyncio.sleep(0.02)
