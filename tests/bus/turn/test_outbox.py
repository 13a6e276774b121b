"""The outbox numbers what is said without a gap, and tells each reader what came before."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from shared.bus.stream import Stream
from shared.bus.turn.outbox import COUNTER, PAGE_BYTES, PAGE_RECORDS, Outbox, Place, unpack
from shared.bus.wire import Record
from tests.bus.given.made import stream_of

places = st.tuples(st.sampled_from(["referral.events", "referral.dead"]), st.integers(0, 3))
turns = st.lists(st.lists(places, max_size=12), max_size=6)
HERE = "referral/realtime.filings/0"


def _number(record: Record, name: str) -> int:
    return int(dict(record.headers)[name])


def _say(stream: Stream, facts: list[Place], answers: int = 1) -> Outbox:
    """One committed turn of a stream."""
    outbox = Outbox(stream)
    for cause, (topic, partition) in enumerate(facts):
        outbox.fact(topic, partition, Record(b"k", b"v", []), cause)
    for _ in range(answers):
        outbox.answer("reply.huaxi", Record(b"r", b"a", []))
    outbox.number_facts(b"[]")
    outbox.number_answers()
    stream.sequence = outbox.sequence
    stream.outlets.update(outbox.outlets)
    return outbox


@given(turns)
def test_a_stream_numbers_everything_it_says_without_a_gap(said: list[list[Place]]) -> None:
    stream = stream_of()
    numbers: list[int] = []
    for facts in said:
        for parcel in _say(stream, facts).parcels:
            numbers += range(parcel.page.first_sequence, parcel.page.first_sequence + parcel.page.records)
    assert sorted(numbers) == list(range(1, stream.sequence + 1))


@given(turns)
def test_each_fact_names_the_one_before_it_in_its_partition(said: list[list[Place]]) -> None:
    stream = stream_of()
    last: dict[Place, int] = defaultdict(int)
    for facts in said:
        for parcel in _say(stream, facts, answers=0).parcels:
            place = (parcel.page.to_topic, parcel.page.to_partition)
            for number, record in enumerate(parcel.records, parcel.page.first_sequence):
                assert _number(record, "ce_sequence") == number
                assert _number(record, "ce_previous") == last[place]
                last[place] = number
    assert last == stream.outlets


@given(turns)
def test_what_the_tables_keep_says_it_all(said: list[list[Place]]) -> None:
    stream = stream_of()
    for facts in said:
        outbox = _say(stream, facts)
        assert all(unpack(parcel.page.page) == parcel.records for parcel in outbox.parcels)
        rows = {(topic, partition): last for _, _, topic, partition, last in outbox.outlet_rows()}
        assert rows.pop(COUNTER) == stream.sequence
        assert rows == outbox.outlets


def test_an_answer_can_tell_where_the_last_of_its_facts_stands_in_each_partition() -> None:
    outbox = Outbox(stream_of(sequence=10))
    for cause, partition in ((0, 1), (1, 0), (0, 1), (0, 0)):
        outbox.fact("referral.events", partition, Record(b"k", b"v", []), cause)
    positions = outbox.number_facts(b"[]")
    assert sorted(map(str, positions[0])) == [f"{HERE} referral.events 0 14", f"{HERE} referral.events 1 12"]
    assert sorted(map(str, positions[1])) == [f"{HERE} referral.events 0 13"]


def test_a_long_turn_is_cut_into_pages_that_a_batch_can_hold() -> None:
    outbox = Outbox(stream_of())
    for size in (*[1] * 1_500, 400_000, 400_000, 100_000, 900_000, 1):
        outbox.fact("referral.events", 0, Record(b"k", b"v" * size, []), 0)
    outbox.number_facts(b"[]")
    assert sum(parcel.page.records for parcel in outbox.parcels) == 1_505
    assert [parcel.page.records for parcel in outbox.parcels[-3:]] == [2, 1, 1]
    for parcel in outbox.parcels:
        assert parcel.page.records <= PAGE_RECORDS
        assert parcel.page.records == 1 or len(parcel.page.page) <= PAGE_BYTES
