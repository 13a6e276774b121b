"""The composed broker's environment, read by the program that reads it in Kafka's own image."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.settings import Settings
from shared.stack.broker import kafka
from shared.stack.broker.java import BROKER, Java
from shared.stack.watch.process import spawn, wait_gone, wait_until
from tests.deploy.given.composed import SERVICES
from tests.given.containers import broker_environment, free_port

WRAPPER = "kafka.docker.KafkaDockerWrapper"
CLUSTER_ID = "5L6g3nShT-eMCtK--X86sw"  # the image's own
HEAP = "-Xmx512m"  # half of the image's own
PATIENCE_S = 60.0


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """As in the container, but for ports and folders of this machine."""
    host_port = free_port()
    composed = broker_environment(SERVICES["kafka"], "127.0.0.1", host_port)
    ports = {"9092": str(free_port()), "9093": str(free_port()), "9094": str(host_port)}
    for port, own in ports.items():
        composed = {name: value.replace(f":{port}", f":{own}") for name, value in composed.items()}
    return {**composed, "KAFKA_LOG_DIRS": str(tmp_path / "data"), "CLUSTER_ID": CLUSTER_ID}


@pytest.fixture
def broker(environment: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """A broker set up and started from it; gives the address it tells its clients."""
    java = kafka.prepare_kafka(Settings())
    properties = _set_up(java, environment, tmp_path)
    log = tmp_path / "broker.log"
    process = spawn(java.command(BROKER, str(properties), options=[HEAP]), log)
    address = environment["KAFKA_ADVERTISED_LISTENERS"].rpartition("HOST://")[2]
    try:
        wait_until(lambda: kafka.answers(address), process, PATIENCE_S, log)
        yield address
    finally:
        process.kill()
        wait_gone(process)


def _set_up(java: Java, environment: dict[str, str], place: Path) -> Path:
    """The properties file that the image's own program makes of the environment; it formats the data too."""
    folders = {name: place / name for name in ("default", "mounted", "final")}
    for folder in folders.values():
        folder.mkdir()
    for name in ("server.properties", "log4j2.yaml", "tools-log4j2.yaml"):
        (folders["default"] / name).touch()
    options = [word for name, folder in folders.items() for word in (f"--{name}-configs-dir", str(folder))]
    command = java.command(WRAPPER, "setup", *options)
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folders["final"] / "server.properties"


def test_the_composed_environment_starts_a_broker_that_coordinates_groups(broker: str) -> None:
    assert kafka.answers(broker)
