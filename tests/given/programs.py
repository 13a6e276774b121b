"""Programs of other makes (Node, Java, Go): installed from their lock, run, and missed aloud."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

PATIENCE_S = 300


def need(*programs: str) -> None:
    """Skips where a program is missing, and says which; where the variable CI is set, none may be missing."""
    missing = [name for name in programs if shutil.which(name) is None]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"{' and '.join(missing)} missing: install it to run what needs it")


def install(program: Path, place: Path) -> Path:
    """Copies a Node program with its lock to a place and installs what it names."""
    need("node", "npm")
    for file in program.iterdir():
        if file.is_file():
            shutil.copy(file, place)
    run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], place)
    return place


def run(command: Sequence[str], place: Path) -> str:
    """Runs a command in a folder; what it printed."""
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout
