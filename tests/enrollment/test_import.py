"""`yidi import`: against the service's rules, on files with faults, and over a broker of its own."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import typer
from typer.testing import CliRunner

from services.cli import import_command
from services.enrollment import SERVICE
from services.enrollment.registry_files.folder import SAMPLE, read_registry
from shared.bus.admin import Admin
from shared.bus.migrations.store import migrate
from shared.bus.service import Service
from shared.settings import Settings
from shared.stack import down, up
from tests.driver import Driver


@pytest.fixture
def app() -> typer.Typer:
    """The command alone, as a subcommand."""
    app = typer.Typer()
    app.callback()(lambda: None)
    import_command.register(app)
    return app


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The sample with a slip in one row."""
    folder = shutil.copytree(SAMPLE, tmp_path / "registry")
    with (folder / "institutions.csv").open("a", encoding="utf-8") as file:
        file.write("H51010000009,示例医院,5101,3,jinsha,inpatient,published\n")
    return folder


async def test_the_service_accepts_the_sample_whole_and_again_without_a_change(
    driver_for: Callable[[Service], Awaitable[Driver]],
) -> None:
    driver = await driver_for(SERVICE)
    for again in (False, True):
        for stage in read_registry(SAMPLE).stages:
            for entry, decision in zip(
                stage, await driver.hear(*(entry.body for entry in stage)), strict=True
            ):
                assert decision.answer and decision.answer.accepted, (entry, decision.answer)
                assert len(decision.facts) == (0 if again else 1)


def test_a_folder_with_a_fault_is_not_sent_and_the_fault_is_told_in_two_languages(
    app: typer.Typer, broken: Path
) -> None:
    result = CliRunner().invoke(app, ["import", str(broken)])
    assert result.exit_code == import_command.INVALID
    assert "institutions.csv:19:area: 格式应为" in result.output
    assert "更正后重新导入 / must have the form" in result.output
    assert "未导入 / 1 faults, nothing was sent" in result.output


def test_faults_are_told_as_json(app: typer.Typer, broken: Path) -> None:
    result = CliRunner().invoke(app, ["import", str(broken), "--json"])
    assert result.exit_code == import_command.INVALID
    told = json.loads(result.stdout.splitlines()[-1])
    [fault] = told["invalid"]
    assert (fault["file"], fault["line"], fault["column"]) == ("institutions.csv", 19, "area")
    assert told["sent"] == 0


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home folder with servers of its own, where enrollment runs."""
    with TemporaryDirectory(prefix="yidi-import-") as folder:
        yield from _served(Path(folder))


def _served(home: Path) -> Iterator[Path]:
    settings = Settings(home=home, kafka=None, postgres=None)
    servers = up(settings)
    asyncio.run(migrate(servers.postgres, [SERVICE]))
    asyncio.run(Admin(servers.kafka).ensure_topics(settings.partitions))
    given = {name: value for name, value in os.environ.items() if not name.startswith("YIDI_")}
    service = [sys.executable, "-m", "services", "enrollment"]
    with (home / "enrollment.log").open("wb") as out:
        running = subprocess.Popen(service, env={**given, "YIDI_HOME": str(home)}, stdout=out, stderr=out)
    yield home
    running.terminate()
    running.wait(20)
    down(settings)


@pytest.fixture
def environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command finds those servers."""
    for name in ("YIDI_KAFKA", "YIDI_POSTGRES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("YIDI_HOME", str(home))


@pytest.mark.usefixtures("environment")
def test_the_sample_is_registered_and_refused_rows_are_listed_with_their_line(
    app: typer.Typer, tmp_path: Path
) -> None:
    result = CliRunner().invoke(app, ["import", str(SAMPLE), "--json"])
    assert result.exit_code == import_command.DONE, result.output
    counts = json.loads(result.stdout.splitlines()[-1])["files"]
    assert counts["persons.csv"] == {"accepted": 20, "refused": 0}

    folder = shutil.copytree(SAMPLE, tmp_path / "registry")
    with (folder / "persons.csv").open("a", encoding="utf-8") as file:
        file.write("SAMPLE-0001,310,511900,normal,no,,2016-01-01,,\n")
    result = CliRunner().invoke(app, ["import", str(folder)])
    assert result.exit_code == import_command.REFUSED
    assert "persons.csv:22: SAMPLE-0001: ALREADY_ENROLLED" in result.stdout
    assert "先终止原参保关系 / The person has another basic scheme then" in result.stdout
