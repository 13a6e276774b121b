"""A program of the vendor's as a process (被测程序): started with a document, heard, and ended.

Its three streams are files, so that neither a full pipe nor a descendant that lives on can hold us up.
"""

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO

SAID_BYTES, SHOWN_CHARS = 4_000_000, 300
_OWN = "YIDI_"
_GONE_S = 5.0
_NO_PROGRAM = 126  # and above: how shells and containers tell of a program that could not run or was killed


class Program:
    """A started program; `close` ends it with all that it has started. Raises OSError if it cannot start."""

    def __init__(self, argv: Sequence[str], document: bytes) -> None:
        self._said, self._shown = _file(), _file()
        with _file(document) as given:
            self._process = subprocess.Popen(
                argv,
                stdin=given,
                stdout=self._said,
                stderr=self._shown,
                env=environment(os.environ),
                start_new_session=True,
            )

    @property
    def is_at_end(self) -> bool:
        """Whether the process itself has ended."""
        return self._process.poll() is not None

    @property
    def says_too_much(self) -> bool:
        """Whether it has written more than anybody reads."""
        return max(os.fstat(one.fileno()).st_size for one in (self._said, self._shown)) > SAID_BYTES

    @property
    def code(self) -> int:
        """Its exit code, of a program that has ended."""
        return self._process.wait()

    def said(self) -> bytes:
        """What it wrote on standard output."""
        return _read(self._said, 0)

    def shown(self) -> str:
        """Its last words on standard error."""
        size = os.fstat(self._shown.fileno()).st_size
        return (
            _read(self._shown, max(0, size - 8 * SHOWN_CHARS)).decode(errors="replace").strip()[-SHOWN_CHARS:]
        )

    def end(self) -> None:
        """Kills the program and all of its group; one that another user owns is left alone."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with suppress(ProcessLookupError, PermissionError):
            self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_GONE_S)

    def close(self) -> None:
        """Ends it, and forgets what it said."""
        self.end()
        self._said.close()
        self._shown.close()


def environment(ours: Mapping[str, str]) -> dict[str, str]:
    """The environment of a vendor's program: nothing that says where our data is."""
    return {name: value for name, value in ours.items() if not name.startswith(_OWN)}


def break_of(code: int) -> str:
    """How a program ended that did not end by itself; "" if it did."""
    if code < 0:
        return f"信号 / signal {signal.Signals(-code).name}"
    return f"退出码 / exit code {code}" if code >= _NO_PROGRAM else ""


def _file(content: bytes = b"") -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 (whoever asked for it closes it)
    file.write(content)
    file.seek(0)
    return file


def _read(file: IO[bytes], start: int) -> bytes:
    """Reads beside the position at which the program writes: both share it."""
    return os.pread(file.fileno(), SAID_BYTES, start)
