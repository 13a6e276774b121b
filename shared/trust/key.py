"""The key of one home (签名密钥): made once, kept where only its owner reads it; Ed25519 (RFC 8032)."""

import secrets
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.stack.private import make_folder, write_text

KEY_BYTES = 32
_FILE = "signing.key"


def secret_of(home: Path) -> bytes:
    """The secret of a home, made at the first call (file 0600)."""
    path = make_folder(home / "keys") / _FILE
    if not path.exists():
        fresh = path.with_suffix(".new")
        write_text(fresh, secrets.token_hex(KEY_BYTES) + "\n")
        fresh.replace(path)  # a kill leaves all or nothing
    return bytes.fromhex(path.read_text("utf-8").strip())


def public_key(secret: bytes) -> bytes:
    """The public key of a secret of 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def sign(secret: bytes, message: bytes) -> bytes:
    """The signature of a message, 64 bytes; the same each time."""
    return Ed25519PrivateKey.from_private_bytes(secret).sign(message)


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the holder of the public key's secret has signed exactly this message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def as_pem(public: bytes) -> str:
    """A public key in the form that OpenSSL and others read."""
    key = Ed25519PublicKey.from_public_bytes(public)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
