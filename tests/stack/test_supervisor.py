"""The supervisor keeps servers and programs running, and ends them all."""

import errno
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from shared.settings import Settings
from shared.stack import Servers, StackError, down, kafka_pid, ports, postgres_pid, status
from shared.stack.watch import detached, pulse, record, watch
from shared.stack.watch.process import marked
from shared.stack.watch.supervisor import Program, Supervisor

NICE = 7
SAY_ADDRESSES = "import os, time; print(os.environ['YIDI_KAFKA'], flush=True); time.sleep(600)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
EXIT = "raise SystemExit(3)"
DIE = "import os; os.abort()"
ANSWER = """
from http.server import BaseHTTPRequestHandler, HTTPServer
class Live(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
HTTPServer(("127.0.0.1", {port}), Live).serve_forever()
"""


def _python(name: str, text: str) -> Program:
    return Program(name, (sys.executable, "-c", text), env={"MARK": name}, nice=NICE)


def _wait(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def given_settings(tmp_path: Path, own_servers: Servers) -> Settings:
    """A home without servers of its own: a supervisor in it starts at once."""
    return Settings(home=tmp_path / "home", kafka=own_servers.kafka, postgres=own_servers.postgres)


@pytest.fixture
def sayer(given_settings: Settings) -> Iterator[Supervisor]:
    """A supervisor that keeps one program."""
    with Supervisor(given_settings, [_python("sayer", SAY_ADDRESSES)]) as supervisor:
        yield supervisor


@pytest.mark.skipif(sys.platform != "linux", reason="psutil reads the start of the system so only on Linux")
@pytest.mark.parametrize("step_s", [-3_600, 1, 86_400])
def test_a_clock_that_is_set_makes_no_process_a_stranger(
    monkeypatch: pytest.MonkeyPatch, step_s: float
) -> None:
    from psutil import _pslinux

    began = record.entry_of(psutil.Process())
    as_told = _pslinux.boot_time()
    monkeypatch.setattr(_pslinux, "boot_time", lambda: as_told + step_s)
    assert began.process() == psutil.Process()


def test_a_program_gets_the_servers_its_niceness_and_its_log(
    sayer: Supervisor, given_settings: Settings
) -> None:
    log = given_settings.home / "logs" / "sayer.log"
    _wait(lambda: log.exists() and log.read_text() == f"{given_settings.kafka}\n")
    process = psutil.Process(sayer.pids()["sayer"])
    assert process.nice() == NICE
    autogroup = Path(f"/proc/{process.pid}/autogroup")
    if autogroup.exists():  # where sessions share the processors first, niceness alone does nothing
        assert autogroup.read_text().split()[-1] == str(NICE)
    assert process.environ()["MARK"] == "sayer"
    assert process.environ()["YIDI_HOME"] == str(given_settings.home)


def test_a_killed_program_is_started_again(sayer: Supervisor, given_settings: Settings) -> None:
    before = sayer.pids()["sayer"]
    sayer.kill("sayer")
    _wait(lambda: sayer.pids().get("sayer", before) != before)
    _wait(lambda: record.read(given_settings.home)["sayer"].restarts == 1)


def test_a_program_that_keeps_exiting_is_tried_with_growing_pauses(given_settings: Settings) -> None:
    with Supervisor(given_settings, [_python("exits", EXIT)]):
        _wait(lambda: record.read(given_settings.home)["exits"].restarts == 3)
        began = [record.read(given_settings.home)["exits"].began_s]
        _wait(lambda: record.read(given_settings.home)["exits"].restarts == 4)
        began.append(record.read(given_settings.home)["exits"].began_s)
    assert began[1] - began[0] > 0.2 * 2**3


def test_a_program_that_cannot_be_recorded_on_a_full_disk_is_not_forgotten(
    sayer: Supervisor, given_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = sayer.pids()["sayer"]
    with monkeypatch.context() as disk:
        disk.setattr(record, "write", full)
        sayer.kill("sayer")
        _wait(lambda: sayer.pids().get("sayer", before) != before)
        time.sleep(1.0)  # long enough for another to be started beside it
        assert [process.pid for process in marked(given_settings.home)] == [sayer.pids()["sayer"]]
        assert record.read(given_settings.home)["sayer"].pid == before
    _wait(lambda: record.read(given_settings.home)["sayer"].pid == sayer.pids()["sayer"])


@pytest.mark.parametrize("outlives", ["sayer", "supervisor"])
def test_down_ends_what_no_record_names(given_settings: Settings, outlives: str) -> None:
    detached.detach(given_settings, [_python("sayer", SAY_ADDRESSES)])
    left = record.read(given_settings.home)
    if outlives == "sayer":
        os.kill(left["supervisor"].pid, signal.SIGKILL)
        _wait(lambda: not detached.is_supervised(given_settings))
    record.erase(given_settings.home)
    assert detached.is_supervised(given_settings) == (outlives == "supervisor")
    detached.end(given_settings)
    assert [name for name, entry in left.items() if entry.process()] == []


@pytest.mark.parametrize(
    ("text", "how"),
    [(EXIT, "exited with code 3"), (DIE, "was ended by SIGABRT"), (None, "was ended by SIGKILL")],
)
def test_the_log_says_how_a_program_ended(
    given_settings: Settings, caplog: pytest.LogCaptureFixture, text: str | None, how: str
) -> None:
    with Supervisor(given_settings, [_python("ends", text or SAY_ADDRESSES)]) as supervisor:
        if text is None:
            supervisor.kill("ends")
        _wait(lambda: record.read(given_settings.home)["ends"].restarts > 0)
    assert f"/ {how}, started again after 0.2 s" in caplog.text


def test_a_frozen_program_is_killed_and_started_again(
    given_settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pulse, "SILENT_S", 1.0)
    monkeypatch.setattr(watch, "LOOK_S", 0.2)
    port = ports.claim(given_settings.home, "answers")
    argv = (sys.executable, "-c", ANSWER.format(port=port))
    with (
        caplog.at_level(logging.WARNING),
        Supervisor(given_settings, [Program("answers", argv, health_port=port)]) as supervisor,
    ):
        before = supervisor.pids()["answers"]
        _wait(lambda: ports.is_open(port))
        time.sleep(0.5)
        supervisor.kill("answers", signal.SIGSTOP)
        _wait(lambda: supervisor.pids().get("answers", before) != before)
        _wait(lambda: ports.is_open(port))
    assert "was frozen" in caplog.text


def test_stop_ends_even_a_frozen_program_and_one_that_does_not_listen(given_settings: Settings) -> None:
    supervisor = Supervisor(given_settings, [_python("sayer", SAY_ADDRESSES), _python("deaf", DEAF)])
    supervisor.start()
    _wait(lambda: bool(psutil.Process(supervisor.pids()["deaf"]).num_threads()))
    pids = supervisor.pids()
    supervisor.kill("sayer", signal.SIGSTOP)
    supervisor.stop()
    assert not [pid for pid in pids.values() if psutil.pid_exists(pid)]
    assert record.read(given_settings.home) == {}


def test_a_second_supervisor_in_the_same_home_is_refused(sayer: Supervisor, given_settings: Settings) -> None:
    with pytest.raises(StackError, match="yidi down"):
        Supervisor(given_settings, []).start()
    assert sayer.pids()["sayer"]


def test_killed_servers_come_back_at_their_addresses_and_a_frozen_one_does_not_answer(
    own_settings: Settings,
) -> None:
    down(own_settings)
    with Supervisor(own_settings, [_python("sayer", SAY_ADDRESSES)]) as supervisor:
        before, addresses = supervisor.pids(), supervisor.servers
        supervisor.kill("kafka")
        supervisor.kill("postgres")
        _wait(lambda: all(supervisor.pids().get(name, before[name]) != before[name] for name in SERVERS))
        assert _health(own_settings).items() >= ALL_FINE.items()
        assert supervisor.servers == addresses
        assert supervisor.pids()["sayer"] == before["sayer"]
        supervisor.kill("postgres", signal.SIGSTOP)
        assert _health(own_settings)["postgres"] == "no answer"
        supervisor.kill("postgres", signal.SIGCONT)
        assert _health(own_settings)["postgres"] == "ok"
    assert kafka_pid(own_settings) is None
    assert postgres_pid(own_settings) is None


SERVERS = ("kafka", "postgres")
ALL_FINE = {"kafka": "ok", "postgres": "ok", "sayer": "running"}


def _health(settings: Settings) -> dict[str, str]:
    return {row.name: row.health for row in status(settings)}


def test_what_a_killed_supervisor_left_behind_is_replaced_and_then_ended(given_settings: Settings) -> None:
    programs = [_python("sayer", SAY_ADDRESSES)]
    detached.detach(given_settings, programs)
    first = record.read(given_settings.home)
    os.kill(first["supervisor"].pid, signal.SIGKILL)
    _wait(lambda: not detached.is_supervised(given_settings))
    detached.detach(given_settings, programs)
    second = record.read(given_settings.home)
    assert first["sayer"].process() is None
    assert second["sayer"].process() is not None
    detached.end(given_settings)
    assert second["sayer"].process() is None
    assert second["supervisor"].process() is None
