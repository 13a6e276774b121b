"""The key ring: what it encrypts opens for its subject only, and for as long as the key is kept."""

import stat
from pathlib import Path

import pytest

from shared.trust.key_ring import Encrypted, KeyRing, keep, ring_of
from shared.trust.sealed import key_id_of, seal

PLAIN = "张三 511900198002291233".encode()


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return ring_of(tmp_path)


@pytest.mark.requirement("SEC-12")
def test_a_ring_is_made_once_and_is_its_owners_alone(tmp_path: Path, ring: KeyRing) -> None:
    assert ring_of(tmp_path).written() == ring.written()
    assert stat.S_IMODE((tmp_path / "keys" / "persons.json").stat().st_mode) == 0o600
    assert ring.key_ids == ("k1",)


def test_what_is_encrypted_opens_for_its_subject_alone(ring: KeyRing) -> None:
    kept = ring.encrypt("P1", PLAIN)
    assert ring.decrypt("P1", kept) == PLAIN
    assert PLAIN[:6] not in kept.content and ring.encrypt("P1", PLAIN) != kept
    changed = Encrypted(kept.key_id, kept.content[:-1] + bytes([kept.content[-1] ^ 1]))
    for subject, one in (("P2", kept), ("P1", changed)):
        with pytest.raises(ValueError, match="k1"):
            ring.decrypt(subject, one)


def test_the_newest_key_encrypts_and_the_older_still_open(tmp_path: Path, ring: KeyRing) -> None:
    before, sealed = ring.encrypt("P1", PLAIN), seal(ring.sealing_key(), "identity P1", PLAIN)
    keep(tmp_path, ring.with_fresh_key())
    turned = ring_of(tmp_path)
    assert turned.encrypt("P1", PLAIN).key_id == turned.newest == turned.sealing_key().key_id == "k2"
    assert turned.decrypt("P1", before) == turned.open("identity P1", sealed) == PLAIN
    assert turned.hash("02", "A1") == ring.hash("02", "A1")  # or nobody would be found any more
    left = turned.without("k1")
    assert left.open("identity P1", sealed) is None
    with pytest.raises(KeyError):
        left.decrypt("P1", before)
    for name in ("k2", "k9"):
        with pytest.raises(ValueError, match=name):
            turned.without(name)


CHANGES = [
    ("a part", 60, 62, "AA"),
    ("all", 3, None, "x"),
    ("the key's name", 0, 2, "k7"),
    ("its form", 3, 5, "é"),
]


@pytest.mark.parametrize(("case", "start", "end", "text"), CHANGES, ids=[case[0] for case in CHANGES])
def test_sealed_text_opens_for_its_purpose_alone_and_unchanged(
    ring: KeyRing, case: str, start: int, end: int | None, text: str
) -> None:
    sealed = seal(ring.sealing_key(), "identity P1", PLAIN)
    assert key_id_of(sealed) == "k1" and sealed != seal(ring.sealing_key(), "identity P1", PLAIN)
    assert ring.open("identity P1", sealed) == PLAIN
    assert ring.open("identity P2", sealed) is None
    changed = sealed[:start] + text + (sealed[end:] if end else "")
    assert ring.open("identity P1", changed) is None


def test_a_hash_tells_kinds_apart_and_nothing_without_the_ring(ring: KeyRing, tmp_path: Path) -> None:
    other = ring_of(tmp_path / "other")
    hashes = [ring.hash(*shown) for shown in (("02", "A1"), ("03", "A1"), ("02", "A2"))]
    assert len({*hashes, other.hash("02", "A1")}) == 4
