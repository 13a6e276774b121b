"""Adapters broken on purpose (故意做坏的适配器): each in one way, with the cases that it must fail."""

import os
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import uuid4

from shared.adapter import Center, Connection, Hospital, OutcomeUnknownError, RefusedError
from shared.bus.client.listener import Listener
from shared.bus.partition import partition_of
from shared.certify.example.adapter import Adapter, Step, Told
from shared.messages.clearing.batches import BatchChunk, BatchManifest

SHORT_S = 4.0


class Impatient(Adapter):
    """Gives a settlement up after some seconds, and tells the desk that it failed."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.hospital = Hospital(self.connection, self.hospital.institution_id, timeout_s=SHORT_S)


class RepeatsWithNewId(Impatient):
    """Settles with a new id when no answer comes."""

    async def settle(self, step: Step) -> Told:
        """Settles, and settles."""
        try:
            return await super().settle(step)
        except OutcomeUnknownError:
            self._place += "+"
            return await super().settle(step)


class GoesOn(Adapter):
    """Goes on after a refusal as if it had been a "yes"."""

    async def step(self, step: Step) -> Told:
        """Does a step, and minds no "no"."""
        try:
            return await super().step(step)
        except RefusedError:
            return {}


class _Crooked(Connection):
    async def _send(self, request: Any) -> None:
        assert self._producer
        topic, record = request.asked.topic, request.record
        partitions = len(await self._producer.partitions_for(topic))
        wrong = (partition_of(request.asked.key, partitions) + 1) % partitions
        await self._producer.send_and_wait(
            topic, value=record.value, key=record.key, headers=record.headers, partition=wrong
        )


class WrongPartitioner(Adapter):
    """Sends to the partition beside the right one."""

    CONNECTION = _Crooked


class ForgetsIds(Adapter):
    """Keeps its ids in memory alone, so that a kill loses them."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        drawn: dict[str, str] = {}
        self.books.id_of = lambda what: drawn.setdefault(what, uuid4().hex)  # type: ignore[method-assign]


class _Floating(Connection):
    async def _send(self, request: Any) -> None:
        record = request.record
        if ("ce_type", b"yidi.SubmitCasePage.v1") in record.headers:
            value = re.sub(rb'"total_fen":(\d+)', rb'"total_fen":\1.0', record.value)
            request.record = record._replace(value=value)
        await super()._send(request)


class FloatingMoney(Adapter):
    """Writes the total of a case page as 468691.0."""

    CONNECTION = _Floating


class _Greedy(Connection):
    def _hear(self, record: Any) -> None:
        waits = next(iter(self._waiting), None)
        headers = [
            ("ce_causationid", waits.encode()) if n == "ce_causationid" and waits else (n, v)
            for n, v in record.headers
        ]
        super()._hear(_Renamed(record, headers))


class _Renamed:
    def __init__(self, record: Any, headers: Any) -> None:
        self._record, self.headers = record, headers

    def __getattr__(self, name: str) -> Any:
        return getattr(self._record, name)


class TakesAnyAnswer(Adapter):
    """Takes whatever answer comes as that of the oldest request that waits."""

    CONNECTION = _Greedy


class CountsWhatWasSent(Adapter):
    """Counts only what it has uploaded, not what was booked."""

    async def charge(self, step: Step) -> None:
        """Books what is uploaded, and forgets the rest."""
        if step["do"] == "upload":
            await super().charge(step)


class NeverSendsPages(Adapter):
    """Sends no case page."""

    async def page(self, step: Step) -> None:
        """Does nothing."""


class ClaimsAll(Adapter):
    """Claims whatever it has settled, of any month."""

    async def claim(self, step: Step) -> None:
        """Claims the month's settlements and all others."""
        self.books.settled_in = lambda month, all=self.books.settled_in: all("")  # type: ignore[method-assign,misc]
        await super().claim(step)


class ForgetsWithdrawals(Adapter):
    """Leaves in the bill what it has withdrawn."""

    async def withdraw(self, step: Step) -> None:
        """Withdraws, and forgets it."""
        self.books.take_back = lambda visit, upload: None  # type: ignore[method-assign]
        await super().withdraw(step)


class SendsAllByNight(Adapter):
    """Sends the last fees before a settlement with the night's."""

    async def send(self, step: Step, upload: Mapping[str, Any], now: bool = False) -> int:
        """Sends an upload to the night's topic."""
        return await super().send(step, {**upload, "now": False}, now=now)


class TellsTheTotal(Adapter):
    """Shows the desk the bill's total as what the patient pays."""

    def keep(self, step: Step, settled: Any) -> Told:
        """Keeps the settlement, and tells the wrong amount."""
        super().keep(step, settled)
        return {"personal_fen": settled.payments.total_fen}


_BATCH = (BatchChunk, BatchManifest)


class ConfirmsHalf(Adapter):
    """Confirms a statement when anything of its batch has come."""

    async def confirm(self, step: Step) -> None:
        """Confirms as soon as there is anything to confirm."""
        async with Listener(self.connection.bootstrap, "monthly.batches") as listener:
            seen = [one.body async for one in listener.to_end() if isinstance(one.body, _BATCH)]
        if any(chunk.statement_id == step["statement"] for chunk in seen):
            center = Center(self.connection, step["center"], self.folder)
            await center.confirm(step["statement"], id=self.id())


class Broken(NamedTuple):
    """An adapter and the numbers of the cases that it fails; `judged`: test_judging shows the same sight."""

    adapter: type[Adapter]
    fails: frozenset[int]
    judged: bool = False

    @property
    def tried(self) -> frozenset[int]:
        """The cases that are played: all, or some that it fails and two that it passes."""
        return _ALL if EVERY or not self.fails else frozenset([*sorted(self.fails)[:3], *_OTHERS])


EVERY = bool(os.environ.get("CERTIFY_EVERY"))  # tests/README.md
_ALL = frozenset(range(1, 18))
_OTHERS = (2, 12)
_TOLD = {1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 14, 15, 16, 17}
_PAGES = {1, 15, 16, 17}
_JUDGED = {NeverSendsPages, ForgetsWithdrawals, SendsAllByNight, TellsTheTotal}
_BROKEN = tuple(
    Broken(adapter, frozenset(fails), adapter in _JUDGED)
    for adapter, fails in (
        (RepeatsWithNewId, {8, 10}),
        (GoesOn, {12, 13}),
        (WrongPartitioner, _ALL),
        (ForgetsIds, {15}),
        (FloatingMoney, _PAGES),
        (CountsWhatWasSent, {11}),
        (NeverSendsPages, _PAGES),
        (ClaimsAll, {17}),
        (ForgetsWithdrawals, {5}),
        (SendsAllByNight, {1, 6, 16}),
        (TellsTheTotal, _TOLD),
    )
)
BROKEN = tuple(one for one in _BROKEN if EVERY or not one.judged)
OURS = Broken(Adapter, frozenset())
GREEDY = Broken(TakesAnyAnswer, frozenset({7, 9}))
HALF = Broken(ConfirmsHalf, frozenset({19}))
