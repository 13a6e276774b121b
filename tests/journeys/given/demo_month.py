"""A small month of the demonstration, as a user runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

YIDI = Path(sys.executable).with_name("yidi")
VISITS, SEED, KILLS = 24, 1, 1
PATIENCE_S = 300
FEW = {"YIDI_PARTITIONS": "2"}


class Shown(NamedTuple):
    """What a run printed as its last line, and where its files are."""

    summary: dict[str, Any]
    out: Path
    notes: str


def run_demo(place: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Runs `yidi demo` in a place of its own; few partitions, since its days cost what they are many."""
    folders = ["--home", str(place / "month"), "--out", str(place / "out")]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YIDI_")}
    return subprocess.run(
        [str(YIDI), "demo", *folders, "--json", *options],
        env={**kept, **FEW},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def small_month(place: Path, *options: str) -> Shown:
    """A month of few visits that comes out right."""
    done = run_demo(place, "--visits", str(VISITS), "--seed", str(SEED), *options)
    assert done.returncode == 0, done.stderr
    return Shown(json.loads(done.stdout.splitlines()[-1]), place / "out", done.stderr)
