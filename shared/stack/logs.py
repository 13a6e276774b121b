"""Reading the logs of a home: the end of each, and what is added from now on."""

import time
from collections.abc import Iterator
from pathlib import Path

from shared.stack.watch.process import tail


def names(home: Path) -> list[str]:
    """Whose logs there are."""
    return sorted(log.stem for log in (home / "logs").glob("*.log"))


def last(home: Path, name: str, lines: int) -> str:
    """The last lines of one log."""
    return tail(_path(home, name), lines)


def follow(home: Path, chosen: list[str]) -> Iterator[tuple[str, str]]:
    """Name and whole lines of whatever is added to the logs from now on; never ends by itself."""
    return _follow_from(home, {name: _size(home, name) for name in chosen})


def _follow_from(home: Path, seen: dict[str, int]) -> Iterator[tuple[str, str]]:
    while True:
        for name, known in seen.items():
            text, seen[name] = _added(_path(home, name), known)
            if text:
                yield name, text
        time.sleep(0.2)


def _path(home: Path, name: str) -> Path:
    return home / "logs" / f"{name}.log"


def _size(home: Path, name: str) -> int:
    path = _path(home, name)
    return path.stat().st_size if path.exists() else 0


def _added(path: Path, seen: int) -> tuple[str, int]:
    """Whole lines added since; a log that became shorter was set aside and is read from its start."""
    if not path.exists():
        return "", 0
    with path.open("rb") as handle:
        handle.seek(seen if path.stat().st_size >= seen else 0)
        start = handle.tell()
        whole = handle.read().rpartition(b"\n")
    return whole[0].decode(errors="replace"), start + len(whole[0]) + len(whole[1])
