"""A clearing center's side: receives the monthly batches and notices, confirms, reports payments."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from shared.adapter.batches.batch import Assembly, Batch, BatchRefusedError
from shared.adapter.batches.files import Papers, write_batch, write_papers
from shared.adapter.clearing.doubts import Doubts, R
from shared.adapter.mailbox import Mailbox
from shared.adapter.refused import accepted
from shared.bus.client.client import PATIENCE_S, Connection
from shared.bus.client.listener import Listener
from shared.bus.wire import Raw
from shared.messages.amounts import FundAmounts
from shared.messages.body import Fact, Request
from shared.messages.clearing.admissions import AdmitLine
from shared.messages.clearing.batches import BatchChunk, RequestChunk
from shared.messages.clearing.claims import LineVerdict, ReviewClaim
from shared.messages.clearing.confirmations import WithdrawConfirmation
from shared.messages.clearing.disputes import DecideDispute, DisputeLines, Ruling
from shared.messages.clearing.months import ConfirmStatement, DisputedLine, ReportPayment
from shared.messages.clearing.outcomes import (
    AdmissionKept,
    ChunkSent,
    ClaimStands,
    Confirmed,
    DisputeAnswered,
    LinesKept,
    PaymentKept,
    ReturnKept,
    Withdrawn,
)
from shared.messages.clearing.payments import ReportReturn

TOPIC = "monthly.batches"
_KEPT = "received.json"
_CHUNK = ("ce_type", BatchChunk.wire_type().encode())


class Received(NamedTuple):
    """What `receive` found: batches that checked, and refusals of those that did not."""

    batches: tuple[Batch, ...]
    refused: tuple[BatchRefusedError, ...]


class _Kept(NamedTuple):
    positions: dict[int, int]
    done: list[str]


class Center(Doubts):
    """A clearing center (结算中心) on a started connection; its folder keeps positions and files.

    `names`: what centers and institutions are called on its papers, by their codes.
    """

    def __init__(
        self,
        connection: Connection,
        center_id: str,
        folder: Path,
        *,
        names: Mapping[str, str] | None = None,
        timeout_s: float = PATIENCE_S,
    ) -> None:
        self.connection, self.center_id, self.folder = connection, center_id, folder
        self._names = names
        self._timeout_s = timeout_s
        self._mailbox = Mailbox(connection.bootstrap, connection.node_id, folder / "notices")

    async def receive(self) -> Received:
        """Reads on to the topic's present end; each batch of this center that checks is written as a CSV.

        A batch still under way is read again the next time: its position stays before its first chunk. What
        is given is held in memory together; years of batches are better taken one by one, from `arrivals`.
        """
        kept = self._kept()
        assembly = Assembly(set(kept.done), self.center_id)
        async with self._listener(kept) as listener:
            found = [arrival async for arrival in self._assemble(assembly, listener)]
        self._keep(listener, assembly)
        refused = tuple(one for one in found if isinstance(one, BatchRefusedError))
        return Received(tuple(one for one in found if isinstance(one, Batch)), refused)

    async def arrivals(self) -> AsyncGenerator[Batch | BatchRefusedError, None]:
        """What `receive` finds, each as soon as it is complete and written, and kept no longer.

        Who asks for the next one has done with the one before: only that is not given again the next time.
        Who stops early closes it with `aclose`.
        """
        kept = self._kept()
        assembly = Assembly(set(kept.done), self.center_id)
        async with self._listener(kept) as listener:
            async for arrival in self._assemble(assembly, listener):
                yield arrival
                self._keep(listener, assembly)
            self._keep(listener, assembly)

    async def again(self, statement_id: str) -> None:
        """Asks for a batch again (重发), chunk by chunk and its manifest last; it then is received anew."""
        self._forget(statement_id)
        number, chunks = 0, 1
        while number < chunks:
            chunks = (await self._ask_again(statement_id, number)).chunks
            number += 1
        await self._ask_again(statement_id, None)

    async def papers(self, batch: Batch) -> Papers:
        """Writes a batch's statement for people beside its CSV (打印清算单), as XLSX and PDF."""
        return await asyncio.to_thread(write_papers, batch, self.folder, self._names)

    async def notices(self) -> tuple[Fact, ...]:
        """What its node was told since the last time (通知), each once, kept as a file before it is given.

        `CenterConfirmed`: the other side has confirmed or disputed. `StatementConfirmed`: what is left after
        disputes, who pays it, by when. `StatementPaid`, `PaymentReturned`, `PrefundChanged`,
        `ConfirmationWithdrawn` as named. `ReviewDue`: lines of a claim wait for this center;
        `ClaimLinesReviewed`: what the other center said of them. `PrefundAlert`: a threshold is crossed or
        near; `PrefundOverdue`: what was not answered or paid ahead.
        """
        return await self._mailbox.receive()

    async def confirm(
        self, statement_id: str, disputed: Sequence[tuple[str, str]] = (), *, id: str | None = None
    ) -> Confirmed:
        """Confirms a statement (确认清算) but for the disputed lines, each given with its reason."""
        lines = _disputed(disputed)
        body = ConfirmStatement(statement_id=statement_id, center_id=self.center_id, disputed=lines)
        return await self._ask(body, id, Confirmed)

    async def dispute(
        self, statement_id: str, disputed: Sequence[tuple[str, str]], *, id: str | None = None
    ) -> LinesKept:
        """Disputes lines before the statement is confirmed (提出争议), each with its reason."""
        lines = _disputed(disputed)
        body = DisputeLines(statement_id=statement_id, center_id=self.center_id, disputed=lines)
        return await self._ask(body, id, LinesKept)

    async def decide(
        self,
        statement_id: str,
        line_id: str,
        ruling: Ruling,
        accepted: FundAmounts | None = None,
        *,
        reason: str = "",
        id: str | None = None,
    ) -> DisputeAnswered:
        """Decides the other side's dispute of a line (争议裁定); `accepted` stands where it is adjusted."""
        body = DecideDispute(
            statement_id=statement_id,
            center_id=self.center_id,
            line_id=line_id,
            ruling=ruling,
            accepted=accepted,
            reason=reason,
        )
        return await self._ask(body, id, DisputeAnswered)

    async def review(
        self,
        claim_id: str,
        institution_id: str,
        officer: str,
        verdicts: Sequence[LineVerdict],
        *,
        id: str | None = None,
    ) -> ClaimStands:
        """An officer reviews lines of an institution's claim (审核): accepts, deducts, asks for material."""
        body = ReviewClaim(
            claim_id=claim_id,
            institution_id=institution_id,
            center_id=self.center_id,
            officer=officer,
            verdicts=tuple(verdicts),
        )
        return await self._ask(body, id, ClaimStands)

    async def admit(self, line_id: str, officer: str, reason: str, *, id: str | None = None) -> AdmissionKept:
        """Asks that a late line be let in (逾期准入); the second officer who does lets it in."""
        body = AdmitLine(line_id=line_id, center_id=self.center_id, officer=officer, reason=reason)
        return await self._ask(body, id, AdmissionKept)

    async def withdraw(self, statement_id: str, reason: str = "", *, id: str | None = None) -> Withdrawn:
        """Takes back what this center confirmed and disputed (撤销确认), while nothing was built on it."""
        body = WithdrawConfirmation(statement_id=statement_id, center_id=self.center_id, reason=reason)
        return await self._ask(body, id, Withdrawn)

    async def report_payment(
        self,
        statement_id: str,
        paid_fen: int,
        paid_on: date,
        *,
        bank_entry_id: str | None = None,
        id: str | None = None,
    ) -> PaymentKept:
        """Reports that a confirmed statement was paid (拨付); an entry of the bank counts once."""
        body = ReportPayment(
            statement_id=statement_id,
            center_id=self.center_id,
            paid_fen=paid_fen,
            paid_on=paid_on,
            bank_entry_id=bank_entry_id,
        )
        return await self._ask(body, id, PaymentKept)

    async def report_return(
        self,
        statement_id: str,
        returned_fen: int,
        returned_on: date,
        reason: str = "",
        *,
        bank_entry_id: str | None = None,
        id: str | None = None,
    ) -> ReturnKept:
        """Reports that the bank has sent a payment back (退汇): the statement is to be paid again."""
        body = ReportReturn(
            statement_id=statement_id,
            center_id=self.center_id,
            returned_fen=returned_fen,
            returned_on=returned_on,
            reason=reason,
            bank_entry_id=bank_entry_id,
        )
        return await self._ask(body, id, ReturnKept)

    async def _ask_again(self, statement_id: str, number: int | None) -> ChunkSent:
        body = RequestChunk(statement_id=statement_id, center_id=self.center_id, number=number)
        return await self._ask(body, None, ChunkSent)

    async def ask(self, body: Request, kind: type[R], *, id: str | None = None) -> R:
        """Asks what has no method of its own: charges, quotas, fundings, top-ups (预付金、利息、费用)."""
        return await self._ask(body, id, kind)

    async def _ask(self, body: Request, id: str | None, kind: type[R]) -> R:
        reply = await self.connection.ask(body, id=id, timeout_s=self._timeout_s)
        result = accepted(reply.answer).result
        assert isinstance(result, kind)
        return result

    def _listener(self, kept: _Kept) -> Listener:
        return Listener(self.connection.bootstrap, TOPIC, kept.positions, self._may_be_mine)

    def _may_be_mine(self, raw: Raw) -> bool:
        """Whether a record may concern this center: most chunks are of others, and take longest to read.

        A chunk that tells its centers, and not this one, is passed over; all else is looked at closely.
        """
        value = raw.value or b""
        tells = _CHUNK in raw.headers and b'"insured_center":"' in value
        return not tells or f'"{self.center_id}"'.encode() in value

    async def _assemble(
        self, assembly: Assembly, listener: Listener
    ) -> AsyncIterator[Batch | BatchRefusedError]:
        async for message in listener.to_end():
            try:
                batch = assembly.take(message.partition, message.offset, message.body)
            except BatchRefusedError as error:
                yield error
                continue
            if batch:
                await asyncio.to_thread(write_batch, batch, self.folder)
                yield batch

    def _kept(self) -> _Kept:
        path = self.folder / _KEPT
        if not path.exists():
            return _Kept({}, [])
        kept = json.loads(path.read_text())
        return _Kept({int(partition): at for partition, at in kept["positions"].items()}, kept["done"])

    def _keep(self, listener: Listener, assembly: Assembly) -> None:
        self._write(_Kept({**listener.positions, **assembly.began()}, sorted(assembly.done)))

    def _forget(self, statement_id: str) -> None:
        kept = self._kept()
        self._write(kept._replace(done=[id for id in kept.done if id != statement_id]))

    def _write(self, kept: _Kept) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.folder / f".{_KEPT}.new"
        fresh.write_text(json.dumps(kept._asdict()))
        fresh.replace(self.folder / _KEPT)


def _disputed(lines: Sequence[tuple[str, str]]) -> tuple[DisputedLine, ...]:
    return tuple(DisputedLine(line_id=name, reason=reason) for name, reason in lines)
