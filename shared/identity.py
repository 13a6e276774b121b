"""Ids that derive from what caused them, so that the same logs always give the same ids."""

from hashlib import blake2b


def derive(*parts: str) -> str:
    """A stable 32-digit hexadecimal id of the message, step or subject named by `parts`."""
    return blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()
