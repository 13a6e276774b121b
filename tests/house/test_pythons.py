"""Which Python yidi runs on: said alike everywhere, and the best one on the machine is taken."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shared.settings import Settings
from shared.stack import doctor

ROOT = Path(__file__).parent.parent.parent
FIND = ROOT / "deploy" / "best_python.sh"


def test_the_versions_that_were_tested_are_said_alike() -> None:
    project, script = (ROOT / "pyproject.toml").read_text(), FIND.read_text()
    oldest, newest = doctor.OLDEST_PYTHON, doctor.NEWEST_PYTHON
    assert f'requires-python = ">=3.{oldest[1]},<3.{newest[1] + 1}"' in project
    assert f"{oldest} <= sys.version_info[:2] <= {newest}" in script
    named = [f"python3.{minor}" for minor in range(newest[1], oldest[1] - 1, -1)]
    assert re.findall(r"python3\.\d+", script) == named
    assert f'python_version = "3.{oldest[1]}"' in project and f'target-version = "py3{oldest[1]}"' in project


PATHS: list[tuple[list[tuple[str, str]], str]] = [
    # what is on the PATH, as (name, what it says of itself), and which is taken
    ([], ""),
    ([("python3", "fails")], ""),
    ([("python3.11", "0 3.011"), ("python3.13", "0 3.013"), ("python3.12", "0 3.012")], "python3.13"),
    ([("python3.13", "0 3.013"), ("python3.11", "1 3.011")], "python3.11"),
    ([("python3.12", "fails"), ("python3", "1 3.012")], "python3"),
]


@pytest.mark.parametrize(("there", "taken"), PATHS)
def test_one_with_optimisation_is_taken_before_a_newer_one(
    tmp_path: Path, there: list[tuple[str, str]], taken: str
) -> None:
    for name, says in there:
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{'exit 1' if says == 'fails' else f'echo {says} {program}'}\n")
        program.chmod(0o755)
    for tool in ("tr", "sort", "head", "cut"):
        (tmp_path / tool).symlink_to(str(shutil.which(tool)))
    assert find(str(tmp_path)) == (str(tmp_path / taken) if taken else "")


def find(path: str) -> str:
    """What is taken of what is on this PATH."""
    command, environment = ["/bin/sh", str(FIND)], {"PATH": path}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_this_very_python_is_one_that_can_be_taken() -> None:
    assert Path(find(f"{Path(sys.executable).parent}:/usr/bin:/bin")).exists()


@pytest.mark.parametrize(
    ("flags", "prefix", "told"),
    [
        ("'--enable-optimizations' '--with-lto'", "/opt", False),
        ("-O3 -fprofile-use", "/opt", False),
        ("-O3 -Wall", "/opt", True),
        ("-O2 -Wall", "/usr", False),
    ],
)
def test_doctor_tells_of_a_python_that_was_built_without_optimisation(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, flags: str, prefix: str, told: bool
) -> None:
    monkeypatch.setattr("sys.base_prefix", prefix)
    monkeypatch.setattr("sysconfig.get_config_var", lambda name: flags)
    first = next(doctor.examine(Settings(home=tmp_path)))
    assert first.name == "Python" and first.ok
    assert (doctor.NOT_OPTIMISED in first.found) is told
