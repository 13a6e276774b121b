"""The order of what is kept (留存队列): one after another for each person, who waits for no other.

What somebody waits for goes out at once, with what came before it for that person; the rest is the backlog.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

import structlog

from shared.gateway.backlog import Backlog
from shared.gateway.kept import Kept
from shared.gateway.line import PAUSE_S
from shared.gateway.store import Store

log = structlog.get_logger()
AT_ONCE = 256  # persons whose transactions are under way at the same time
BACKLOG_AT_ONCE = 8  # of them, those for whom nobody waits
LONGEST_PAUSE_S = 30.0
Deliver = Callable[[Kept], Awaitable[str | None]]


class Lanes:
    """Delivers what is kept: `deliver` gives the reply once that is kept too, None to be tried again."""

    def __init__(self, store: Store, deliver: Deliver) -> None:
        self._store, self._deliver = store, deliver
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._done: dict[str, asyncio.Future[str]] = {}
        self._working: dict[str, asyncio.Task[None]] = {}
        self._room, self._backlog = asyncio.Semaphore(AT_ONCE), Backlog(BACKLOG_AT_ONCE)
        self._awaited: Counter[str] = Counter()  # by lane, how many wait for a reply

    async def begin(self) -> None:
        """Goes on with all that waits."""
        for lane in await self._store.lanes():
            self._work(lane)

    async def end(self) -> None:
        """Stops; what waits is delivered after the next beginning."""
        tasks = list(self._working.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def lock(self, lane: str) -> asyncio.Lock:
        """What keeps others out of a lane, while anybody holds it or waits for it."""
        held = self._locks.get(lane)
        if held is None:
            held = self._locks[lane] = asyncio.Lock()
        return held

    async def reply(self, kept: Kept, patience_s: float) -> str:
        """The reply to a transaction that is kept. Raises TimeoutError; it is delivered all the same."""
        done = self._done.setdefault(kept.msgid, asyncio.get_running_loop().create_future())
        self._awaited[kept.lane] += 1
        self._backlog.hurry(kept.lane)
        self._work(kept.lane)
        try:
            async with asyncio.timeout(patience_s):
                return await asyncio.shield(done)
        finally:
            self._awaited[kept.lane] -= 1
            if not self._awaited[kept.lane]:
                del self._awaited[kept.lane]

    def _work(self, lane: str) -> None:
        if lane not in self._working:
            self._working[lane] = asyncio.create_task(self._work_off(lane))

    async def _work_off(self, lane: str) -> None:
        """Ends when nothing waits: no other task can come between that and its leaving."""
        pause_s = PAUSE_S
        try:
            while kept := await self._store.next_of(lane):
                text = await self._try(kept)
                if text is None:
                    await asyncio.sleep(pause_s)
                    pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
                    continue
                pause_s = PAUSE_S
                self._tell(kept.msgid, text)
        finally:
            del self._working[lane]

    def _tell(self, msgid: str, text: str) -> None:
        done = self._done.pop(msgid, None)
        if done and not done.done():
            done.set_result(text)

    async def _try(self, kept: Kept) -> str | None:
        async with self._place(kept.lane), self.lock(kept.lane), self._room:
            try:
                return await self._deliver(kept)
            except Exception as error:  # a lane never ends before its work does
                log.error("gateway.failed", type=kept.infno, id=kept.msgid, error=type(error).__name__)
                return None

    @asynccontextmanager
    async def _place(self, lane: str) -> AsyncIterator[None]:
        """Holds a place of the backlog, unless somebody waits for the lane.

        It comes before the lane's lock, so that a question about that person waits for no place.
        """
        has_place = lane not in self._awaited and await self._backlog.enter(lane)
        try:
            yield
        finally:
            if has_place:
                self._backlog.leave()
