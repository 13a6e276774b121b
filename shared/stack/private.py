"""A home is its owner's alone, since messages about persons lie in it: folders 0700, files 0600."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

UMASK = 0o077  # of every process that is started


def make_folder(path: Path) -> Path:
    """The folder, made with what is missing above it."""
    for missing in reversed([one for one in (path, *path.parents) if not one.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    return path


def opener(path: str, flags: int) -> int:
    """Opens a file for `open(…, opener=opener)`; one that is made is its owner's alone."""
    return os.open(path, flags, 0o600)


def write_text(path: Path, text: str) -> None:
    """Writes a file that is its owner's alone."""
    with open(path, "w", encoding="utf-8", opener=opener) as handle:
        handle.write(text)


def mend(home: Path) -> None:
    """Takes what others may do away from a home that was made otherwise, and from all in it."""
    for path in list(open_to_others(home)):
        with suppress(FileNotFoundError):  # a server removes files of its own
            path.chmod(path.stat().st_mode & ~_taken(path, home))


def open_to_others(home: Path) -> Iterator[Path]:
    """What others than its owner may read, list or change in a home; links are not followed.

    Names stay plain text until one is found: every process looks at its start, through thousands of files.
    """
    for folder, _, files in os.walk(home):
        for name in (folder, *(f"{folder}{os.sep}{file}" for file in files)):
            with suppress(FileNotFoundError):
                mode = os.lstat(name).st_mode
                if mode & UMASK and not stat.S_ISLNK(mode) and mode & _taken(Path(name), home):
                    yield Path(name)


def _taken(path: Path, home: Path) -> int:
    """The rights that nobody else has; PostgreSQL, which never runs as root, passes through root's home."""
    return UMASK & ~stat.S_IXOTH if path == home and os.geteuid() == 0 else UMASK
