"""The key of one home (签名密钥): made once, kept where only its owner reads it."""

import secrets
from base64 import b64encode
from pathlib import Path

from shared.stack.private import make_folder, write_text
from shared.trust.ed25519 import KEY_BYTES

_FILE = "signing.key"
_SPKI = bytes.fromhex("302a300506032b6570032100")  # RFC 8410: what says that an Ed25519 key follows


def secret_of(home: Path) -> bytes:
    """The secret of a home, made at the first call (file 0600)."""
    path = make_folder(home / "keys") / _FILE
    if not path.exists():
        write_text(path, secrets.token_hex(KEY_BYTES) + "\n")
    return bytes.fromhex(path.read_text("utf-8").strip())


def as_pem(public: bytes) -> str:
    """A public key in the form that OpenSSL and others read."""
    text = b64encode(_SPKI + public).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n"
