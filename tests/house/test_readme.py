"""The README and its pages are true: drawn parts are current, and every command in them is run.

Cheap commands run as they stand; long ones at a tiny size. A command in neither table fails.
"""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml

from shared.settings import Settings
from shared.stack.watch.detached import end
from tests.given.pages import AFTER_THE_DEMO, CERTIFY, COMMANDS, DEMO, TEXT, run
from tests.house.readme_parts import PARTS, README, ROOT, render

AS_THEY_STAND = (
    ".venv/bin/yidi up",
    ".venv/bin/yidi doctor",
    ".venv/bin/yidi import services/enrollment/sample",
    ".venv/bin/yidi day open 2026-03-02",
    ".venv/bin/yidi status",
    ".venv/bin/yidi logs settlement-live",
    ".venv/bin/yidi down",
    ".venv/bin/yidi quote tests/house/bill.json",
    ".venv/bin/yidi quote tests/house/bill.json --json",
    ".venv/bin/yidi month compute tests/house/month.jsonl",
    ".venv/bin/yidi month compute tests/house/month.jsonl --through 2026-04-30 --json",
    ".venv/bin/yidi policy lint services/settlement/policies/511900-310-2023.toml",
    ".venv/bin/yidi policy show services/settlement/policies/511900-310-2023.toml",
)
DIFF = (
    ".venv/bin/yidi policy diff services/settlement/policies/511900-310-2023.toml"
    " services/settlement/policies/511900-390-2023.toml"
)
RECONCILE = (
    ".venv/bin/yidi reconcile tests/house/theirs.csv --party 310000 --month 2026-03"
    " --facts tests/house/month.jsonl"
)
TINY = {
    "make .venv": "make --dry-run .venv",
    # As diff does where the two differ.
    DIFF: f"{DIFF} || test $? -eq 1",
    RECONCILE: f"{RECONCILE} || test $? -eq 1",
    f"{RECONCILE} --json": f"{RECONCILE} --json || test $? -eq 1",
    ".venv/bin/yidi bench settle --json": ".venv/bin/yidi bench settle --count 30 --peer-count 10 --json",
    ".venv/bin/yidi bench lines --json": ".venv/bin/yidi bench lines --uploads 30 --items 500 --json",
    ".venv/bin/yidi bench echo --json": ".venv/bin/yidi bench echo --samples 10 --json",
    ".venv/bin/yidi bench load --visits 100000 --json": ".venv/bin/yidi bench load --visits 200 --json",
    ".venv/bin/yidi bench quote --json": ".venv/bin/yidi bench quote --bills 1000 --json",
    ".venv/bin/yidi bench month --json": ".venv/bin/yidi bench month --lines 100 --json",
    # What so few samples say of latency is luck: either way it ran to its end.
    ".venv/bin/yidi bench forged --records 10000 --seed 5 --json": (
        ".venv/bin/yidi bench forged --records 100 --samples 200 --seed 5 --json || test $? -eq 1"
    ),
    # So short a run hits few of its points, and says with exit code 1 that it proves nothing.
    ".venv/bin/yidi bench crash --events 20000 --kills 20 --seed 1 --json": (
        ".venv/bin/yidi bench crash --events 100 --kills 1 --seed 1 --json || test $? -eq 1"
    ),
}
# It serves until it is stopped, and starts where no bus is.
GATEWAY = ".venv/bin/yidi gateway jinsha --folder ./gateway"
TINY[GATEWAY] = (
    "YIDI_KAFKA=127.0.0.1:1 timeout --signal=INT 4 .venv/bin/yidi gateway jinsha --folder build/gateway"
    " || test $? -eq 124"
)
# This very run, what tests/journeys runs on one month, and tests/certify in one sandbox.
ELSEWHERE = {"make test", *DEMO, *AFTER_THE_DEMO, *CERTIFY}


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A place for the data of all commands; what still runs in it at the end is stopped."""
    with TemporaryDirectory(prefix="yidi-readme-") as folder:
        place = Path(folder)
        yield place
        end(Settings(home=place / "home", kafka=None, postgres=None))


def _needs_engine(command: str) -> bool:
    return command.startswith(("docker compose ", "export YIDI_POSTGRES_PASSWORD="))


@pytest.mark.parametrize(
    "command", [one for one in COMMANDS if one not in ELSEWHERE and not _needs_engine(one)]
)
def test_every_command_does_what_it_says(command: str, place: Path) -> None:
    assert command in AS_THEY_STAND or command in TINY, "name it in one of the tables"
    said = run(TINY.get(command, command), place).stdout
    if command.endswith("--json"):
        assert json.loads(said.splitlines()[-1])


def test_the_tables_name_no_command_that_is_gone() -> None:
    assert {*AS_THEY_STAND, *TINY, *ELSEWHERE} <= set(COMMANDS)


def test_make_demo_is_the_demo() -> None:
    shown = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", "demo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.splitlines()[-1] == ".venv/bin/yidi demo"


def test_the_container_commands_name_what_is_composed() -> None:
    for command in (shlex.split(one) for one in COMMANDS if one.startswith("docker ")):
        assert command[:3] == ["docker", "compose", "-f"]
        services = yaml.safe_load((ROOT / command[3]).read_text("utf-8"))["services"]
        assert command[4] == "up" or command[command.index("--rm") + 1] in services


@pytest.mark.parametrize("name", PARTS)
def test_every_drawn_part_stands_on_one_page(name: str) -> None:
    assert TEXT.count(f"<!-- {name} -->") == TEXT.count(f"<!-- /{name} -->") == 1


def test_the_readme_is_short() -> None:
    assert len(README.read_bytes()) <= 10_000


def test_the_drawn_parts_are_current() -> None:
    assert render(TEXT) == TEXT, "python -m tests.house.readme_parts writes them"


def test_every_variable_is_named() -> None:
    text = (ROOT / "shared" / "settings.py").read_text("utf-8")
    assert set(re.findall(r"\"(YIDI_\w+)\"", text)) == set(re.findall(r"^\| `(YIDI_\w+)`", TEXT, flags=re.M))


def test_every_file_and_folder_named_is_there() -> None:
    named = re.findall(r"`((?:services|shared|deploy|tests)/[\w./]+)`", TEXT)
    assert named
    assert not [path for path in named if not (ROOT / path).exists()]
