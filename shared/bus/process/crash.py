"""Named points at which a process can be made to die or to freeze, to prove that it loses nothing.

`YIDI_CRASH_AT="before_commit:12"` kills the process, as kill -9 does, at its 12th pass of that point, and
its log says so. At `before_turn` it freezes, as SIGSTOP does, with a batch in hand that another owner will
have decided when it wakes.
"""

import os
import signal

POINTS = ("before_commit", "between_commit_and_send", "between_send_and_cursor")
FREEZES = "before_turn"


def _armed() -> tuple[str, int]:
    name, _, count = os.environ.get("YIDI_CRASH_AT", "").partition(":")
    return name, int(count or 0)


_name, _left = _armed()


def point(name: str) -> None:
    """Dies or freezes here if this point is armed and its count is down."""
    global _left  # noqa: PLW0603 (a process dies once)
    if name == _name:
        _left -= 1
        if _left == 0:
            os.write(1, f'{{"event": "crash.{name}"}}\n'.encode())
            os.kill(os.getpid(), signal.SIGSTOP if name == FREEZES else signal.SIGKILL)
