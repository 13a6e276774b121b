"""The key ring (密钥环) for what is known of persons: several keys by name, of which the newest encrypts.

One file in the home folder, its owner's alone (0600). Each key is 32 random bytes, from which one key for the
table (AES-256-GCM) and one pair for sealed messages (X25519) are derived, so that both turn together. Beside
them stands the key of the hash by which a credential is found: that one is never changed, since the hashes
could not be made anew. Whoever loses the file loses every identity; it belongs into the backup of keys,
never into that of the database.
"""

import fcntl
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.stack.private import make_folder, opener, write_text
from shared.trust.sealed import SealingKey, key_id_of, unseal

KEY_BYTES = 32
_FILE, _LOCK = "persons.json", "persons.lock"
_NONCE_BYTES = 12
_HASH_CHARS = 32
_FOR_TABLE, _FOR_MESSAGES = b"yidi persons table", b"yidi persons messages"


class Encrypted(NamedTuple):
    """What a table keeps: the key's name, and nonce and ciphertext together."""

    key_id: str
    content: bytes


class KeyRing:
    """The keys of one home; those who hold it may read what is kept of persons."""

    def __init__(self, lookup: bytes, keys: dict[str, bytes]) -> None:
        self._lookup, self._keys = lookup, keys

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The names of the keys, the newest last."""
        return tuple(self._keys)

    @property
    def newest(self) -> str:
        """The name of the key that encrypts."""
        return self.key_ids[-1]

    def encrypt(self, subject: str, plain: bytes) -> Encrypted:
        """Encrypts for the table with the newest key; bound to its subject, it is void in another row."""
        nonce = os.urandom(_NONCE_BYTES)
        cipher = AESGCM(_derived(self._keys[self.newest], _FOR_TABLE))
        return Encrypted(self.newest, nonce + cipher.encrypt(nonce, plain, subject.encode()))

    def decrypt(self, subject: str, kept: Encrypted) -> bytes:
        """What was encrypted for this subject. Raises KeyError without its key, ValueError if changed."""
        cipher = AESGCM(_derived(self._keys[kept.key_id], _FOR_TABLE))
        nonce, content = kept.content[:_NONCE_BYTES], kept.content[_NONCE_BYTES:]
        try:
            return cipher.decrypt(nonce, content, subject.encode())
        except InvalidTag:
            raise ValueError(f"{kept.key_id}: 密文已被改动 / the ciphertext was changed") from None

    def sealing_key(self) -> SealingKey:
        """The public key with which others seal what they send."""
        public = self._private(self.newest).public_key().public_bytes_raw()
        return SealingKey(self.newest, public.hex())

    def open(self, purpose: str, sealed: str) -> bytes | None:
        """What was sealed for one of these keys and this purpose; else None."""
        key_id = key_id_of(sealed)
        return unseal(self._private(key_id), purpose, sealed) if key_id in self._keys else None

    def hash(self, kind: str, token: str) -> str:
        """The keyed hash (HMAC-SHA256, 32 hex digits) by which a credential is found, and nothing told."""
        return hmac.new(self._lookup, f"{kind} {token}".encode(), sha256).hexdigest()[:_HASH_CHARS]

    def with_fresh_key(self) -> "KeyRing":
        """The ring with one more key, which encrypts from now on."""
        number = 1 + max((int(key_id[1:]) for key_id in self._keys), default=0)
        return KeyRing(self._lookup, {**self._keys, f"k{number}": secrets.token_bytes(KEY_BYTES)})

    def without(self, key_id: str) -> "KeyRing":
        """The ring without an old key. Raises ValueError for the newest, and for one it has not."""
        if key_id not in self._keys or key_id == self.newest:
            raise ValueError(key_id)
        return KeyRing(self._lookup, {name: key for name, key in self._keys.items() if name != key_id})

    def written(self) -> str:
        """The ring as its file has it."""
        keys = {name: key.hex() for name, key in self._keys.items()}
        return json.dumps({"lookup": self._lookup.hex(), "keys": keys}, indent=1) + "\n"

    def _private(self, key_id: str) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(_derived(self._keys[key_id], _FOR_MESSAGES))


def ring_of(home: Path) -> KeyRing:
    """The ring of a home, made with its first key where there is none."""
    path = home / "keys" / _FILE
    if not path.exists():
        with changing(home):
            if not path.exists():
                keep(home, KeyRing(secrets.token_bytes(KEY_BYTES), {}).with_fresh_key())
    told = json.loads(path.read_text("utf-8"))
    keys = {name: bytes.fromhex(key) for name, key in told["keys"].items()}
    return KeyRing(bytes.fromhex(told["lookup"]), keys)


def keep(home: Path, ring: KeyRing) -> None:
    """Writes the ring in place of the one before; a kill leaves one of both whole."""
    path = make_folder(home / "keys") / _FILE
    fresh = path.with_suffix(".new")
    write_text(fresh, ring.written())
    fresh.replace(path)


@contextmanager
def changing(home: Path) -> Iterator[None]:
    """Keeps other processes from changing the ring meanwhile, or a key would be lost."""
    with open(make_folder(home / "keys") / _LOCK, "w", encoding="utf-8", opener=opener) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose).derive(secret)
