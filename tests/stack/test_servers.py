"""The embedded servers start, stop, keep their data and heal."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from shared.settings import Settings
from shared.stack import (
    Servers,
    StackError,
    down,
    kafka_pid,
    ports,
    postgres_pid,
    prepare_kafka,
    start_kafka,
    start_postgres,
    status,
    stop_kafka,
    stop_postgres,
    up,
)
from shared.stack.broker.kafka import random_id
from tests.stack.given.stored import records, run_sql, store_record


def test_up_gives_the_same_servers_however_often_it_is_called(
    own_settings: Settings, own_servers: Servers
) -> None:
    pids = kafka_pid(own_settings), postgres_pid(own_settings)
    assert up(own_settings) == own_servers
    assert (kafka_pid(own_settings), postgres_pid(own_settings)) == pids


def test_what_was_stored_is_there_after_stopping_and_starting(
    own_settings: Settings, own_servers: Servers
) -> None:
    topic = store_record(own_servers.kafka)
    run_sql(own_servers.postgres, "CREATE TABLE kept AS SELECT 7 AS value")
    down(own_settings)
    assert kafka_pid(own_settings) is None
    assert postgres_pid(own_settings) is None
    again = up(own_settings)
    assert again == own_servers
    assert records(again.kafka, topic) == [topic]
    assert run_sql(again.postgres, "SELECT value FROM kept") == 7


def test_two_commands_starting_at_once_share_one_pair_of_servers(
    own_settings: Settings, own_servers: Servers
) -> None:
    down(own_settings)
    program = "from shared.settings import Settings; from shared.stack import up; print(up(Settings()))"
    env = {**os.environ, "YIDI_HOME": str(own_settings.home), "YIDI_KAFKA": "", "YIDI_POSTGRES": ""}
    commands = [
        subprocess.Popen([sys.executable, "-c", program], env=env, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert [command.communicate()[0].strip() for command in commands] == [str(own_servers)] * 2
    assert len(_using(str(own_settings.home / "kafka" / "server.properties"))) == 1
    assert len(_using(str(own_settings.home / "postgres" / "data"))) == 1


def _using(argument: str) -> list[int]:
    return [one.pid for one in psutil.process_iter(["cmdline"]) if argument in (one.info["cmdline"] or ())]


def test_a_killed_broker_comes_back_at_its_address_with_every_acknowledged_record(
    own_settings: Settings, own_servers: Servers
) -> None:
    topic = store_record(own_servers.kafka)
    os.kill(kafka_pid(own_settings) or 0, signal.SIGKILL)
    assert start_kafka(own_settings) == own_servers.kafka
    assert records(own_servers.kafka, topic) == [topic]


def test_a_killed_database_comes_back_though_a_session_of_it_still_runs(
    own_settings: Settings, own_servers: Servers
) -> None:
    run_sql(own_servers.postgres, "CREATE TABLE survives AS SELECT 8 AS value")
    busy = threading.Thread(target=_busy_session, args=(own_servers.postgres,))
    busy.start()
    while run_sql(own_servers.postgres, BUSY_SESSIONS) == 0:
        pass
    os.kill(postgres_pid(own_settings) or 0, signal.SIGKILL)
    assert start_postgres(own_settings) == own_servers.postgres
    assert run_sql(own_servers.postgres, "SELECT value FROM survives") == 8
    busy.join()


BUSY_SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT max(a*b)%'"


def _busy_session(dsn: str) -> None:
    """A computing session does not notice that its server was killed."""
    with pytest.raises((OSError, Exception)):
        run_sql(dsn, "SELECT max(a*b) FROM generate_series(1, 30000) a, generate_series(1, 30000) b")


def test_a_pid_file_that_names_a_living_stranger_does_not_stop_the_database(
    own_settings: Settings, own_servers: Servers
) -> None:
    stop_postgres(own_settings)
    data = own_settings.home / "postgres" / "data"
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n0\n1\n\n127.0.0.1\n0\nready\n")
    assert start_postgres(own_settings) == own_servers.postgres


@pytest.mark.parametrize(
    ("server", "start", "half"),
    [
        ("kafka", start_kafka, ["data/meta.properties", "data/__cluster_metadata-0/00000000.log"]),
        ("kafka", start_kafka, ["data.new/meta.properties", "data.new/bootstrap.checkpoint"]),
        ("postgres", start_postgres, ["data/PG_VERSION", "data/postgresql.conf"]),
        ("postgres", start_postgres, ["data.new/PG_VERSION", "data.new/global/pg_control"]),
    ],
)
def test_a_half_formatted_folder_is_formatted_anew(
    empty_settings: Settings, server: str, start: Callable[[Settings], str], half: list[str]
) -> None:
    for name in half:
        path = empty_settings.home / server / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert start(empty_settings)


@pytest.mark.parametrize(
    ("server", "start", "data"),
    [
        ("kafka", start_kafka, "data/facts.settlement-0/00000000000000000000.log"),
        ("postgres", start_postgres, "data/base/16384/1259"),
    ],
)
def test_a_folder_that_holds_data_is_never_formatted_over(
    empty_settings: Settings, server: str, start: Callable[[Settings], str], data: str
) -> None:
    path = empty_settings.home / server / data
    path.parent.mkdir(parents=True)
    path.write_bytes(b"money")
    with pytest.raises(StackError, match="backup"):
        start(empty_settings)
    assert path.read_bytes() == b"money"


def test_a_kept_port_that_somebody_took_meanwhile_is_replaced(
    own_settings: Settings, own_servers: Servers
) -> None:
    stop_kafka(own_settings)
    taken = ports.read(own_settings.home, "kafka") or 0
    with socket.create_server((ports.HOST, taken)):
        assert start_kafka(own_settings) != own_servers.kafka
    assert up(own_settings).kafka == f"{ports.HOST}:{ports.read(own_settings.home, 'kafka')}"


def test_given_servers_are_used_and_nothing_is_started(
    empty_settings: Settings, own_servers: Servers
) -> None:
    given = Settings(home=empty_settings.home, kafka=own_servers.kafka, postgres=own_servers.postgres)
    assert up(given) == own_servers
    assert [(row.name, row.pid, row.health) for row in status(given)] == [
        ("kafka", None, "ok"),
        ("postgres", None, "ok"),
    ]
    assert kafka_pid(given) is None
    assert postgres_pid(given) is None


def test_a_broker_that_was_left_by_a_killed_training_is_ended(
    empty_settings: Settings, tmp_path: Path
) -> None:
    folder = prepare_kafka(empty_settings).aot.parent.name
    left = tmp_path / "cache" / folder / "training" / "kafka"
    java = tmp_path / "java"
    java.symlink_to(Path(sys.executable).resolve())
    broker = [str(java), "-S", "-c", "import time; time.sleep(600)", str(left / "server.properties")]
    with subprocess.Popen(broker) as orphan:
        prepare_kafka(replace(empty_settings, cache=tmp_path / "cache"))
        assert orphan.wait(10) == -signal.SIGTERM
    assert not left.parent.exists()
    assert (tmp_path / "cache" / folder / "kafka.aot").exists()


def test_a_random_id_is_never_taken_for_an_option() -> None:
    drawn = [random_id() for _ in range(2_000)]
    assert not [one for one in drawn if one.startswith("-")]
    assert {len(one) for one in drawn} == {22}
