"""A whole certification (一次认证): the cases that concern a node, those that move days last."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from shared.certify.cases.case import Case, Words
from shared.certify.cases.document import Place, mark_of
from shared.certify.play.clerk import Clerk
from shared.certify.play.passage import Passage
from shared.certify.play.player import Ground, Player, Result
from shared.certify.play.statements import Statement, statements_of
from shared.certify.play.town import DAY, Party, Town, next_month, open_town

SORTED_S, LOOK_S = 30.0, 0.2
NO_STATEMENT = Words(
    "未执行：该中心本月的清算单不够", "not played: the center has too few statements of this month"
)
Tell = Callable[[Case, Result | None], None]
"""Hears of each case as it begins, and of its result."""


class Wish(NamedTuple):
    """What is asked of a certification: which node, by which clerk, with which cases, how many at once."""

    node: str
    clerk: Clerk
    cases: Sequence[Case]
    together: int = 1
    center: str = ""
    parties: Sequence[Party] = ()


class Brokers(NamedTuple):
    """The vendor's broker, the real one, and the partitions of a topic on both."""

    vendor: str
    real: str
    partitions: int


async def certify(
    wish: Wish, brokers: Brokers, ground: Ground, town: Town, tell: Tell = lambda case, result: None
) -> list[Result]:
    """Plays the cases; the results by number. Raises PassageError and what a client may."""
    async with Passage(brokers.vendor, brokers.real, wish.node) as passage:
        player = Player(ground, town, passage, wish.clerk)
        if wish.center:
            return await _play_center(wish, player, town, passage, ground.run, tell)
        room = asyncio.Semaphore(wish.together)
        quiet = [one for one in wish.cases if not one.moves_days]
        playing = [_play(player, case, None, tell, room) for case in quiet]
        results = await asyncio.gather(*playing)
        moving = [one for one in wish.cases if one.moves_days]
        results += [await _play(player, case, None, tell, room) for case in moving]
    return sorted(results, key=lambda result: result.case.number)


async def _play(
    player: Player, case: Case, statement: Statement | None, tell: Tell, room: asyncio.Semaphore
) -> Result:
    async with room:
        tell(case, None)
        result = await player.play(case, statement)
        tell(case, result)
    return result


async def _play_center(
    wish: Wish, player: Player, town: Town, passage: Passage, run: str, tell: Tell
) -> list[Result]:
    """Has each party settle, the month end and be sorted; then each case has a statement of its own."""
    month = f"{town.today:%Y-%m}"
    for number, party in enumerate(wish.parties):
        await town.care_for(party, mark_of(run, 0), chr(ord("A") + number))
    await town.open_until(next_month(town.today) + DAY)  # sorted on the day after its end
    wanted = min(len(wish.parties), len(wish.cases))
    statements = await _sorted(wish.center, month, passage, wanted)
    room = asyncio.Semaphore(wish.together)
    playing = [
        _play(player, case, statement, tell, room)
        for case, statement in zip(wish.cases, statements, strict=False)
    ]
    return [*await asyncio.gather(*playing), *_left_out(wish.cases[len(playing) :], tell)]


def _left_out(cases: Sequence[Case], tell: Tell) -> Iterator[Result]:
    """Cases for which no statement is left."""
    for case in cases:
        result = Result(case, (NO_STATEMENT,), played=False)
        tell(case, None)
        tell(case, result)
        yield result


async def _sorted(center: str, month: str, passage: Passage, wanted: int) -> list[Statement]:
    """The center's statements of a month, once there are as many as wanted, or after a while."""
    found: list[Statement] = []
    for _ in range(int(SORTED_S / LOOK_S)):
        passage.check()
        found = statements_of(center, month, passage.batches)
        if len(found) >= wanted:
            break
        await asyncio.sleep(LOOK_S)
    return found


__all__ = ["Brokers", "Ground", "Party", "Place", "Tell", "Wish", "certify", "open_town"]
