"""The partition of a key, as every Kafka client computes it: murmur2, positive, modulo."""

from functools import lru_cache

from aiokafka.partitioner import murmur2


def place_of(key: str, partitions: int) -> int:
    """The partition of `key` among `partitions`; a key must never move."""
    return int(murmur2(key.encode()) & 0x7FFFFFFF) % partitions


partition_of = lru_cache(maxsize=200_000)(place_of)
"""As `place_of`, remembered: the keys of desks come again, and those of a page of a register hardly ever."""
