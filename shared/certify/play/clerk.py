"""The clerk at the adapter under test (窗口人员): a program of the vendor's, started once a sitting.

It gets the document on standard input. It ends with 0 if all went through, and says amounts as JSON lines on
standard output; what it says on standard error stands in the report when something is wrong.
"""

import asyncio
import json
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

from shared.certify.seen import Telling

PATIENCE_S = 60.0
_SHOWN_CHARS = 300


class Clerk(Protocol):
    """Who does the steps of a document."""

    async def sit(self, document: Mapping[str, Any], kill: asyncio.Event | None) -> Telling | None:
        """Does the steps, and gives what the desk was told; None if it was killed, once `kill` was set."""


class ProgramClerk:
    """A program that does the steps, with its arguments."""

    def __init__(self, argv: Sequence[str], patience_s: float = PATIENCE_S) -> None:
        self._argv, self._patience_s = argv, patience_s

    async def sit(self, document: Mapping[str, Any], kill: asyncio.Event | None) -> Telling | None:
        """Starts the program with the document, and waits for its end."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *self._argv, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
        )
        text = json.dumps(document, ensure_ascii=False).encode()
        talking = asyncio.create_task(process.communicate(text))
        try:
            ended = await self._until_ended(talking, kill)
        finally:
            _kill(process)
        said, shown = await talking
        if not ended and kill and kill.is_set():
            return None
        last = shown.decode(errors="replace").strip()[-_SHOWN_CHARS:]
        return Telling(ended and process.returncode == 0, read_amounts(said), last)

    async def _until_ended(self, talking: "asyncio.Task[Any]", kill: asyncio.Event | None) -> bool:
        """Whether the program has ended by itself, in time."""
        killing = asyncio.create_task(kill.wait()) if kill else None
        waited = {one for one in (talking, killing) if one}
        await asyncio.wait(waited, timeout=self._patience_s, return_when=asyncio.FIRST_COMPLETED)
        if killing:
            killing.cancel()
        return talking.done()


def read_amounts(said: bytes) -> dict[int, Mapping[str, Any]]:
    """The JSON lines of a program, by the number of their step; other lines say nothing."""
    amounts: dict[int, Mapping[str, Any]] = {}
    for line in said.splitlines():
        with suppress(ValueError, RecursionError):
            told = json.loads(line)
            if isinstance(told, dict) and isinstance(told.get("step"), int):
                amounts[told["step"]] = told
    return amounts


def _kill(process: asyncio.subprocess.Process) -> None:
    """Ends the program and all that it has started, at once."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
