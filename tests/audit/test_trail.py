"""The frozen byte form of the trail: these digests never change."""

import pytest

from services.audit.model import START, Envelope, Head, SealedHead
from services.audit.rules.merkle import leaf, root_of
from services.audit.rules.trail import append, link, read_envelope, write_envelope
from shared.bus.message import Message
from shared.bus.wire import Undecoded
from tests.audit.given.records import CHAIN, chain_of, log_of

ENVELOPE = Envelope(
    topic="settlement.events",
    partition=3,
    number=7,
    log_offset=41,
    timestamp_ms=1_772_413_200_000,
    type="yidi.SettlementCompleted.v1",
    id="f00d",
    source="settlement",
    time="2026-03-02T01:00:00.000Z",
    correlation_id="case-1",
    causation_id="M1",
    valid_until="",
    stream="settlement/realtime.encounters/3",
    sequence=12,
    previous=11,
    key_digest="ab",
)
TEXT = (
    '[1,"settlement.events",3,7,41,1772413200000,"yidi.SettlementCompleted.v1","f00d","settlement",'
    '"2026-03-02T01:00:00.000Z","case-1","M1","","settlement/realtime.encounters/3",12,11,"ab",'
    '{"visit_id":"V\\u4e00"}]'
)


def test_an_envelope_has_this_text_for_ever() -> None:
    assert write_envelope(ENVELOPE, {"visit_id": "V一"}) == TEXT
    assert read_envelope(TEXT) == (ENVELOPE, {"visit_id": "V一"})


@pytest.mark.requirement("AUD-27")
def test_a_record_has_this_hash_for_ever() -> None:
    message = Message(
        topic="settlement.events",
        partition=3,
        offset=41,
        key="P1",
        source="settlement",
        id="f00d",
        type="yidi.SettlementCompleted.v1",
        body=Undecoded(code="NOT_JSON"),
        value=b'{"visit_id":"V1"}',
        time="2026-03-02T01:00:00.000Z",
        correlation_id="case-1",
        causation_id="M1",
        stream="settlement/realtime.encounters/3",
        sequence=12,
        previous=11,
        timestamp_ms=1_772_413_200_000,
    )
    record = append(Head("settlement.events", 3, 6, START), message, {"visit_id": "V1"}, ())
    assert record.body_digest.hex() == "75d49dc39ca2f56a620a93532210906ebc0d8c026f257cc0bf3c5fad91c5478f"
    assert record.chain_hash.hex() == "aadb1b034da8249cf7beca32771fc7332ff3a2d826e93eddd0d4dd1a050ca9cf"


def test_a_link_hashes_the_hash_before_the_body_digest_and_the_envelope() -> None:
    assert link(START, b"\1" * 32, "[1]").hex() == (
        "5860451cf29f6fada828a0679d5794014bf1c5eae8bf8d33ff4e5664e63d7932"
    )


def test_a_key_stands_in_the_trail_only_as_its_digest() -> None:
    [record] = chain_of(log_of(1))
    assert "P0" not in record.envelope and "P0" not in record.mentions
    assert read_envelope(record.envelope)[1] == {"visit_id": "V0"}


@pytest.mark.parametrize("text", ["", "[]", "[2]", "nothing", '[1,"a"]', "{}"])
def test_text_of_another_form_is_not_an_envelope(text: str) -> None:
    with pytest.raises(ValueError, match="not an envelope"):
        read_envelope(text)


def test_a_day_has_this_root_for_ever() -> None:
    heads = [Head("b", 1, 5, b"\2" * 32), Head("a", 0, 3, b"\1" * 32), Head("b", 0, 4, b"\3" * 32)]
    assert leaf(heads[1]).hex() == "4731a4c3e1faeab69eb73aacca6c06ceb911ebb676082a0e7af90ac5a4c3daa1"
    assert root_of(heads).hex() == "c57ac647de2b8cc298fe252f15ccea2f18f3b83c7710cc36395ee520c506c274"
    assert root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    "changed",
    [
        Head("a", 0, 4, b"\1" * 32),
        Head("a", 1, 3, b"\1" * 32),
        Head("a", 0, 3, b"\0" * 32),
        Head("c", 0, 3, b"\1" * 32),
    ],
)
def test_a_root_changes_with_any_part_of_any_head(changed: Head) -> None:
    others = [Head("b", 0, 4, b"\3" * 32), Head("b", 1, 5, b"\2" * 32)]
    assert root_of([changed, *others]) != root_of([Head("a", 0, 3, b"\1" * 32), *others])


def test_a_root_does_not_depend_on_the_order_in_which_heads_come() -> None:
    heads = [SealedHead(None, f"t{i}", i, i, bytes([i]) * 32) for i in range(9)]  # type: ignore[arg-type]
    assert root_of(heads) == root_of(reversed(heads))


def test_each_record_goes_on_from_the_one_before() -> None:
    records = chain_of(log_of(3))
    assert [record.number for record in records] == [1, 2, 3]
    assert records[0].chain_hash == link(START, records[0].body_digest, records[0].envelope)
    assert records[2].chain_hash == link(records[1].chain_hash, records[2].body_digest, records[2].envelope)
    assert all(record[:2] == CHAIN for record in records)
