"""A second process that does a piece of work meanwhile (第二进程): millions of rows take one core minutes."""

import mmap
import os
import pickle
import signal
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Given = TypeVar("Given")
Count = Callable[[int], object]
_COUNT_BYTES = 8


class Second(Generic[Given]):
    """Work that is done beside this process: `work` is given what it calls with each number of rows done.

    The process is forked, so that what was read already, and the hashes of names, are there too. It is not
    where there is one core, nor where threads run, whose locks it would find held for ever: then, or if it
    fails, the work is done when it is waited for. It ends with its work, or when nobody waits for it any more
    (`end`); an interrupt ends both.
    """

    def __init__(self, work: Callable[[Count], Given]) -> None:
        self._work, self._told = work, 0
        self._count = mmap.mmap(-1, _COUNT_BYTES)
        self._pid, self._pipe, self._is_unwanted = 0, -1, False
        if (os.cpu_count() or 1) > 1 and threading.active_count() == 1:
            self._fork()

    def new_rows(self) -> int:
        """How many more rows it has done since this was asked last."""
        told, self._told = self._told, int.from_bytes(self._count[:_COUNT_BYTES], "big")
        return self._told - told

    def wait(self) -> Given:
        """What the work came to; waits for it. Raises what it raises."""
        if not self._pid:
            return self._work(lambda _: None)
        descriptor, self._pipe = self._pipe, -1
        with os.fdopen(descriptor, "rb") as pipe:
            text = pipe.read()
        pid, self._pid = self._pid, 0
        if self._is_unwanted:  # by another thread, meanwhile
            raise InterruptedError("the second process was ended")
        _, status = os.waitpid(pid, 0)
        return pickle.loads(text) if status == 0 else self.wait()

    def end(self) -> None:
        """Ends the process if it still works: whoever began it failed, or has what it wanted."""
        self._is_unwanted = True
        pid, self._pid = self._pid, 0
        if pid:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1

    def _fork(self) -> None:
        self._pipe, given = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._pipe)
            self._run(given)
        os.close(given)

    def _run(self, given: int) -> None:
        """Works, writes what it came to and ends, whatever happens: the command does not go on here."""
        try:
            text = pickle.dumps(self._work(self._done))
            with os.fdopen(given, "wb") as pipe:
                pipe.write(text)
            os._exit(0)
        finally:
            os._exit(1)

    def _done(self, rows: int) -> None:
        self._told += rows
        self._count[:_COUNT_BYTES] = self._told.to_bytes(_COUNT_BYTES, "big")
