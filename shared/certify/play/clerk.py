"""The clerk at the adapter under test (窗口人员): a program of the vendor's, started once a sitting.

It gets the document on standard input. It ends with 0 if all went through, and says amounts as JSON lines on
standard output; what it says on standard error stands in the report when something is wrong.
"""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from typing import Any, Protocol

from shared.certify.play.program import Program, break_of
from shared.certify.seen import Telling

PATIENCE_S = 60.0
_LOOK_S = 0.02


class Clerk(Protocol):
    """Who does the steps of a document."""

    async def sit(self, document: Mapping[str, Any], kill: asyncio.Event | None) -> Telling:
        """Does the steps, and gives what the desk was told; `killed` if it was, once `kill` was set."""


class ProgramClerk:
    """A program that does the steps, with its arguments."""

    def __init__(self, argv: Sequence[str], patience_s: float = PATIENCE_S) -> None:
        self._argv, self._patience_s = argv, patience_s

    async def sit(self, document: Mapping[str, Any], kill: asyncio.Event | None) -> Telling:
        """Starts the program with the document, and waits for its end. Raises OSError if it cannot start."""
        with closing(Program(self._argv, json.dumps(document, ensure_ascii=False).encode())) as program:
            broke_off = await self._until_ended(program, kill)
            killed = broke_off is None
            program.end()
            amounts = read_amounts(program.said())
            if killed:
                return Telling(went_through=False, amounts=amounts, killed=True)
            broke_off = broke_off or break_of(program.code)
            through = not broke_off and program.code == 0
            return Telling(through, amounts, program.shown(), broke_off)

    async def _until_ended(self, program: Program, kill: asyncio.Event | None) -> str | None:
        """Waits for the program: "" once it has ended by itself, why it is ended, None if it is killed."""
        until = time.monotonic() + self._patience_s
        while not program.is_at_end:
            if kill and kill.is_set():
                return None
            if time.monotonic() > until:
                return f"{self._patience_s:.0f} 秒未结束 / not done within {self._patience_s:.0f} s"
            if program.says_too_much:
                return "输出过多 / it wrote too much"
            await asyncio.sleep(_LOOK_S)
        return ""


def read_amounts(said: bytes) -> dict[int, Mapping[str, Any]]:
    """The JSON lines of a program, by the number of their step; other lines say nothing."""
    amounts: dict[int, Mapping[str, Any]] = {}
    for line in said.splitlines():
        with suppress(ValueError, RecursionError):
            told = json.loads(line)
            if isinstance(told, dict) and isinstance(told.get("step"), int):
                amounts[told["step"]] = told
    return amounts
