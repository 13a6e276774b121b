"""What `make` installs comes by uv from the mirror that pip is set to, and by pip where uv cannot be had."""

import subprocess
from pathlib import Path

import pytest

from tests.house.readme_parts import ROOT

# Stand in the places of python and uv: each says what it was asked; `said` holds how pip and uv end.
STAND_IN = """#!/bin/sh
echo "$(basename $0) $*" >> asked
case "$*" in
    *"config list"*) echo ":env:.extra-index-url='https://second.example'"; cat mirror ;;
    */dev/stdin) cat > taken; exit $(cat uv_installs) ;;
    "pip install"*) exit $(cat uv_works) ;;
esac
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the real lock, and a .venv whose programs only say what they were asked."""
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("python", "uv"):
        (programs / name).write_text(STAND_IN)
        (programs / name).chmod(0o755)
    (tmp_path / "deploy").symlink_to(ROOT / "deploy")
    return tmp_path


def install(place: Path, *, uv_installs: bool = True, uv_works: bool = True, mirror: str = "") -> list[str]:
    """Runs the script; what it asked of python and uv."""
    (place / "uv_installs").write_text(str(int(not uv_installs)))
    (place / "uv_works").write_text(str(int(not uv_works)))
    (place / "mirror").write_text(mirror)
    subprocess.run(["sh", "deploy/install.sh"], cwd=place, check=True)
    return (place / "asked").read_text().splitlines()


def test_uv_comes_from_the_lock_by_its_hash_and_installs_the_rest(place: Path) -> None:
    *_, last = install(place)
    assert last.startswith("uv pip install")
    assert "--require-hashes --requirement deploy/requirements.lock" in last
    assert "--default-index" not in last
    first, *more = (place / "taken").read_text().splitlines()
    assert first.startswith("uv==")
    assert more
    assert all(line.strip().startswith("--hash=sha256:") for line in more)


def test_uv_is_told_of_pips_own_mirror(place: Path) -> None:
    *_, last = install(place, mirror="global.index-url='https://mirror.example/simple'\n")
    assert "--default-index https://mirror.example/simple" in last
    assert "second" not in last


@pytest.mark.parametrize("broken", ["uv_installs", "uv_works"])
def test_where_uv_cannot_be_had_pip_installs_all(place: Path, broken: str) -> None:
    *_, last = install(place, uv_installs=broken != "uv_installs", uv_works=broken != "uv_works")
    assert last.startswith("python -m pip install")
    assert last.endswith("--require-hashes --requirement deploy/requirements.lock")
