"""The backlog (积压): what nobody waits for any more, as after an outage, goes out a little at a time.

All of it at once, from a hospital that was offline for days, would slow down the desks of all others.
"""

import asyncio


class Backlog:
    """A few places, given to lanes in the order they came; a lane that somebody waits for needs none."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._queue: dict[str, asyncio.Future[bool]] = {}

    async def enter(self, lane: str) -> bool:
        """Waits for a place. True: the lane has one, to be left again; False: it needs none any more."""
        if self._free:
            self._free -= 1
            return True
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._queue[lane] = turn
        return await turn

    def leave(self) -> None:
        """Gives a place on to the lane that has waited longest."""
        lane = next(iter(self._queue), None)
        if lane is None:
            self._free += 1
        else:
            self._call(lane, has_place=True)

    def hurry(self, lane: str) -> None:
        """Lets a lane go on without a place: somebody waits for it."""
        if lane in self._queue:
            self._call(lane, has_place=False)

    def _call(self, lane: str, *, has_place: bool) -> None:
        turn = self._queue.pop(lane)
        if not turn.done():  # cancelled, where all are
            turn.set_result(has_place)
