"""Asks the bus what a transaction wants, one request after another, and never blindly twice.

What may have been sent before is asked for its outcome first; only what was never heard is sent again, and at
a desk whose time is over it is cancelled instead. One run is one try: who runs it tries again.
"""

from datetime import UTC, datetime

from pydantic import ValidationError

from shared.adapter.refused import RefusedError, accepted
from shared.bus.client.unanswered import Asked, BodyTooLargeError, OutcomeUnknownError
from shared.gateway.forms.envelope import told
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.transaction import AnyCall, Told, Transaction, Wanted
from shared.gateway.kept import Entry, Kept
from shared.gateway.line import NOWHERE, Line
from shared.gateway.store import Store
from shared.messages.answer import Answer
from shared.messages.body import Question

NOT_DECIDED, NEVER_HEARD = "TRY_AGAIN", "UNKNOWN_ORIGINAL"


class Asker:
    """Runs transactions over a line, with what the store has of them."""

    def __init__(self, line: Line, store: Store) -> None:
        self._line, self._store = line, store

    async def run(self, transaction: Transaction, call: AnyCall, kept: Kept | None = None) -> Told:
        """Runs a transaction to its end; `kept`: one that changes something.

        Raises FaultError and RefusedError, which are final; OutcomeUnknownError, which is not.
        """
        try:
            return await _Run(self._line, self._store, transaction, call, kept).finish()
        except ValidationError as error:
            raise FaultError("FORM_INVALID", told(error)) from None
        except (OverflowError, ValueError, TypeError) as error:
            raise FaultError("FORM_INVALID", type(error).__name__) from None


class _Run:
    """One try of one transaction."""

    def __init__(
        self, line: Line, store: Store, transaction: Transaction, call: AnyCall, kept: Kept | None
    ) -> None:
        self._line, self._store = line, store
        self._transaction, self._call, self._kept = transaction, call, kept
        self._before = kept.journal if kept else ()
        self._journal: list[Entry] = []

    async def finish(self) -> Told:
        """Gives the transaction an answer to each step, or throws the refusal into it."""
        steps = self._transaction.run(self._call)
        answer: Answer | None = None
        failed: Exception | None = None
        try:
            while True:
                wanted = steps.throw(failed) if failed else steps.send(answer and answer.result)  # type: ignore[arg-type]
                answer, failed = await self._step(wanted)
        except StopIteration as end:
            done: Told = end.value
            return done

    async def _step(self, wanted: Wanted) -> tuple[Answer | None, Exception | None]:
        try:
            answer = await self._answer(wanted)
            return accepted(answer), None
        except (FaultError, RefusedError) as error:
            return None, error
        except BodyTooLargeError as error:
            return None, FaultError("TOO_LARGE", str(error))

    async def _answer(self, wanted: Wanted) -> Answer:
        number = len(self._journal)
        before = self._before[number] if number < len(self._before) else None
        if before and before.answer:
            self._journal.append(before)
            return Answer.model_validate_json(before.answer)
        if self._kept is None or isinstance(wanted.body, Question):
            answer, asked = await self._question(wanted), None
        else:
            changes = sum(1 for entry in self._journal if entry.asked)
            asked = Asked(f"{self._kept.msgid}.{changes + 1}", wanted.topic, wanted.body.key)
            answer = await self._change(self._kept, wanted, asked, noted=before is not None)
        self._journal.append(Entry(asked, answer.model_dump_json()))
        return answer

    async def _question(self, wanted: Wanted) -> Answer:
        self._in_time()
        answer = await self._line.ask(
            self._call.institution_id, lambda desk: desk.answer_to(wanted.body, None, wanted.topic)
        )
        return _decided(answer)

    async def _change(self, kept: Kept, wanted: Wanted, asked: Asked, *, noted: bool) -> Answer:
        if noted:
            outcome = await self._outcome(asked)
            if outcome:
                return outcome
        self._in_time()
        if not noted:
            await self._store.note(kept.msgid, [*self._journal, Entry(asked)])
        left_s = self._left_s()
        answer = await self._line.ask(
            self._call.institution_id,
            lambda desk: desk.answer_to(wanted.body, asked.id, asked.topic, valid_for_s=left_s),
        )
        return _decided(answer)

    async def _outcome(self, asked: Asked) -> Answer | None:
        """The answer to what may have been sent; None where it was never heard, and cannot come too late."""
        ask = self._line.ask
        outcome = _decided(await ask(self._call.institution_id, lambda desk: desk.query_outcome(asked)))
        if outcome.code != NEVER_HEARD:
            return outcome
        if self._is_late():
            await ask(self._call.institution_id, lambda desk: desk.cancel(asked, "EXPIRED"))
        return None

    def _in_time(self) -> None:
        if self._kept and self._is_late():
            raise FaultError("EXPIRED", self._kept.msgid)

    def _is_late(self) -> bool:
        left_s = self._left_s()
        return left_s is not None and left_s <= 0

    def _left_s(self) -> float | None:
        """How long a desk still waits; None where nobody has to."""
        if self._kept is None or self._transaction.manner != "desk":
            return None
        return self._kept.left_s(datetime.now(UTC))


def _decided(answer: Answer) -> Answer:
    """The answer, unless it says that nothing was decided yet."""
    if answer.code == NOT_DECIDED:
        raise OutcomeUnknownError(NOWHERE)
    return answer
