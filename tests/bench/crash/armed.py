"""Starts a service process, armed to die at a named point if an order for it lies there; each order once.

`python -m tests.bench.crash.armed NAME ARGUMENTS` becomes `python -m services ARGUMENTS`.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path


def order_of(home: Path, name: str) -> Path:
    """Where the order for the next start of a process lies."""
    return home / "armed" / name


def main() -> None:
    """Takes the order, and becomes the service."""
    name, *arguments = sys.argv[1:]
    order = order_of(Path(os.environ["YIDI_HOME"]), name)
    with suppress(FileNotFoundError):
        os.environ["YIDI_CRASH_AT"] = order.read_text()
        order.unlink()
    os.execv(sys.executable, [sys.executable, "-m", "services", *arguments])


if __name__ == "__main__":
    main()
