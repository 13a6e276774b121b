"""Chains and log records for the tests of audit, made by the rules themselves."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date
from typing import TypeVar

from services.audit.model import Head, Record
from services.audit.rules.gist import gist_of, mentions_of
from services.audit.rules.trail import append
from shared.bus.message import Message
from shared.bus.wire import Raw, decode, encode_request
from shared.messages.body import Body
from shared.messages.settlement.visits import AdmitPatient

CHAIN = ("realtime.encounters", 2)
T = TypeVar("T")


def admission(number: int) -> AdmitPatient:
    """An admission of an invented person."""
    return AdmitPatient(
        visit_id=f"V{number}",
        person_id=f"P{number}",
        institution_id="H51010000001",
        admitted_on=date(2026, 3, 2),
        credential="03",
    )


def raw_of(body: Body, offset: int, chain: tuple[str, int] = CHAIN, id: str = "", stream: str = "") -> Raw:
    """A body as it would stand in the log."""
    record = encode_request(body, id=id or f"M{offset}", source="huaxi", time="2026-03-02T01:00:00.000Z")
    said = [("ce_stream", stream.encode()), ("ce_sequence", b"%d" % offset)] if stream else []
    return Raw(*chain, offset, record.key, record.value, [*record.headers, *said], 1_772_413_200_000 + offset)


def log_of(count: int) -> list[Raw]:
    """A partition with so many admissions."""
    return [raw_of(admission(offset), offset) for offset in range(count)]


def chain_of(log: Iterable[Raw], chain: tuple[str, int] = CHAIN) -> list[Record]:
    """The records of a log as the trail keeps them."""
    records: list[Record] = []
    head = Head(*chain)
    for raw in log:
        record = record_of(decode(raw), head)
        head = head_of(record)
        records.append(record)
    return records


def record_of(message: Message, head: Head) -> Record:
    """The record of a message, after a head."""
    gist = gist_of(message.body)
    return append(head, message, gist, mentions_of(message, gist))


def head_of(record: Record) -> Head:
    """The head that a record makes."""
    return Head(record.topic, record.partition, record.number, record.chain_hash)


async def stream(items: Sequence[T]) -> AsyncIterator[T]:
    """Items as something that is waited for."""
    for item in items:
        yield item
