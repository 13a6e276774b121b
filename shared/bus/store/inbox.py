"""The inbox: requests from outside, each with its first answer."""

from typing import NamedTuple

RequestId = tuple[str, str]
"""Who asked, and the id that they gave their request."""


class Decided(NamedTuple):
    """A request's first answer."""

    source: str
    id: str
    type: str
    digest: bytes
    code: str
    answer: bytes
    position: str
