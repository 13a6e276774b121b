"""A failure in words: its kind and its place; its own message only where that quotes nobody."""

import asyncpg
import pytest
from aiokafka.errors import KafkaConnectionError

from shared.bus.fault import PlainError, describe
from shared.bus.turn.decide_batch import DecideError
from shared.messages.body import CancelRequest
from shared.money import price_e6
from tests.bus.given.made import request

SECRET = "secret"


def raised(error: Exception) -> Exception:
    """The same as it is caught."""
    try:
        raise error
    except Exception as caught:
        return caught


def of_our_rules() -> Exception:
    """What one of our functions raises about a value."""
    try:
        price_e6(SECRET)
    except ValueError as caught:
        return caught
    raise AssertionError


def of_pydantic() -> Exception:
    """What a model says of a value that it refuses."""
    try:
        CancelRequest.model_validate({"subject_id": f"{SECRET}!", "original_id": 1})
    except ValueError as caught:
        return caught
    raise AssertionError


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (raised(KeyError(SECRET)), "KeyError at tests.bus.test_fault:"),
        (KeyError(SECRET), "KeyError at nowhere:0"),
        (of_our_rules(), "ValueError at shared.money:"),
        (of_pydantic(), "ValidationError at "),
        (raised(asyncpg.UniqueViolationError(SECRET)), "UniqueViolationError at tests.bus.test_fault:"),
        (raised(asyncpg.InterfaceError(SECRET)), "InterfaceError at tests.bus.test_fault:"),
        (DecideError(request("r1"), KeyError(SECRET)), "DecideError: yidi.SubmitFiling.v1 r1: KeyError at "),
        (ExceptionGroup("", [PlainError("a"), KeyError(SECRET)]), "PlainError: a; KeyError at nowhere:0"),
        (PlainError("40 messages are parked"), "PlainError: 40 messages are parked"),
        (asyncpg.DiskFullError("no space left"), "DiskFullError: no space left"),
        (ConnectionRefusedError("localhost:5432"), "ConnectionRefusedError: localhost:5432"),
        (KafkaConnectionError("localhost:9092"), "KafkaConnectionError: "),
    ],
)
def test_a_failure_is_told_without_what_it_quotes(error: Exception, words: str) -> None:
    assert describe(error).startswith(words)
    assert SECRET not in describe(error)
