"""The servers of deploy/compose.yaml as throw-away containers, for `YIDI_STACK=containers`."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import yaml
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient

from shared.stack import Servers
from shared.stack.servers import EMBEDDED

COMPOSE = Path(__file__).parents[2] / "deploy" / "compose.yaml"
KAFKA_PORT, POSTGRES_PORT = 9094, 5432
PASSWORD = "containers"
START_S = 120.0


def run_containers() -> Iterator[Servers]:
    """Yields Kafka and PostgreSQL once both answer; takes them away at the end. Needs a Docker engine."""
    services = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    host, port = DockerClient().host(), free_port()
    with ExitStack() as stack:
        kafka = _container(services["kafka"], broker_environment(services["kafka"], host, port))
        stack.enter_context(kafka.with_bind_ports(KAFKA_PORT, port))
        postgres = _container(services["postgres"], {"POSTGRES_PASSWORD": PASSWORD})
        stack.enter_context(postgres.with_exposed_ports(POSTGRES_PORT))
        address = f"{host}:{postgres.get_exposed_port(POSTGRES_PORT)}"
        servers = Servers(f"{host}:{port}", f"postgresql://yidi:{PASSWORD}@{address}/yidi")
        _wait(servers)
        yield servers


def broker_environment(service: dict[str, Any], host: str, port: int) -> dict[str, str]:
    """What differs from the composed broker: it stands alone, and is reached at the published port."""
    alone = {name: value.replace("kafka:", "localhost:") for name, value in service["environment"].items()}
    return {**alone, "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://localhost:9092,HOST://{host}:{port}"}


def _container(service: dict[str, Any], environment: dict[str, str]) -> DockerContainer:
    container = DockerContainer(service["image"]).with_envs(**{**service["environment"], **environment})
    return container.with_command(service["command"]) if "command" in service else container


def free_port() -> int:
    """A port that nobody listens on: a broker has to tell its address before an engine could choose one."""
    with socket.socket() as probe:
        probe.bind(("", 0))
        return int(probe.getsockname()[1])


def _wait(servers: Servers) -> None:
    deadline = time.monotonic() + START_S
    for name, server in EMBEDDED.items():
        while not server.answers(getattr(servers, name)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{name} in a container did not answer within {START_S:.0f} s")
            time.sleep(0.2)
