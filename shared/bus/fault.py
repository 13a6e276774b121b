"""A fault (故障) in words that may be logged and told: its kind and where it arose.

A library's message is left out: it quotes what it was given, and that may be a person's data.
"""

from traceback import walk_tb

import asyncpg
from aiokafka.errors import KafkaError

_OURS = ("services", "shared")


class PlainError(Exception):
    """A failure whose message is our own words, about places and counts alone: it may be logged."""


class ChangedError(PlainError):
    """Somebody else changed a row since it was read: the turn is taken anew."""


SERVER_FAULTS = (  # of PostgreSQL itself, whoever asked: classes 08, 53, 57 and 58
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.PostgresSystemError,
)
_PLAIN = (PlainError, OSError, KafkaError, *SERVER_FAULTS)  # the others speak of servers, addresses, files


def describe(error: BaseException) -> str:
    """The kind of a failure and the last line of ours that it came through, or its message where it is plain.

    Of several failures at once, each.
    """
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(map(describe, error.exceptions))
    if isinstance(error, _PLAIN):
        return f"{type(error).__name__}: {error}"
    lines = [(str(frame.f_globals.get("__name__")), line) for frame, line in walk_tb(error.__traceback__)]
    ours = [(module, line) for module, line in lines if module.partition(".")[0] in _OURS]
    module, line = (ours or lines or [("nowhere", 0)])[-1]
    return f"{type(error).__name__} at {module}:{line}"
