"""Junk (无法受理的报文): messages of nodes that cannot be decided; each sender's are kept up to a bound.

Junk that is kept is published on `<service>.dead` too. The rest of a flood is only counted: other requests
would have to wait for that work. A record that was stepped over is published in any case.
"""

import time
from collections.abc import Mapping, Sequence

from shared.bus import store
from shared.bus.service import Tx
from shared.bus.store import Held
from shared.bus.stream import JunkKept, Stream

STRANGERS = "?"  # all senders that are not registered: they can use any name
# How much junk of one sender is kept in a stream, by reason: messages, bytes. More where our own rule failed.
_MOST = {"FAILED": (100, 8_000_000)}
_MOST_ELSE = (20, 500_000)
READ_AGAIN_S = 5.0  # how often junk is counted again if there is no room: an operator may have dropped some


async def keep(tx: Tx, rows: Sequence[tuple[Stream, Held]], kept: dict[str, JunkKept]) -> list[bool]:
    """Keeps junk while there is room for its sender in the stream, counts the rest; gives which is kept.

    Updates `kept`: by stream name, the junk that is kept once the turn is committed.
    """
    answers: list[bool] = []
    for stream, row in rows:
        known = kept.get(stream.name) or await _known(tx, stream, row)
        answers.append(has_room(known, row))
        kept[stream.name] = add(known, row) if answers[-1] else known
    held = [row for (_, row), is_kept in zip(rows, answers, strict=True) if is_kept]
    left = [row for (_, row), is_kept in zip(rows, answers, strict=True) if not is_kept]
    if held:
        await store.hold(tx, held)
    if left:
        await store.leave_out(tx, _counts(left))
    return answers


async def _known(tx: Tx, stream: Stream, row: Held) -> JunkKept:
    known, now_s = stream.junk, time.monotonic()
    if known is None or (not has_room(known, row) and now_s - known.read_s > READ_AGAIN_S):
        known = JunkKept(now_s, await store.junk_fills(tx, stream.topic, stream.partition))
    return known


def has_room(known: JunkKept, row: Held) -> bool:
    """Whether one more message of this sender and reason is kept: the first is, however heavy. Pure."""
    messages, weight = known.fills.get((row.asker, row.reason), (0, 0))
    most, heaviest = _MOST.get(row.reason, _MOST_ELSE)
    return messages == 0 or (messages < most and weight + len(row.record) <= heaviest)


def add(known: JunkKept, row: Held) -> JunkKept:
    """Gives the junk kept with this row added; the old value stays, for a turn that fails. Pure."""
    who = (row.asker, row.reason)
    messages, weight = known.fills.get(who, (0, 0))
    return known._replace(fills={**known.fills, who: (messages + 1, weight + len(row.record))})


def _counts(rows: Sequence[Held]) -> Mapping[tuple[str, str], tuple[int, int]]:
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for row in rows:
        messages, weight = counts.get((row.asker, row.reason), (0, 0))
        counts[row.asker, row.reason] = (messages + 1, weight + len(row.record))
    return counts
