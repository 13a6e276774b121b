"""`yidi import` and `yidi export`: by the service's rules, on faulty files, and over a broker of its own."""

import json
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from services.cli.registry_export import command as export_command
from services.cli.registry_import import command as import_command
from services.cli.registry_import.folder import SAMPLE, read_registry
from services.enrollment import SERVICE
from shared.bus.service import Service
from tests.given.driver import Driver


@pytest.fixture
def app() -> typer.Typer:
    """The commands alone, as subcommands."""
    app = typer.Typer()
    app.callback()(lambda: None)
    import_command.register(app)
    export_command.register(app)
    return app


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The sample with a slip in one row."""
    folder = shutil.copytree(SAMPLE, tmp_path / "registry")
    with (folder / "institutions.csv").open("a", encoding="utf-8") as file:
        file.write("H51010000009,示例医院,5101,3,jinsha,inpatient,published,\n")
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
    assert "institutions.csv:25:area: 有4位，应为6位：前面的0是否丢失？" in result.output
    assert "将该列设为文本格式后重新填写 / has 4 digits" in result.output
    assert "未导入 / 1 faults, nothing was sent" in result.output


def test_faults_are_told_as_json(app: typer.Typer, broken: Path) -> None:
    result = CliRunner().invoke(app, ["import", str(broken), "--json"])
    assert result.exit_code == import_command.INVALID
    told = json.loads(result.stdout.splitlines()[-1])
    [fault] = told["invalid"]
    assert (fault["file"], fault["line"], fault["column"]) == ("institutions.csv", 25, "area")
    assert told["sent"] == 0


@pytest.mark.usefixtures("environment")
def test_the_sample_is_registered_and_refused_rows_are_listed_with_their_line(
    app: typer.Typer, tmp_path: Path
) -> None:
    result = CliRunner().invoke(app, ["import", str(SAMPLE), "--json"])
    assert result.exit_code == import_command.DONE, result.output
    counts = json.loads(result.stdout.splitlines()[-1])["files"]
    assert counts["persons.csv"] == {"accepted": 20, "refused": 0}

    exported = tmp_path / "exported"
    result = CliRunner().invoke(
        app, ["export", str(exported), "persons", "tiers", "--format", "xlsx", "--json"]
    )
    assert result.exit_code == export_command.DONE, result.output
    written = json.loads(result.stdout.splitlines()[-1])["files"]
    assert written["persons.xlsx"] == 20
    assert {path.name for path in exported.iterdir()} == {"persons.xlsx", "tiers.xlsx"}
    assert CliRunner().invoke(app, ["export", str(exported)]).exit_code == export_command.INVALID

    folder = shutil.copytree(SAMPLE, tmp_path / "registry")
    with (folder / "persons.csv").open("a", encoding="utf-8") as file:
        file.write("SAMPLE-0021,310,511900,normal,no,,2016-01-01,,\n")
    result = CliRunner().invoke(app, ["import", str(folder), "--dry-run", "--json"])
    assert result.exit_code == import_command.DONE, result.output
    told = json.loads(result.stdout.splitlines()[-1])
    assert told["sent"] == 0
    assert told["files"]["persons.csv"] == {"changes": 1, "unchanged": 20, "refused": 0}

    with (folder / "persons.csv").open("a", encoding="utf-8") as file:
        file.write("SAMPLE-0001,310,511900,normal,no,,2016-01-01,,\n")
    result = CliRunner().invoke(app, ["import", str(folder)])
    assert result.exit_code == import_command.REFUSED
    assert "persons.csv:23: SAMPLE-0001: ALREADY_ENROLLED" in result.stdout
    assert "先终止原参保关系 / The person has another basic scheme then" in result.stdout
    result = CliRunner().invoke(app, ["import", str(folder), "--dry-run", "--json"])
    assert json.loads(result.stdout.splitlines()[-1])["files"]["persons.csv"]["changes"] == 1  # none was sent
