"""Describes a fault (故障) in words that may be logged and published: its kind and where it arose.

A library's message is left out, because it quotes its input, and that may be a person's data.
"""

from traceback import walk_tb

import asyncpg
from aiokafka.errors import KafkaError

_OURS = ("services", "shared")


class PlainError(Exception):
    """A failure whose message is our own words, about places and counts alone: it may be logged."""


class ChangedError(PlainError):
    """Somebody else changed a row since it was read: the turn is taken anew."""


SERVER_FAULTS = (  # of the server itself, whatever the statement: classes 08, 53, 57 and 58
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.PostgresSystemError,
)
_PLAIN = (PlainError, OSError, KafkaError, *SERVER_FAULTS)  # libraries' words here name servers and files


def describe(error: BaseException) -> str:
    """Gives a failure's kind and the last line of our code in its traceback, or the message of a plain one.

    Describes each failure of an exception group.
    """
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(map(describe, error.exceptions))
    if isinstance(error, _PLAIN):
        return f"{type(error).__name__}: {error}"
    lines = [(str(frame.f_globals.get("__name__")), line) for frame, line in walk_tb(error.__traceback__)]
    ours = [(module, line) for module, line in lines if module.partition(".")[0] in _OURS]
    module, line = (ours or lines or [("nowhere", 0)])[-1]
    return f"{type(error).__name__} at {module}:{line}"
