"""The inbox: requests from outside, each with its first answer."""

from collections.abc import Sequence
from typing import NamedTuple

from shared.bus.service import Tx


class Decided(NamedTuple):
    """A request's first answer."""

    source: str
    id: str
    type: str
    digest: bytes
    code: str
    answer: bytes
    position: str


async def read_decided(tx: Tx, ids: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Decided]:
    """The requests among `ids`, (source, id), that were decided, with their first answers."""
    rows = await tx.fetch(
        "SELECT source, id, type, digest, code, answer, position FROM inbox"
        " JOIN unnest($1::text[], $2::text[]) AS p(source, id) USING (source, id)",
        [source for source, _ in ids],
        [id for _, id in ids],
    )
    return {(row["source"], row["id"]): Decided(*row) for row in rows}
