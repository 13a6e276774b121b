"""Junk (无法受理的报文): what nodes send and nobody can decide. Of each sender some is kept, more is counted.

What is kept is told on `<service>.dead` too. Of a flood neither: it would cost the desk what it costs us.
"""

import time
from collections.abc import Mapping, Sequence

from shared.bus import store
from shared.bus.service import Tx
from shared.bus.store import Held
from shared.bus.stream import JunkKept, Stream

STRANGERS = "?"  # all senders that are not registered: their names are whatever they please
# How much junk of one sender is kept in a stream, by reason: where our rule failed, more is looked at.
_MOST = {"FAILED": (100, 8_000_000)}
_MOST_ELSE = (20, 500_000)
READ_AGAIN_S = 5.0  # a full stream is read again so often: an operator may have dropped what it keeps


async def keep(tx: Tx, rows: Sequence[tuple[Stream, Held]], kept: dict[str, JunkKept]) -> list[bool]:
    """Keeps junk while there is room for its sender in the stream, counts the rest; gives which is kept.

    `kept`, by the streams' names, becomes what they keep once the turn is committed.
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
    """Whether one more of this sender and reason is kept: the first one is, however heavy. Pure."""
    messages, weight = known.fills.get((row.asker, row.reason), (0, 0))
    most, heaviest = _MOST.get(row.reason, _MOST_ELSE)
    return messages == 0 or (messages < most and weight + len(row.record) <= heaviest)


def add(known: JunkKept, row: Held) -> JunkKept:
    """What is kept with this one more; a turn that fails leaves what was. Pure."""
    who = (row.asker, row.reason)
    messages, weight = known.fills.get(who, (0, 0))
    return known._replace(fills={**known.fills, who: (messages + 1, weight + len(row.record))})


def _counts(rows: Sequence[Held]) -> Mapping[tuple[str, str], tuple[int, int]]:
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for row in rows:
        messages, weight = counts.get((row.asker, row.reason), (0, 0))
        counts[row.asker, row.reason] = (messages + 1, weight + len(row.record))
    return counts
