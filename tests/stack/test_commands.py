"""`yidi up, status, logs, doctor, down` as a person uses them."""

import asyncio
import json
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import typer
from typer.testing import CliRunner

from services.cli import reading
from services.cli.main import app
from services.cli.stack.processes import service_programs
from shared.settings import Settings
from shared.stack import Servers, kafka_pid, logs, postgres_pid

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


def test_up_doctor_logs_and_down(home: Settings) -> None:
    assert _run("up", "--only-servers")[0] == 0
    code, text = _run("doctor", "--json")
    assert [row["name"] for row in json.loads(text) if not row["ok"]] == ["services"]
    assert code == 1
    assert "ready to accept connections" in _run("logs", "postgres")[1]
    assert _run("down")[0] == 0
    assert kafka_pid(home) is None


READING = (
    ("status",),
    ("doctor",),
    ("trace", "V1"),
    ("verify",),
    ("explain", "V1"),
    ("month", "status", "2026-03"),
    ("month", "check"),
    ("dead", "list"),
    ("dead", "show", "audit/referral.events/0/1"),
    ("policy", "simulate", "services/settlement/policies/511900-390-2023.toml", "--month", "2026-03"),
    ("policy", "approve", "P1", "--officer", "a"),
    ("bus", "adopt", "audit"),
    ("bus", "refill", "audit"),
    ("day", "open", "2026-03-02"),
    ("reverse", "V1", "--reason", "x"),
    ("import", "services/enrollment/sample"),
)


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_a_command_that_reads_starts_nothing_and_says_what_to_do(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIDI_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("YIDI_KAFKA", raising=False)
    monkeypatch.delenv("YIDI_POSTGRES", raising=False)
    out = ("--out", str(tmp_path)) if "simulate" in arguments else ()
    code, text = _run(*arguments, *out)
    settings = Settings()
    assert (kafka_pid(settings), postgres_pid(settings)) == (None, None)
    assert code != 0
    assert "yidi up" in text


FROZEN = (("month", "check"), ("trace", "V1"), ("dead", "list"), ("verify",), ("status",))


def test_a_frozen_database_is_told_within_seconds(home: Settings, own_servers: Servers) -> None:
    process = psutil.Process(postgres_pid(home) or 0)
    process.suspend()
    try:
        for arguments in FROZEN:
            began = time.monotonic()
            code, text = _run(*arguments)
            assert code != 0
            assert "postgres does not answer" in text or "postgres is not well (no answer)" in text
            assert time.monotonic() - began < 15
    finally:
        process.resume()


def test_a_database_that_freezes_while_it_is_read_is_told(home: Settings, own_servers: Servers) -> None:
    process = psutil.Process(postgres_pid(home) or 0)
    frozen: list[psutil.Process] = []

    async def read(dsn: str) -> None:
        frozen.extend([*process.children(), process])
        for one in frozen:
            with suppress(psutil.NoSuchProcess):  # a worker of the database's own may end just then
                one.suspend()
        await asyncio.sleep(60)

    try:
        with pytest.raises(typer.Exit):
            reading.read_database(read)
    finally:
        for one in frozen:
            with suppress(psutil.NoSuchProcess):
                one.resume()


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
    assert "yidi up" in wrong.pop("services")
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
    assert len(ports) == len(set(ports)) == len(programs)
    assert {program.name: program.nice for program in programs} == {
        "enrollment-live": 0,
        "referral-live": 0,
        "settlement-live": 0,
        "settlement-bulk": 10,
        "clearing-bulk": 10,
        "audit-bulk": 10,
        "audit-views": 10,
    }
