"""Whether the log still says what was heard: each record of a partition against the trail.

Pure but for waiting for them: takes any stream of log records, so that a broker, a copy or a backup can be
checked.
"""

from collections.abc import AsyncIterator
from datetime import date

from services.audit.check.fault import Fault
from services.audit.model import Chain, Envelope, Record
from services.audit.rules.gist import gist_of
from services.audit.rules.trail import body_digest, envelope_of, prefix, read_envelope
from shared.bus.message import Message
from shared.bus.outside.envelope import without_body
from shared.bus.stream import follows
from shared.bus.topics import TOPICS
from shared.bus.wire import Raw, decode
from shared.messages.enrollment.registers import DayOpened

FAULTS_PER_CHAIN = 20
EXTRAS_PER_CHAIN = 200  # records that stood aside come later in the trail; few do at a time


class LogCheck:
    """Compares one partition's records with its chain, both in order.

    `heard`: the next offset to be heard; later ones are not in the trail yet.
    `keeps_all`: nothing expires in this topic, so that every record of the trail must still be there.
    `compacted`: older records of a key give way to newer ones.
    `begins`: the number of the record with which the present topic begins; those before are of a broker
    that was lost, and what it was filled with again is known by its sequences.
    `deep`: bodies are decoded too, and what the trail says of them is compared.
    """

    def __init__(
        self,
        chain: Chain,
        heard: int,
        *,
        keeps_all: bool = False,
        compacted: bool = False,
        begins: int = 0,
        deep: bool = False,
    ) -> None:
        self.faults: list[Fault] = []
        self.compared = self.not_heard_yet = self.repeats = self.expired = 0
        self._chain, self._heard, self._begins = chain, heard, begins
        self._keeps_all, self._compacted, self._deep = keeps_all, compacted, deep
        self._extra: dict[int, Raw] = {}
        self._sequences: dict[str, int] = {}
        self._day: date | None = None  # of a topic where nodes write: its marks are judged by their day
        self._begun = False

    async def run(self, trail: AsyncIterator[Record], log: AsyncIterator[Raw]) -> None:
        """Reads both to their ends. A record decided after standing aside comes late in the trail."""
        record = await self._pass_lost(trail)
        async for raw in log:
            while record and record.log_offset < raw.offset:
                self._without_log(record)
                record = await anext(trail, None)
            self._begun = True
            if record and record.log_offset == raw.offset:
                self._compare(record, raw)
                record = await anext(trail, None)
            else:
                self._without_record(raw)
        while record:
            self._without_log(record)
            record = await anext(trail, None)
        for offset in self._extra:
            self._fault("LOG_EXTRA", offset)

    async def _pass_lost(self, trail: AsyncIterator[Record]) -> Record | None:
        """The first record of the present topic; of those before only how far streams were heard is kept."""
        async for record in trail:
            if record.number >= self._begins:
                return record
            self.expired += 1
            envelope, _ = read_envelope(record.envelope)
            if envelope.stream:
                self._sequences[envelope.stream] = envelope.sequence
        return None

    def _without_log(self, record: Record) -> None:
        if record.log_offset < 0:  # no message, or one that stood aside when its broker was lost
            return
        raw = self._extra.pop(record.log_offset, None)
        if raw:
            self._compare(record, raw)
        elif self._compacted or not (self._begun or self._keeps_all):
            self.expired += 1
        else:
            self._fault("LOG_MISSING", record.log_offset)

    def _without_record(self, raw: Raw) -> None:
        if raw.offset >= self._heard:
            self.not_heard_yet += 1
        elif self._is_repeat(raw):
            self.repeats += 1
        elif len(self._extra) < EXTRAS_PER_CHAIN:
            self._extra[raw.offset] = raw

    def _is_repeat(self, raw: Raw) -> bool:
        """Whether every reader drops it: a fact whose sequence was already said."""
        message = _without_body(raw)
        if not message.stream:
            return False
        if TOPICS[raw.topic].asks:
            body = decode(raw).body
            if not isinstance(body, DayOpened) or (self._day and body.opened_on > self._day):
                return False
        return message.sequence <= self._sequences.get(message.stream, 0)

    def _compare(self, record: Record, raw: Raw) -> None:
        message = decode(raw) if self._deep else _without_body(raw)
        self.compared += 1
        if message.stream:
            self._note(message, raw)
        envelope = envelope_of(message, record.number)
        differs = [] if record.envelope.startswith(prefix(envelope)) else _fields(record.envelope, envelope)
        if body_digest(raw.value or b"") != record.body_digest:
            differs.append("body")
        elif self._deep and not differs and gist_of(message.body) != read_envelope(record.envelope)[1]:
            differs.append("gist")
        if differs:
            self._fault("LOG_CHANGED", raw.offset, ", ".join(differs))

    def _note(self, message: Message, raw: Raw) -> None:
        """Notes how far a stream has come by what was heard of it."""
        if TOPICS[raw.topic].asks:
            body = decode(raw).body
            if not isinstance(body, DayOpened) or (self._day and body.opened_on <= self._day):
                return
            if not follows(self._day, body):
                return
            self._day = body.opened_on
        self._sequences[message.stream] = message.sequence

    def _fault(self, code: str, log_offset: int, differs: str = "") -> None:
        if len(self.faults) < FAULTS_PER_CHAIN:
            self.faults.append(Fault(code, *self._chain, log_offset, differs))


def _without_body(raw: Raw) -> Message:
    return decode(raw._replace(value=without_body(raw.headers, raw.value)))


def _fields(text: str, found: Envelope) -> list[str]:
    try:
        envelope, _ = read_envelope(text)
    except ValueError:
        return ["envelope"]
    return [name for name in Envelope._fields if getattr(envelope, name) != getattr(found, name)]
