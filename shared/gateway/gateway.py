"""The gateway (网关): takes transactions in the national form, keeps them, and answers each.

What changes something is on the disk before it is sent, and goes out in the order it came, one after another
for each person; other persons do not wait for it. What is asked again with its msgid gets the reply it had.
"""

import asyncio
import itertools
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from shared.adapter.refused import RefusedError
from shared.bus.client.unanswered import OutcomeUnknownError
from shared.gateway.asker import Asker
from shared.gateway.forms.envelope import Envelope, Reply, reply
from shared.gateway.forms.fault import FaultError, of_answer
from shared.gateway.forms.transaction import Told, Transaction
from shared.gateway.kept import Kept, keep, read, write
from shared.gateway.lanes import Lanes
from shared.gateway.line import Line
from shared.gateway.reading import lane_of, read_call, read_form
from shared.gateway.store import Store
from shared.gateway.table import SIGN_IN, SIGN_OUT, TABLE

CHINA = ZoneInfo("Asia/Shanghai")
SIGNED_FOR = timedelta(days=1)
KEPT_FOR = timedelta(days=180)  # a msgid may be asked again, or reversed, for so long
LONGEST_TRY_S = 10.0


class Gateway:
    """One node's gateway; `async with` it. `patience_s` is how long who asks waits for a reply."""

    def __init__(self, bootstrap: str, node_id: str, folder: Path, patience_s: float) -> None:
        self._store, self._patience_s = Store(folder), patience_s
        self._line = Line(bootstrap, node_id, min(patience_s, LONGEST_TRY_S))
        self._asker = Asker(self._line, self._store)
        self._lanes = Lanes(self._store, self._deliver)
        self._numbers = itertools.count(1)

    async def __aenter__(self) -> "Gateway":
        """Goes on with what was kept and not yet delivered; connects as soon as the bus is there."""
        await self._store.open()
        await self._store.forget((datetime.now(UTC) - KEPT_FOR).isoformat())
        self._connecting = asyncio.create_task(self._line.keep_open())
        await self._lanes.begin()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stops delivering; what waits is delivered after the next start."""
        await self._lanes.end()
        self._connecting.cancel()
        await asyncio.gather(self._connecting, return_exceptions=True)
        await self._line.close()
        await self._store.close()

    async def waiting(self) -> int:
        """How many transactions are kept and not yet delivered."""
        return await self._store.waiting()

    async def answer(self, envelope: Envelope) -> str:
        """The reply to a transaction, as JSON; a refusal is a reply too."""
        asked = datetime.now(CHINA)
        try:
            output = await self._output(envelope)
            return output if isinstance(output, str) else self._reply(envelope, asked, output=output)
        except FaultError as fault:
            return self._reply(envelope, asked, refusal=str(fault))
        except RefusedError as refused:
            return self._reply(envelope, asked, refusal=of_answer(refused.answer))

    async def _output(self, envelope: Envelope) -> dict[str, Any] | str:
        if envelope.infno == SIGN_IN:
            return await self._sign_in(envelope)
        await self._check_signed(envelope)
        if envelope.infno == SIGN_OUT:
            await self._store.sign_out(envelope.sign_no)
            return {"signoutoutb": {"sign_time": _time(datetime.now(CHINA))}}
        if envelope.infno not in TABLE:
            raise FaultError("UNKNOWN_INFNO", envelope.infno)
        transaction = TABLE[envelope.infno]
        if transaction.manner == "question":
            return await self._question(transaction, envelope)
        return await self._change(transaction, envelope)

    async def _sign_in(self, envelope: Envelope) -> dict[str, Any]:
        sign_no, now = secrets.token_hex(15), datetime.now(UTC)
        until = (now + SIGNED_FOR).isoformat()
        await self._store.sign_in(sign_no, envelope.fixmedins_code, envelope.opter, until)
        return {"signinoutb": {"sign_time": _time(datetime.now(CHINA)), "sign_no": sign_no}}

    async def _check_signed(self, envelope: Envelope) -> None:
        now = datetime.now(UTC).isoformat()
        who = (envelope.sign_no, envelope.fixmedins_code, envelope.opter)
        if not await self._store.is_signed_in(*who, now):
            raise FaultError("NOT_SIGNED_IN", f"sign_no, opter: {envelope.opter}")

    async def _question(self, transaction: Transaction, envelope: Envelope) -> dict[str, Any]:
        form = read_form(transaction, envelope)
        lane = await lane_of(self._store, transaction, envelope, form)
        try:
            async with asyncio.timeout(self._patience_s), self._lanes.lock(lane):
                call = await read_call(self._store, transaction, envelope, form)
                return (await self._asker.run(transaction, call)).output
        except (TimeoutError, OutcomeUnknownError):
            raise FaultError("NO_ANSWER", envelope.infno) from None

    async def _change(self, transaction: Transaction, envelope: Envelope) -> str:
        form = read_form(transaction, envelope)  # what cannot be read is refused, and its msgid stays free
        lane = await lane_of(self._store, transaction, envelope, form)
        kept = keep(envelope, lane, datetime.now(UTC), self._patience_s)
        held = await self._store.take(kept)
        if held.state == "reversed":
            raise FaultError("REVERSED", envelope.msgid)
        if held.digest != kept.digest:
            raise FaultError("MSGID_REUSED", envelope.msgid)
        if held.state == "done":
            return held.reply
        try:
            return await self._lanes.reply(held, self._patience_s)
        except TimeoutError:
            code = "KEPT" if transaction.manner == "kept" else "OUTCOME_UNKNOWN"
            raise FaultError(code, held.msgid) from None

    async def _deliver(self, kept: Kept) -> str | None:
        """Runs a kept transaction and keeps its reply; None where no answer came: it is tried again."""
        envelope, asked = Envelope.model_validate(read(kept.body)), kept.received.astimezone(CHINA)
        transaction = TABLE[kept.infno]
        try:
            form = read_form(transaction, envelope)
            call = await read_call(self._store, transaction, envelope, form)
            told = await self._asker.run(transaction, call, kept)
            text = self._reply(envelope, asked, output=told.output)
        except RefusedError as refused:
            told, text = Told({}), self._reply(envelope, asked, refusal=of_answer(refused.answer))
        except FaultError as fault:
            told, text = Told({}), self._reply(envelope, asked, refusal=str(fault))
        except OutcomeUnknownError:
            return None
        await self._store.finish(kept.msgid, text, told, datetime.now(UTC).isoformat())
        return text

    def _reply(
        self, envelope: Envelope, asked: datetime, *, output: dict[str, Any] | None = None, refusal: str = ""
    ) -> str:
        outcome: Reply = {"infcode": -1 if refusal else 0, "err_msg": refusal, "output": output or {}}
        head = reply(envelope.mdtrtarea_admvs, next(self._numbers), asked, datetime.now(CHINA))
        return write(head | outcome)


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")
