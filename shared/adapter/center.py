"""A clearing center's side: receives the monthly batches, confirms them, reports payments."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from shared.adapter.batch import Assembly, Batch, BatchRefusedError
from shared.adapter.batch_files import write_batch
from shared.adapter.refused import accepted
from shared.bus.client import PATIENCE_S, Connection
from shared.bus.listener import Listener
from shared.bus.message import Message
from shared.messages.body import Request
from shared.messages.clearing import (
    Confirmed,
    ConfirmStatement,
    DisputedLine,
    PaymentKept,
    ReportPayment,
    StatementHead,
)

TOPIC = "monthly.batches"
_KEPT = "received.json"


class Received(NamedTuple):
    """What `receive` found: batches that checked, and refusals of those that did not."""

    batches: tuple[Batch, ...]
    refused: tuple[BatchRefusedError, ...]


class _Kept(NamedTuple):
    positions: dict[int, int]
    done: list[str]


class Center:
    """A clearing center (结算中心) on a started connection; its folder keeps positions and files."""

    def __init__(
        self, connection: Connection, center_id: str, folder: Path, *, timeout_s: float = PATIENCE_S
    ) -> None:
        self.connection, self.center_id, self.folder = connection, center_id, folder
        self._timeout_s = timeout_s

    async def receive(self) -> Received:
        """Reads on to the topic's present end; each batch of this center that checks is written as files.

        A batch still under way is read again the next time: its position stays before its first chunk.
        """
        kept = self._kept()
        async with Listener(self.connection.bootstrap, TOPIC, kept.positions) as listener:
            messages = await listener.to_end()
        assembly = Assembly(set(kept.done))
        received = self._assemble(assembly, messages)
        for batch in received.batches:
            write_batch(batch, self.folder)
        self._keep(_Kept({**listener.positions, **assembly.began()}, sorted(assembly.done)))
        return received

    async def confirm(
        self, statement_id: str, disputed: Sequence[tuple[str, str]] = (), *, id: str | None = None
    ) -> Confirmed:
        """Confirms a statement (确认清算) but for the disputed lines, each given with its reason."""
        lines = tuple(DisputedLine(line_id=name, reason=reason) for name, reason in disputed)
        body = ConfirmStatement(statement_id=statement_id, center_id=self.center_id, disputed=lines)
        result = await self._ask(body, id)
        assert isinstance(result, Confirmed)
        return result

    async def report_payment(
        self, statement_id: str, paid_fen: int, paid_on: date, *, id: str | None = None
    ) -> PaymentKept:
        """Reports that a confirmed statement was paid (拨付)."""
        body = ReportPayment(
            statement_id=statement_id, center_id=self.center_id, paid_fen=paid_fen, paid_on=paid_on
        )
        result = await self._ask(body, id)
        assert isinstance(result, PaymentKept)
        return result

    async def _ask(self, body: Request, id: str | None) -> object:
        reply = await self.connection.ask(body, id=id, timeout_s=self._timeout_s)
        return accepted(reply.answer).result

    def _assemble(self, assembly: Assembly, messages: Sequence[Message]) -> Received:
        batches: list[Batch] = []
        refused: list[BatchRefusedError] = []
        for message in messages:
            try:
                batch = assembly.take(message.partition, message.offset, message.body)
            except BatchRefusedError as error:
                refused.append(error)
                continue
            if batch and self._concerns(batch.manifest.head):
                batches.append(batch)
        return Received(tuple(batches), tuple(refused))

    def _concerns(self, head: StatementHead) -> bool:
        return self.center_id in (head.insured_center, head.treatment_center)

    def _kept(self) -> _Kept:
        path = self.folder / _KEPT
        if not path.exists():
            return _Kept({}, [])
        kept = json.loads(path.read_text())
        return _Kept({int(partition): at for partition, at in kept["positions"].items()}, kept["done"])

    def _keep(self, kept: _Kept) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.folder / f".{_KEPT}.new"
        fresh.write_text(json.dumps(kept._asdict()))
        fresh.replace(self.folder / _KEPT)
