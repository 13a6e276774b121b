"""`yidi up, status, logs, doctor, down` as a person uses them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli.main import app
from services.cli.processes import service_programs
from shared.settings import Settings
from shared.stack import Servers, kafka_pid, logs

DEAD = "127.0.0.1:1"


def _run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


@pytest.fixture
def home(own_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The environment names the embedded servers' home."""
    monkeypatch.setenv("YIDI_HOME", str(own_settings.home))
    monkeypatch.delenv("YIDI_KAFKA", raising=False)
    monkeypatch.delenv("YIDI_POSTGRES", raising=False)
    return own_settings


def test_up_status_doctor_logs_and_down(home: Settings) -> None:
    assert _run("up", "--only-servers")[0] == 0
    code, text = _run("status", "--json")
    assert (code, [(row["name"], row["health"]) for row in json.loads(text)]) == (
        0,
        [("kafka", "ok"), ("postgres", "ok")],
    )
    code, text = _run("doctor", "--json")
    assert [row for row in json.loads(text) if not row["ok"]] == []
    assert code == 0
    assert "ready to accept connections" in _run("logs", "postgres")[1]
    assert _run("down")[0] == 0
    assert kafka_pid(home) is None
    assert _run("status")[0] == 1


def test_doctor_names_what_is_missing_and_what_to_do(
    tmp_path: Path, own_servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("YIDI_HOME", str(tmp_path / "file" / "home"))
    monkeypatch.setenv("YIDI_KAFKA", DEAD)
    monkeypatch.setenv("YIDI_POSTGRES", own_servers.postgres)
    code, text = _run("doctor", "--json")
    wrong = {row["name"]: row["remedy"][1] for row in json.loads(text) if not row["ok"]}
    assert code == 1
    assert "YIDI_HOME" in wrong.pop("home")
    assert "YIDI_KAFKA" in wrong.pop("kafka answers")
    assert wrong == {}


def test_logs_of_an_unknown_name_says_which_there_are(home: Settings, own_servers: Servers) -> None:
    code, text = _run("logs", "kafak")
    assert code == 1
    assert "kafka postgres" in text


def test_following_logs_gives_whole_new_lines_of_each(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "one.log"
    log.parent.mkdir()
    log.write_text("old\n")
    added = logs.follow(tmp_path, ["one"])
    with log.open("a") as handle:
        handle.write("new\nhal")
    assert next(added) == ("one", "new")
    with log.open("a") as handle:
        handle.write("f\n")
    assert next(added) == ("one", "half")


def test_every_lane_has_its_own_health_port_and_bulk_gives_way(tmp_path: Path) -> None:
    programs = service_programs(Settings(home=tmp_path))
    ports = [program.health_port for program in programs if program.health_port]
    assert len(ports) == len(set(ports)) == len(programs) - 1
    assert {program.name: program.nice for program in programs} == {
        "enrollment-live": 0,
        "referral-live": 0,
        "settlement-live": 0,
        "settlement-bulk": 10,
        "clearing-bulk": 10,
        "audit-bulk": 10,
        "audit-views": 10,
    }
