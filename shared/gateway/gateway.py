"""The gateway (网关): takes transactions in the national form, keeps them, and answers each.

What changes something is on the disk before it is sent, and goes out in the order it came, one after another
for each person; other persons do not wait for it. What is asked again with its msgid gets the reply it had.
"""

import asyncio
import itertools
import secrets
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from pydantic import ValidationError

from shared.adapter.refused import RefusedError
from shared.bus.client.unanswered import Asked, BodyTooLargeError, OutcomeUnknownError
from shared.gateway.asker import PAUSE_S, Asker
from shared.gateway.forms.envelope import Envelope, Reply, reply, told
from shared.gateway.forms.fault import FaultError, of_answer
from shared.gateway.forms.transaction import Call, Told, Transaction
from shared.gateway.kept import Kept, keep, named, read, write
from shared.gateway.store import Store
from shared.gateway.table import REVERSE, SIGN_IN, SIGN_OUT, TABLE

log = structlog.get_logger()
CHINA = ZoneInfo("Asia/Shanghai")
SIGNED_FOR = timedelta(days=1)
KEPT_FOR = timedelta(days=180)  # a msgid may be asked again, or reversed, for so long
AT_ONCE = 64  # persons whose transactions are under way at the same time


class Gateway:
    """One node's gateway; `async with` it. `patience_s` is how long who asks waits for a reply."""

    def __init__(self, bootstrap: str, node_id: str, folder: Path, patience_s: float) -> None:
        self._store, self._patience_s = Store(folder), patience_s
        self._asker = Asker(bootstrap, node_id, self._store, patience_s)
        self._numbers = itertools.count(1)
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._done: dict[str, asyncio.Future[str]] = {}
        self._draining: dict[str, asyncio.Task[None]] = {}
        self._room = asyncio.Semaphore(AT_ONCE)

    async def __aenter__(self) -> "Gateway":
        """Goes on with what was kept and not yet delivered; connects as soon as the bus is there."""
        await self._store.open()
        await self._store.forget((datetime.now(UTC) - KEPT_FOR).isoformat())
        self._connecting = asyncio.create_task(self._asker.connect())
        for lane in await self._store.lanes():
            self._drain(lane)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stops delivering; what waits is delivered after the next start."""
        tasks = [self._connecting, *self._draining.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._asker.stop()
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

    async def _output(self, envelope: Envelope) -> dict[str, Any] | str:
        if envelope.infno == SIGN_IN:
            return await self._sign_in(envelope)
        await self._check_signed(envelope)
        if envelope.infno == SIGN_OUT:
            await self._store.sign_out(envelope.sign_no)
            return {"signoutoutb": {"sign_time": _time(datetime.now(CHINA))}}
        if envelope.infno not in TABLE:
            raise FaultError("UNKNOWN_INFNO", envelope.infno)
        if TABLE[envelope.infno].manner == "question":
            return await self._question(envelope)
        return await self._change(envelope)

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

    async def _question(self, envelope: Envelope) -> dict[str, Any]:
        transaction = TABLE[envelope.infno]
        call = await self._call(transaction, envelope)
        try:
            async with asyncio.timeout(self._patience_s), self._locks[_lane(envelope)]:
                return (await self._asker.run(transaction, call, None)).output
        except RefusedError as refused:
            raise _RefusalError(of_answer(refused.answer)) from None
        except (TimeoutError, OutcomeUnknownError):
            raise FaultError("NO_ANSWER", envelope.infno) from None

    async def _change(self, envelope: Envelope) -> str:
        kept = keep(envelope, datetime.now(UTC), self._patience_s)
        transaction = TABLE[envelope.infno]
        _form(transaction, envelope)  # what cannot be read is refused now, and its msgid stays free
        held = await self._store.take(kept)
        if held.state == "reversed":
            raise FaultError("REVERSED", envelope.msgid)
        if held.digest != kept.digest:
            raise FaultError("MSGID_REUSED", envelope.msgid)
        if held.state == "done":
            return held.reply
        done = self._done.setdefault(held.msgid, asyncio.get_running_loop().create_future())
        self._drain(held.lane)
        try:
            async with asyncio.timeout(self._patience_s):
                return await asyncio.shield(done)
        except TimeoutError:
            code = "KEPT" if transaction.manner == "kept" else "OUTCOME_UNKNOWN"
            raise FaultError(code, held.msgid) from None

    def _drain(self, lane: str) -> None:
        """Sees to it that the lane is worked off, by one task."""
        task = self._draining.get(lane)
        if task is None or task.done():
            self._draining[lane] = asyncio.create_task(self._work_off(lane))

    async def _work_off(self, lane: str) -> None:
        async with self._room:
            while kept := await self._store.next_of(lane):
                async with self._locks[lane]:
                    text = await self._deliver(kept)
                if text is None:
                    await asyncio.sleep(PAUSE_S)
                    continue
                done = self._done.pop(kept.msgid, None)
                if done and not done.done():
                    done.set_result(text)
        self._draining.pop(lane, None)

    async def _deliver(self, kept: Kept) -> str | None:
        """Runs a kept transaction and keeps its reply; None where it failed in a way that may pass."""
        envelope, asked = Envelope.model_validate(read(kept.body)), kept.received.astimezone(CHINA)
        transaction = TABLE[kept.infno]
        try:
            told = await self._asker.run(transaction, await self._call(transaction, envelope), kept)
            text = self._reply(envelope, asked, output=told.output)
        except RefusedError as refused:
            told, text = Told({}), self._reply(envelope, asked, refusal=of_answer(refused.answer))
        except (FaultError, BodyTooLargeError) as fault:
            told, text = Told({}), self._reply(envelope, asked, refusal=str(fault))
        except Exception as error:
            log.exception("gateway.failed", type=kept.infno, id=kept.msgid, error=type(error).__name__)
            return None
        now = datetime.now(UTC).isoformat()
        await self._store.finish(kept.msgid, text, told.draft, told.reverses, now)
        return text

    async def _call(self, transaction: Transaction, envelope: Envelope) -> Call[Any]:
        form = _form(transaction, envelope)
        draft = await self._store.draft(named(envelope, "mdtrt_id"))
        asked = await self._asked_of(envelope) if envelope.infno == REVERSE else ()
        return Call(envelope, form, draft, asked)

    async def _asked_of(self, envelope: Envelope) -> tuple[Asked, ...]:
        """What the transaction to reverse has asked; where it was never heard of, what it would ask first."""
        omsgid, oinfno = named(envelope, "omsgid"), named(envelope, "oinfno")
        held = await self._store.find(omsgid)
        if held:
            return held.asked
        first = TABLE[oinfno].changes if oinfno in TABLE else None
        if first is None:
            raise FaultError("NO_COUNTERPART", f"oinfno: {oinfno}")
        key = named(envelope, "psn_no") if first.KEY == "person_id" else envelope.fixmedins_code
        return (Asked(f"{omsgid}.1", first.TOPICS[0], key),)

    def _reply(
        self, envelope: Envelope, asked: datetime, *, output: dict[str, Any] | None = None, refusal: str = ""
    ) -> str:
        outcome: Reply = {"infcode": -1 if refusal else 0, "err_msg": refusal, "output": output or {}}
        head = reply(envelope.mdtrtarea_admvs, next(self._numbers), asked, datetime.now(CHINA))
        return write(head | outcome)


class _RefusalError(FaultError):
    """A refusal that came from the bus, with its own words."""

    def __init__(self, text: str) -> None:
        Exception.__init__(self, text)


def _form(transaction: Transaction, envelope: Envelope) -> Any:
    try:
        return transaction.form.model_validate(envelope.input)
    except ValidationError as error:
        raise FaultError("FORM_INVALID", f"input.{told(error)}") from None


def _lane(envelope: Envelope) -> str:
    return named(envelope, "psn_no") or envelope.fixmedins_code


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")
