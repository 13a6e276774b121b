"""A key's partition is the one every Kafka client computes: a person's story never splits."""

import pytest
from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from shared.bus.partition import partition_of


@given(key=st.text(min_size=1), count=st.integers(1, 192))
def test_a_key_goes_where_the_default_partitioner_sends_it(key: str, count: int) -> None:
    partitions = list(range(count))
    assert partition_of(key, count) == DefaultPartitioner()(key.encode(), partitions, partitions)


@pytest.mark.parametrize(
    ("key", "murmur2"),  # as the Java client computes it
    [
        ("21", -973932308),
        ("foobar", -790332482),
        ("a-little-bit-long-string", -985981536),
        ("a-little-bit-longer-string", -1486304829),
        ("abc", 479470107),
    ],
)
def test_a_key_goes_where_the_java_client_sends_it(key: str, murmur2: int) -> None:
    assert partition_of(key, 48) == (murmur2 & 0x7FFFFFFF) % 48
