"""The shapes of bad records: each makes one record as a careless or a hostile client would write it.

A shape breaks one thing of a request that is otherwise as it should be, so that what is met is
what was meant.
"""

from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from shared.bus.partition import partition_of
from shared.bus.wire import Record, encode_request
from shared.messages.enrollment.registers import DayOpened
from shared.messages.settlement.visits import FeeLine, QuoteVisit, UploadCosts
from tests.bench import visits
from tests.settlement.given import world

STREAM = b"enrollment/registry.commands/0"
FORGERS = 20
HEAVY_BYTES = 900_000
Header = tuple[str | bytes, bytes | None]


class Forged(NamedTuple):
    """One record as it is put on a topic; a name of a header may be any bytes, as in C and Go."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes | None
    headers: list[Header]
    timestamp_ms: int = 0  # 0: the client's clock


class Given(NamedTuple):
    """What a shape is made of: a number, who forges, the partitions, and whose person is meant."""

    number: int
    node: str
    partitions: int
    person: int

    @property
    def id(self) -> str:
        """The id of this record's request."""
        return f"{self.node}-{self.number}"


def _quote(given: Given) -> Forged:
    """A request that is as it should be, about somebody else's patient."""
    body = QuoteVisit(**visits.names(given.person), control=world.control(4, visits.TOTAL_FEN))
    return _placed(visits.TOPIC, encode_request(body, id=given.id, source=given.node, time=_NOW), given)


_NOW = "2026-03-02T01:00:00.000Z"


def _placed(topic: str, record: Record, given: Given) -> Forged:
    where = partition_of(record.key.decode(), given.partitions)
    return Forged(topic, where, record.key, record.value, list(record.headers))


def _with(forged: Forged, *headers: Header) -> Forged:
    """The record with these headers in the place of those of the same name."""
    names = {name for name, _ in headers}
    return forged._replace(headers=[h for h in forged.headers if h[0] not in names] + list(headers))


def _name_in_gbk(given: Given) -> Forged:
    return _with(_quote(given), ("流水号".encode("gbk"), b"1"))


def _foreign_bytes(given: Given) -> Forged:
    return _with(_quote(given), ("trace", b"\xff\xfe\x00"))


def _foreign_null(given: Given) -> Forged:
    return _with(_quote(given), ("trace", None))


def _required_null(given: Given) -> Forged:
    return _with(_quote(given), ("ce_id", None))


def _reply(given: Given, *headers: Header) -> Forged:
    """A record on a hospital's reply topic."""
    topic = f"reply.{visits.node_of(given.person)}"
    answer: list[Header] = [
        ("ce_id", given.id.encode()),
        ("ce_type", b"yidi.Answer.v1"),
        ("ce_source", b"settlement"),
    ]
    return Forged(topic, 0, given.id.encode(), b"{}", [*answer, *headers])


def _reply_without_cause(given: Given) -> Forged:
    return _reply(given, ("ce_causationid", None))


def _reply_name_in_gbk(given: Given) -> Forged:
    return _reply(given, ("流水号".encode("gbk"), b"1"))


def _reply_bytes(given: Given) -> Forged:
    return _reply(given, ("ce_causationid", b"\xff"), ("ce_position", b"\xff"))


def _day(
    given: Given, stream: bytes, sequence: int, value: bytes | None = None, key: bytes = b"days"
) -> Forged:
    fact = DayOpened(opened_on=visits.DAY, is_working_day=True, working_day_number=1)
    headers: list[Header] = [
        ("ce_specversion", b"1.0"),
        ("ce_id", given.id.encode()),
        ("ce_type", fact.wire_type().encode()),
        ("ce_source", given.node.encode()),
        ("ce_stream", stream),
        ("ce_sequence", b"%d" % sequence),
        ("ce_previous", b"%d" % (sequence - 1)),
    ]
    body = fact.model_dump_json().encode() if value is None else value
    return Forged(visits.TOPIC, given.number % given.partitions, key, body, headers)


def _day_past_bigint(given: Given) -> Forged:
    return _day(given, STREAM, 2**63)


def _day_of_a_long_stream(given: Given) -> Forged:
    return _day(given, b"s" * 4_000, 1)


def _day_far_ahead(given: Given) -> Forged:
    return _day(given, STREAM, 2**62)


def _day_of_junk(given: Given) -> Forged:
    return _day(given, STREAM, 7, b"junk")


def _day_of_junk_for_a_person(given: Given) -> Forged:
    junk = _day(given, STREAM, 7, b"junk", visits.names(given.person)["person_id"].encode())
    return junk._replace(partition=partition_of((junk.key or b"").decode(), given.partitions))


