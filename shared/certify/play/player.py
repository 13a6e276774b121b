"""Plays cases (执行用例): has the clerk do each, lets happen what happens elsewhere, and has it judged."""

import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from shared.adapter import Visit
from shared.certify.cases.case import Case, Event, Words
from shared.certify.cases.document import Place, Scene, mark_of, person_of, visit_of, write
from shared.certify.judging.judge import judge
from shared.certify.play.clerk import Clerk
from shared.certify.play.passage import Passage
from shared.certify.play.play import Play
from shared.certify.play.statements import Statement
from shared.certify.play.town import DAY, Town, next_month
from shared.certify.seen import Seen, Telling

ANSWERED_S = 8.0
KEPT_S = 3.0


class Ground(NamedTuple):
    """Where all cases of a run are played: the node, its hospitals by scheme, the vendor's broker."""

    run: str
    node: str
    address: str
    partitions: int
    places: Mapping[str, Place]
    folder: Path
    center: str = ""


class Result(NamedTuple):
    """What became of a case: its findings, how long it took; `played` no: something of it was lacking."""

    case: Case
    findings: tuple[Words, ...]
    milliseconds: int = 0
    requests: int = 0
    played: bool = True

    @property
    def passed(self) -> bool:
        """Whether all was seen that must be seen."""
        return self.played and not self.findings

    @property
    def outcome(self) -> str:
        """Its outcome in one word: passed, failed or not_played."""
        return "passed" if self.passed else "failed" if self.played else "not_played"


class Player:
    """Plays one case after the other, or some at once, by one clerk."""

    def __init__(self, ground: Ground, town: Town, passage: Passage, clerk: Clerk) -> None:
        self._ground, self._town, self._passage, self._clerk = ground, town, passage, clerk

    async def play(self, case: Case, statement: Statement | None = None) -> Result:
        """Plays a case and judges it."""
        began = time.monotonic()
        mark = mark_of(self._ground.run, case.number)
        play = Play(case, *([statement.statement_id] if statement else [mark]))
        self._passage.begin(play)
        if case.enrolled and case.visits:
            await self._town.enroll(case.scheme, [person_of(mark, letter) for letter in case.visits])
        tellings = [
            await self._sit(play, number, mark, statement) for number in range(1, len(case.sittings) + 1)
        ]
        seen = await self._look(play, tellings, mark)
        took = int((time.monotonic() - began) * 1000)
        return Result(case, tuple(judge(case, seen)), took, len(play.asked))

    async def _sit(self, play: Play, number: int, mark: str, statement: Statement | None) -> Telling:
        """One sitting, with what happens before it; an adapter that was killed is started once more."""
        play.sitting = number
        for event in play.case.sittings[number - 1].after:
            await _EVENTS[event](self, play, mark, statement)
        document = write(play.case, number, self._scene(play.case, mark, statement))
        play.documents.append(document)
        telling = await self._clerk.sit(document, play.kill if play.is_killed else None)
        if telling.killed:
            await self._passage.release(play, KEPT_S)
            telling = (await self._clerk.sit(document, None)).after(telling)
        await self._passage.settle_down(play, ANSWERED_S)
        return telling

    def _scene(self, case: Case, mark: str, statement: Statement | None) -> Scene:
        ground = self._ground
        folder = ground.folder / f"case-{case.number:02}"
        folder.mkdir(parents=True, exist_ok=True)
        return Scene(
            mark,
            ground.node,
            ground.address,
            ground.places.get(case.scheme, Place("", "")),
            self._town.today,
            str(folder),
            statement.statement_id if statement else "",
            ground.center,
        )

    async def _look(self, play: Play, tellings: list[Telling], mark: str) -> Seen:
        place = self._ground.places.get(play.case.scheme, Place("", ""))
        found = {
            letter: await self._town.visit(place, Visit(visit_of(mark, letter), person_of(mark, letter)))
            for letter in play.case.visits
        }
        return Seen(
            tuple(play.asked),
            tuple(play.answered),
            tuple(tellings),
            found,
            self._ground.partitions,
            play.delivery.struck,
            tuple(play.documents),
        )

    async def _file(self, play: Play, mark: str, statement: Statement | None) -> None:
        scheme = play.case.scheme
        area = self._ground.places[scheme].area
        for letter in play.case.visits:
            await self._town.file(scheme, person_of(mark, letter), f"{mark}-{letter}f", area)

    async def _next_day(self, play: Play, mark: str, statement: Statement | None) -> None:
        await self._town.open_until(self._town.today + DAY)

    async def _next_month(self, play: Play, mark: str, statement: Statement | None) -> None:
        await self._town.open_until(next_month(self._town.today))

    async def _batch(self, play: Play, mark: str, statement: Statement | None) -> None:
        await self._passage.hand_out(statement.records if statement else ())

    async def _half_batch(self, play: Play, mark: str, statement: Statement | None) -> None:
        await self._passage.hand_out(statement.half if statement else ())

    async def _altered_batch(self, play: Play, mark: str, statement: Statement | None) -> None:
        await self._passage.hand_out(statement.altered if statement else ())

    async def _batch_twice(self, play: Play, mark: str, statement: Statement | None) -> None:
        twice = [one for record in (statement.records if statement else ()) for one in (record, record)]
        await self._passage.hand_out(twice)


_Happens = Callable[[Player, Play, str, Statement | None], Awaitable[None]]
_EVENTS: Mapping[Event, _Happens] = {
    "filed": Player._file,
    "next_day": Player._next_day,
    "next_month": Player._next_month,
    "batch": Player._batch,
    "half_batch": Player._half_batch,
    "altered_batch": Player._altered_batch,
    "batch_twice": Player._batch_twice,
}
