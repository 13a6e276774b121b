"""The Merkle root of a day (每日存证根), after RFC 6962: leaves and nodes have prefixes of their own.

FROZEN. A leaf is the ASCII text of the JSON array [topic, partition, number, chain_hash in hexadecimal]
without spaces; leaves stand in the order of (topic, partition). The root of no leaves is SHA-256 of nothing.
"""

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256

from services.audit.model import Head, SealedHead


def leaf(head: Head | SealedHead) -> bytes:
    """The hash of a chain's head as a leaf."""
    fields = (head.topic, head.partition, head.number, head.chain_hash.hex())
    return sha256(b"\0" + json.dumps(fields, separators=(",", ":")).encode()).digest()


def root_of(heads: Iterable[Head | SealedHead]) -> bytes:
    """The root over the heads of all chains, whatever order they come in."""
    ordered = sorted(heads, key=lambda head: (head.topic, head.partition))
    return _root([leaf(head) for head in ordered])


def _root(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256().digest()
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\1" + _root(leaves[:half]) + _root(leaves[half:])).digest()
