"""The passage between the vendor's broker and the real one (通道): here bad luck is brought about.

Requests pass as they are, to the same partition, so that the services see what the adapter did. Answers pass
as the case's luck has it. The center's batches are kept until a case hands them out.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress

from shared.bus.admin import Admin
from shared.bus.client.carrier import Carrier, TooLargeError
from shared.bus.topics import day_topics, reply_topic
from shared.bus.wire import Raw
from shared.certify.play.play import Play
from shared.certify.seen import read_answer, read_asked

BATCHES = "monthly.batches"
_LOOK_S = 0.05


class PassageError(Exception):
    """Nothing passes between the brokers any more."""


class Passage:
    """Carries a node's requests and answers; `async with` it while cases are played."""

    def __init__(self, vendor: str, real: str, node: str) -> None:
        self.batches: list[Raw] = []
        self._vendor, self._node = vendor, node
        self._plays: list[Play] = []
        self._asker: dict[str, Play | None] = {}
        self._later: set[asyncio.Task[None]] = set()
        asking = [topic for topic in day_topics() if topic != "registry.commands"]
        self._up = Carrier(vendor, real, asking, self._take_request)
        self._down = Carrier(real, vendor, [reply_topic(node), BATCHES], self._take_answer)
        self._open = AsyncExitStack()

    async def __aenter__(self) -> "Passage":
        # A notice may come for an adapter that has not listened yet: it waits for it.
        await Admin(self._vendor).ensure_reply_topics([reply_topic(self._node)])
        await self._open.enter_async_context(self._down)
        await self._open.enter_async_context(self._up)
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._later:
            task.cancel()
        await self._open.aclose()

    def begin(self, play: Play) -> None:
        """From now on the records of this case are known as its own."""
        self._plays.append(play)

    async def hand_out(self, records: Sequence[Raw]) -> None:
        """Puts records on the vendor's broker, in their order."""
        for record in records:
            await self._down.put(record)

    async def release(self, play: Play, within_s: float) -> None:
        """Hands on what a case's luck has kept, once there is something, or nothing after a while."""
        for _ in range(int(within_s / _LOOK_S)):
            if play.delivery.kept:
                break
            await asyncio.sleep(_LOOK_S)
        await self.hand_out(play.delivery.release())

    async def settle_down(self, play: Play, within_s: float) -> None:
        """Waits until all that a case asked is carried and answered, or too long. Raises PassageError."""
        await self._up.reach_end(within_s)
        for _ in range(int(within_s / _LOOK_S)):
            self.check()
            if not play.open_requests():
                return
            await asyncio.sleep(_LOOK_S)

    def check(self) -> None:
        """Raises PassageError if a side of the passage has ended."""
        if fault := self._up.fault or self._down.fault:
            raise PassageError(
                f"两个Kafka之间的通道已中断 / the passage between the brokers has ended: {fault}"
            )

    async def _take_request(self, raw: Raw) -> None:
        play = next((one for one in reversed(self._plays) if one.is_about(raw)), None)
        request = read_asked(raw, play.sitting if play else 0)
        if request.source not in (self._node, ""):  # its answer would go to another node
            if play:
                play.hear_asked(request)
            return
        self._asker[request.id] = play
        if play:
            await self.hand_out(play.hear_asked(request))
        with suppress(TooLargeError):  # the real broker takes it neither: it has no answer, which is found
            await self._up.put(raw)

    async def _take_answer(self, raw: Raw) -> None:
        if raw.topic == BATCHES:
            self.batches.append(raw)
            return
        answer = read_answer(raw)
        if answer is None:  # a notice
            await self._down.put(raw)
        elif answer.id in self._asker:  # else our own question
            play = self._asker[answer.id]
            await self.hand_out(play.hear_answer(answer, raw) if play else [raw])
            if play and play.delivery.kept and play.case.luck and play.case.luck.seconds:
                self._release_later(play, play.case.luck.seconds)

    def _release_later(self, play: Play, seconds: int) -> None:
        task = asyncio.create_task(self._after(play, seconds))
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _after(self, play: Play, seconds: int) -> None:
        await asyncio.sleep(seconds)
        await self.hand_out(play.delivery.release())