def _upload_beyond_money(given: Given) -> Forged:
    line = FeeLine(line="1", item="X01-001", category="01", quantity="17", price="9999999999")
    body = UploadCosts(
        **visits.names(given.person),
        upload_id=f"forged-{given.id}",
        cost_on=visits.DAY,
        lines=(line,),
        control=world.control(1, 17 * 999_999_999_900),
    )
    return _placed(visits.TOPIC, encode_request(body, id=given.id, source=given.node, time=_NOW), given)


def _awaits_for_ever(given: Given) -> Forged:
    position = f"enrollment/registry.commands/0 enrollment.events {given.number % 6} {10**9}"
    return _with(_quote(given), ("ce_after", position.encode()))


def _awaits_nowhere(given: Given) -> Forged:
    return _with(_quote(given), ("ce_after", b"no/such/stream realtime.nothing 0 1"))


def _heavy_junk(given: Given) -> Forged:
    quote = _quote(given)
    return quote._replace(value=b"x" * HEAVY_BYTES)


def _not_json(given: Given) -> Forged:
    return _quote(given)._replace(value=b"{")


def _deep_json(given: Given) -> Forged:
    return _quote(given)._replace(value=b"[" * 5_000)


def _tombstone(given: Given) -> Forged:
    return _quote(given)._replace(value=None)


def _no_headers(given: Given) -> Forged:
    return _quote(given)._replace(headers=[])


def _no_key(given: Given) -> Forged:
    return _quote(given)._replace(key=None)


def _long_key(given: Given) -> Forged:
    return _quote(given)._replace(key=b"k" * 20_000)


def _key_of_bytes(given: Given) -> Forged:
    return _quote(given)._replace(key=b"\xff\xfe")


def _wrong_partition(given: Given) -> Forged:
    quote = _quote(given)
    return quote._replace(partition=(quote.partition + 1) % given.partitions)


def _unknown_type(given: Given) -> Forged:
    return _with(_quote(given), ("ce_type", b"yidi.Nothing.v9"))


def _long_header(given: Given) -> Forged:
    return _with(_quote(given), ("ce_subject", b"s" * 30_000))


def _zero_character(given: Given) -> Forged:
    return _with(_quote(given), ("ce_correlationid", b"a\0b"))


def _strange_time(given: Given) -> Forged:
    return _with(_quote(given), ("ce_time", b"yesterday"))._replace(timestamp_ms=1)


def _another_source(given: Given) -> Forged:
    return _with(_quote(given), ("ce_source", "来源[/x]".encode()))


def _same_id(given: Given) -> Forged:
    return _with(_quote(given), ("ce_id", f"{given.node}-same".encode()))


Shape = Callable[[Given], Forged]
SHAPES: dict[str, Shape] = {
    "header name in GBK": _name_in_gbk,
    "foreign header of any bytes": _foreign_bytes,
    "foreign header without value": _foreign_null,
    "required header without value": _required_null,
    "reply without its cause": _reply_without_cause,
    "reply with a header name in GBK": _reply_name_in_gbk,
    "reply of any bytes": _reply_bytes,
    "day numbered past what a table holds": _day_past_bigint,
    "day of a stream with a long name": _day_of_a_long_stream,
    "day numbered far ahead of the true ones": _day_far_ahead,
    "day that is junk": _day_of_junk,
    "day that is junk, under a person": _day_of_junk_for_a_person,
    "amount beyond all money": _upload_beyond_money,
    "awaits what never comes": _awaits_for_ever,
    "awaits what is nowhere": _awaits_nowhere,
    "not JSON": _not_json,
    "deep JSON": _deep_json,
    "no body": _tombstone,
    "no headers": _no_headers,
    "no key": _no_key,
    "long key": _long_key,
    "key of any bytes": _key_of_bytes,
    "wrong partition": _wrong_partition,
    "unknown type": _unknown_type,
    "long header": _long_header,
    "zero character": _zero_character,
    "strange time": _strange_time,
    "another's source": _another_source,
    "the same id for another body": _same_id,
}
HEAVY = {"heavy junk": _heavy_junk}  # of these few: each is as large as the broker takes


def forge(records: int, partitions: int, persons: int, heavy: int, seed: int) -> Iterator[tuple[str, Forged]]:
    """So many records, shape after shape in turn, of registered and of unknown nodes alike."""
    random = Random(seed)
    each = max(records // max(heavy, 1), 1)
    names = list(SHAPES)
    for number in range(records):
        is_heavy = bool(heavy) and number % each == 0
        name = next(iter(HEAVY)) if is_heavy else names[number % len(names)]
        node = f"{random.choice(('forger', 'stranger'))}-{number % FORGERS:02d}"
        given = Given(number, node, partitions, random.randrange(persons))
        yield name, (HEAVY if is_heavy else SHAPES)[name](given)
