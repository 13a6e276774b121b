"""Runs a service's decider for a batch of messages, inside the turn's transaction."""

from collections import defaultdict
from collections.abc import Sequence

from shared.bus.fault import PlainError, describe
from shared.bus.message import Changes, Decision, Message
from shared.bus.service import Decider, Tx


class DecideError(PlainError):
    """A rule failed on one message: a record is parked; a piece of a day's own work ends the process."""

    def __init__(self, message: Message, cause: Exception) -> None:
        super().__init__(f"{message.type} {message.id}: {describe(cause)}")
        self.message = message
        self.cause = cause


async def decide_batch(decider: Decider, tx: Tx, messages: Sequence[Message]) -> list[Decision]:
    """Loads once, decides each message in order, shows it what the ones before it changed, saves once.

    Raises DecideError naming the message whose rule failed; whatever `load` or `save` raise goes through.
    """
    if not messages:
        return []
    known = await decider.load(tx, keys_of(decider, messages))
    changes: Changes = {}
    decisions = [_decide(decider, known, message, changes) for message in messages]
    if changes:
        await decider.save(tx, changes)
    return decisions


def keys_of(decider: Decider, messages: Sequence[Message]) -> dict[str, list[str]]:
    """The keys that any of these messages asks for, by kind, in order.

    Raises DecideError naming the message whose keys cannot be told.
    """
    wanted: dict[str, set[str]] = defaultdict(set)
    for message in messages:
        for kind, name in _keys(decider, message):
            wanted[kind].add(name)
    return {kind: sorted(names) for kind, names in sorted(wanted.items())}


def _keys(decider: Decider, message: Message) -> list[tuple[str, str]]:
    try:
        return list(decider.keys(message))
    except Exception as error:
        raise DecideError(message, error) from error


def _decide(decider: Decider, known: object, message: Message, changes: Changes) -> Decision:
    try:
        decision = decider.decide(known, message)
        for group in (decision.facts, decision.rows):
            for change in group:
                decider.apply(known, change)
                changes.setdefault(type(change), []).append(change)
    except Exception as error:
        raise DecideError(message, error) from error
    return decision
