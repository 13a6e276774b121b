"""Sealed text (密封): what only the holder of a key pair can open, though it travels where others may read.

HPKE (RFC 9180), base mode, one message: X25519, HKDF-SHA256, AES-256-GCM. The standard is taken as it is, so
that a vendor seals with a library of its own. `purpose` is bound in (`info`): what was sealed for one purpose
and subject does not open for another, so nobody can send on what somebody else has sealed.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class SealingKey(NamedTuple):
    """A public key (公钥) by the name under which the holder of its other half knows it; 32 bytes in hex."""

    key_id: str
    public_key: str


def seal(key: SealingKey, purpose: str, plain: bytes) -> str:
    """The sealed text, `<key id>.<base64url>`; another one each time, so it tells nothing by being equal."""
    public = X25519PublicKey.from_public_bytes(bytes.fromhex(key.public_key))
    sealed = _SUITE.encrypt(plain, public, purpose.encode())
    return f"{key.key_id}.{urlsafe_b64encode(sealed).decode().rstrip('=')}"


def key_id_of(sealed: str) -> str:
    """The name of the key that a sealed text was made for."""
    return sealed.partition(".")[0]


def unseal(private: X25519PrivateKey, purpose: str, sealed: str) -> bytes | None:
    """What was sealed for this key and purpose; None if it was not, or if anything of it was changed."""
    text = sealed.partition(".")[2]
    try:
        return _SUITE.decrypt(urlsafe_b64decode(text + "=" * (-len(text) % 4)), private, purpose.encode())
    except (InvalidTag, ValueError):
        return None
