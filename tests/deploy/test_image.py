"""What the image would hold and run, without an engine: the installed package, and a lane's health."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.deploy.given.composed import HEALTH_PORT, LANE_COMMANDS, ROOT, SERVICES
from tests.given.containers import free_port

PATIENCE_S = 60


def test_the_installed_package_holds_every_file_of_the_code_and_runs(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    for folder in ("services", "shared"):
        shutil.copytree(ROOT / folder, source / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / file, source)
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-deps"]
    install += ["--no-index", "--no-compile"]  # the few files that the command needs are compiled then
    subprocess.run([*install, "--target", str(target), str(source)], check=True)
    files = (p for p in source.glob("s*/**/*.*") if "build" not in p.parts)
    expected = {p.relative_to(source) for p in files if p.suffix != ".md"}  # pages are for who reads the code
    assert len(expected) > 200
    assert not [str(path) for path in sorted(expected) if not (target / path).exists()]
    environment = {**os.environ, "PYTHONPATH": str(target), "YIDI_HOME": str(tmp_path / "home")}
    show = "import services.cli.main as main; print(main.__file__); main.app(['migrate', '--print'])"
    shown = subprocess.check_output([sys.executable, "-c", show], cwd=tmp_path, env=environment, text=True)
    assert shown.startswith(f"{target}/services/cli/main.py")
    assert "CREATE TABLE posting" in shown


@pytest.mark.parametrize("name", ["enrollment-live", "audit-bulk"])
def test_a_lane_started_as_its_container_becomes_healthy(
    name: str, environment: dict[str, str], tmp_path: Path
) -> None:
    prepare = [sys.executable, "-c", "from services.cli.main import app; app()", "migrate"]
    subprocess.run(prepare, env=environment, check=True, capture_output=True)
    port = free_port()
    command = [sys.executable, "-m", "services", *LANE_COMMANDS[name]]
    with (tmp_path / "log").open("wb") as log:
        lane = subprocess.Popen(
            [part.replace(str(HEALTH_PORT), str(port)) for part in command],
            env={**environment, "YIDI_HEALTH_HOST": "0.0.0.0"},
            stdout=log,
            stderr=log,
        )
    try:
        assert _becomes_healthy(name, port), (tmp_path / "log").read_text()
    finally:
        lane.terminate()
        assert lane.wait(20) == 0


def _becomes_healthy(name: str, port: int) -> bool:
    check = [sys.executable, *SERVICES[name]["healthcheck"]["test"][2:]]
    check[-1] = check[-1].replace(str(HEALTH_PORT), str(port))
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if subprocess.run(check, capture_output=True, check=False).returncode == 0:
            return True
        time.sleep(0.3)
    return False
