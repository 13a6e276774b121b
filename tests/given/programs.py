"""Programs of other makes that run on Node: installed from their lock, run, and missed aloud."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

PATIENCE_S = 300
MISSING = [name for name in ("node", "npm") if shutil.which(name) is None]


def install(program: Path, place: Path) -> Path:
    """Copies a program with its lock to a place and installs what it names; skips where there is no Node.

    Where the variable CI is set, Node may not be missing.
    """
    if MISSING and not os.environ.get("CI"):
        pytest.skip(f"{' and '.join(MISSING)} missing: install Node 20 or newer to run what needs it")
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
