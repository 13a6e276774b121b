"""The log against the trail: what was rewritten, taken away or put in is named."""

import json

import pytest

from services.audit.check.fault import Fault
from services.audit.check.log import LogCheck
from services.audit.model import Record
from shared.bus.wire import Raw
from tests.audit.given.records import CHAIN, admission, chain_of, log_of, raw_of, stream


async def check(trail: list[Record], log: list[Raw], **options: bool) -> LogCheck:
    """The check of a log whose first six records were heard."""
    found = LogCheck(CHAIN, 6, **options)
    await found.run(stream(trail), stream(log))
    return found


def header(raw: Raw, name: str, value: bytes) -> Raw:
    """A record with another header."""
    return raw._replace(headers=[(n, value if n == name else v) for n, v in raw.headers])


async def test_a_log_as_it_was_heard_has_no_fault() -> None:
    log = log_of(6)
    found = await check(chain_of(log), log, deep=True)
    assert (found.faults, found.compared) == ([], 6)


def structured(raw: Raw) -> Raw:
    """The record in CloudEvents' structured mode."""
    attributes = {name.removeprefix("ce_"): (given or b"").decode() for name, given in raw.headers}
    event = {**attributes, "data": json.loads(raw.value)}
    return raw._replace(
        value=json.dumps(event).encode(), headers=[("content-type", b"application/cloudevents+json")]
    )


@pytest.mark.parametrize("deep", [False, True])
async def test_a_request_in_structured_mode_is_compared_as_it_came(deep: bool) -> None:
    log = [structured(raw) for raw in log_of(6)]
    trail = chain_of(log)
    assert (await check(trail, log, deep=deep)).faults == []
    log[2] = log[2]._replace(value=log[2].value.replace(b"huaxi", b"renji"))
    assert (await check(trail, log, deep=deep)).faults == [Fault("LOG_CHANGED", *CHAIN, 2, "source, body")]


# fmt: off
REWRITES = [
    ("one byte of the body", lambda raw: raw._replace(value=raw.value.replace(b"H5101", b"H5102")), "body"),
    ("no body at all", lambda raw: raw._replace(value=b""), "body"),
    ("the key", lambda raw: raw._replace(key=b"P7"), "key_digest"),
    ("who sent it", lambda raw: header(raw, "ce_source", b"renji"), "source"),
    ("its type", lambda raw: header(raw, "ce_type", b"yidi.SettleVisit.v1"), "type"),
    ("its time", lambda raw: header(raw, "ce_time", b"2026-03-01T01:00:00.000Z"), "time"),
    ("its case", lambda raw: header(raw, "ce_correlationid", b"M9"), "correlation_id"),
    ("when it came", lambda raw: raw._replace(timestamp_ms=1), "timestamp_ms"),
    ("no envelope left", lambda raw: raw._replace(headers=[]),
     "timestamp_ms, type, id, source, time, correlation_id"),
]
# fmt: on


@pytest.mark.requirement("AUD-27")
@pytest.mark.parametrize(("rewrite", "differs"), [r[1:] for r in REWRITES], ids=[r[0] for r in REWRITES])
async def test_a_rewritten_record_is_named(rewrite, differs: str) -> None:  # type: ignore[no-untyped-def]
    log = log_of(6)
    trail = chain_of(log)
    log[2] = rewrite(log[2])
    assert (await check(trail, log)).faults == [Fault("LOG_CHANGED", *CHAIN, 2, differs)]


async def test_a_record_taken_out_of_the_log_is_named() -> None:
    log = log_of(6)
    trail = chain_of(log)
    assert (await check(trail, [*log[:3], *log[4:]])).faults == [Fault("LOG_MISSING", *CHAIN, 3)]
    assert (await check(trail, log[:4])).faults == [
        Fault("LOG_MISSING", *CHAIN, 4),
        Fault("LOG_MISSING", *CHAIN, 5),
    ]


async def test_a_record_that_was_never_heard_is_named() -> None:
    log = log_of(6)
    trail = chain_of([*log[:3], *log[4:]])
    assert (await check(trail, log)).faults == [Fault("LOG_EXTRA", *CHAIN, 3)]


async def test_records_not_heard_yet_are_no_fault() -> None:
    found = await check(chain_of(log_of(6)), log_of(9))
    assert (found.faults, found.not_heard_yet) == ([], 3)


async def test_what_has_expired_is_no_fault_unless_nothing_may_expire() -> None:
    log = log_of(6)
    found = await check(chain_of(log), log[2:])
    assert (found.faults, found.expired) == ([], 2)
    kept = await check(chain_of(log), log[2:], keeps_all=True)
    assert [fault.log_offset for fault in kept.faults] == [0, 1]


async def test_what_was_compacted_away_is_no_fault() -> None:
    log = log_of(6)
    found = await check(chain_of(log), [log[0], log[5]], compacted=True, keeps_all=True)
    assert (found.faults, found.expired) == ([], 4)


async def test_a_fact_sent_twice_stands_once_in_the_trail() -> None:
    chain = ("settlement.events", 2)
    once = [raw_of(admission(n), n, chain, stream="settlement/daily.costs/2") for n in range(3)]
    again = once[2]._replace(offset=3)
    found = LogCheck(chain, 4)
    await found.run(stream(chain_of(once, chain)), stream([*once, again]))
    assert (found.faults, found.repeats) == ([], 1)


async def test_a_record_that_stood_aside_comes_late_in_the_trail() -> None:
    log = log_of(6)
    trail = chain_of([log[0], *log[2:4], log[1], *log[4:]])
    found = await check(trail, log)
    assert (found.faults, found.compared) == ([], 6)
    log[1] = log[1]._replace(value=b"{}")
    assert (await check(trail, log)).faults == [Fault("LOG_CHANGED", *CHAIN, 1, "body")]


async def test_a_deep_check_reads_what_the_trail_says_of_a_body() -> None:
    log = log_of(3)
    trail = chain_of(log)
    trail[1] = trail[1]._replace(envelope=trail[1].envelope.replace('"V1"', '"V7"'))
    assert (await check(trail, log)).faults == []
    assert (await check(trail, log, deep=True)).faults == [Fault("LOG_CHANGED", *CHAIN, 1, "gist")]
