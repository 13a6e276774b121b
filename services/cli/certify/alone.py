"""One certification at a time in a home (独占): a second one, or days that move meanwhile, would spoil it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.stack import StackError
from shared.stack.private import make_folder, opener

FOLDER = "certify"


class BusyError(StackError):
    """Another certification is under way."""


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Holds the home's certification, which the system frees if we are killed. Raises BusyError."""
    with open(make_folder(home / FOLDER) / "lock", "w", opener=opener) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(
                "此沙箱中另有认证正在进行，请待其结束。",
                "Another certification is under way in this sandbox: wait for its end.",
            ) from None
        yield
