r"""The byte form of the evidence trail. FROZEN: what is written so must verify for ever.

    body_digest = SHA-256(value bytes)                               32 bytes; of b"" where there is no value
    key_digest  = hexadecimal SHA-256(key in UTF-8)                  the key itself is not kept
    envelope    = ASCII text of a JSON array without spaces, each character beyond ASCII as \uXXXX:
                  [1, topic, partition, number, offset, timestamp_ms, type, id, source, time, correlationid,
                   causationid, validuntil, stream, sequence, previous, key_digest, gist]
    chain_hash  = SHA-256(chain_hash of the record before + body_digest + envelope)

The array's first item is the version of this form. `number` counts the records of one topic partition from
1; the hash before the first is 32 zero bytes. `gist` is an object with the business ids and the outcome that
the body names (`gist.py` beside this). Absent attributes are "" or 0. Left out, since nothing is decided by
them: traceparent, subject, after.

When another broker was taken over, the chain goes on with a record that is no message: type
`yidi.TopicAdopted.v1`, offset -1, id the new topic's id, source `audit`, sequence the generation, the rest
empty. Offsets begin anew with each generation.
"""

import json
from collections.abc import Mapping
from hashlib import sha256

from services.audit.model import Adoption, Envelope, Head, Record
from shared.bus.message import Message

FORM = 1
ADOPTED = "yidi.TopicAdopted.v1"
_NO_OFFSET = -1
Gist = Mapping[str, str]
_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def body_digest(value: bytes) -> bytes:
    """The digest of a body as it stands in the log."""
    return sha256(value).digest()


def key_digest(key: str) -> str:
    """The digest of a record's key."""
    return sha256(key.encode()).hexdigest()


def write_envelope(envelope: Envelope, gist: Gist) -> str:
    """The canonical text of an envelope and the gist of its body."""
    return _encode((FORM, *envelope, gist))


def read_envelope(text: str) -> tuple[Envelope, Gist]:
    """An envelope and gist from their text. Raises ValueError for text of another form."""
    try:
        form, *fields, gist = json.loads(text)
        if form != FORM:
            raise ValueError(f"form {form}")
        return Envelope(*fields), gist
    except (TypeError, ValueError) as error:
        raise ValueError(f"not an envelope: {error}") from error


def prefix(envelope: Envelope) -> str:
    """The text of an envelope up to its gist."""
    return _encode((FORM, *envelope))[:-1] + ","


def link(previous: bytes, digest: bytes, envelope: str) -> bytes:
    """The hash of a record in its chain."""
    return sha256(b"%b%b%b" % (previous, digest, envelope.encode())).digest()


def envelope_of(message: Message, number: int) -> Envelope:
    """The envelope of a message as the `number`th of its chain."""
    return Envelope(
        message.topic,
        message.partition,
        number,
        message.offset,
        message.timestamp_ms,
        message.type,
        message.id,
        message.source,
        message.time,
        message.correlation_id,
        message.causation_id,
        message.valid_until,
        message.stream,
        message.sequence,
        message.previous,
        key_digest(message.key),
    )


def append(head: Head, message: Message, gist: Gist, mentions: tuple[str, ...]) -> Record:
    """The record of a message, after the last one of its chain."""
    return _record(head, envelope_of(message, head.number + 1), gist, message.value, mentions)


def append_adoption(head: Head, adoption: Adoption) -> Record:
    """The record that says with which topic a chain goes on."""
    topic, partition, topic_id, generation = adoption
    texts = ("", "", "", "", "")
    place = (topic, partition, head.number + 1, _NO_OFFSET, 0)
    envelope = Envelope(*place, ADOPTED, topic_id, "audit", *texts, generation, 0, key_digest(""))
    return _record(head, envelope, {}, b"", ())


def generation_of(record: Record) -> int:
    """The generation that begins or goes on with this record; 0 where it is that of a message."""
    if record.log_offset != _NO_OFFSET:
        return 0
    try:
        envelope, _ = read_envelope(record.envelope)
    except ValueError:
        return 0
    return envelope.sequence if envelope.type == ADOPTED else 0


def _record(head: Head, envelope: Envelope, gist: Gist, value: bytes, mentions: tuple[str, ...]) -> Record:
    text, digest = write_envelope(envelope, gist), body_digest(value)
    return Record(*envelope[:4], text, digest, link(head.chain_hash, digest, text), mentions)
