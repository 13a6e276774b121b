"""The commands of the pages that show the demonstration's data do what they say."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.settings import Settings
from shared.stack.watch.detached import end
from tests.given.pages import AFTER_THE_DEMO, COMMANDS, run
from tests.journeys.given.demo_month import FEW, Shown


@pytest.fixture(scope="module")
def place(calm: Shown) -> Iterator[Path]:
    """Where the month is; what still runs in it at the end is stopped."""
    yield calm.out.parent
    end(Settings(home=calm.out.parent / "month" / "demo", kafka=None, postgres=None))


@pytest.mark.parametrize("command", [one for one in COMMANDS if one in AFTER_THE_DEMO])
def test_every_command_does_what_it_says(command: str, place: Path) -> None:
    run(command, place, **FEW)


@pytest.mark.requirement("CLR-18")
def test_what_a_center_receives_by_the_command_is_what_it_received(place: Path, calm: Shown) -> None:
    by_command = {path.name: path.read_bytes() for path in (place / "received").glob("*.csv")}
    received = {path.name: path.read_bytes() for path in (calm.out / "centers" / "511900").glob("*.csv")}
    assert by_command == received != {}
    assert all(path.with_suffix(".pdf").exists() for path in (place / "received").glob("*.csv"))


@pytest.mark.requirement("CLR-06")
def test_the_facts_alone_come_to_the_files_that_the_centers_received(place: Path, calm: Shown) -> None:
    run(".venv/bin/yidi month compute build/facts.jsonl --through 2026-04-30 --out build/computed", place)
    computed = {path.name: path.read_bytes() for path in (place / "computed").glob("*.csv")}
    received = {path.name: path.read_bytes() for path in (calm.out / "centers").glob("*/*.csv")}
    assert computed == received
    assert len(computed) == calm.summary["statements"]
