"""deploy/: what can be known of the containers without an engine."""

import re
import subprocess
import tomllib
from fnmatch import fnmatch

import pytest
import yaml

from shared.stack import postgres
from shared.stack.broker.jars import KAFKA_VERSION
from tests.deploy.given.composed import DEPLOY, HEALTH_PORT, LANE_COMMANDS, PROCESSES, ROOT, SERVICES
from tests.given.containers import broker_environment

DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


@pytest.mark.parametrize(("name", "arguments"), PROCESSES.items(), ids=PROCESSES)
def test_every_process_of_a_machine_is_a_container(name: str, arguments: list[str]) -> None:
    container = SERVICES[name]
    assert container["command"] == ["python", "-m", "services", *arguments]
    assert container["restart"] == "unless-stopped"
    assert container["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert container["environment"]["YIDI_HEALTH_HOST"] == "0.0.0.0"
    assert container["healthcheck"]["test"][:3] == ["CMD", "python", "-c"]


@pytest.mark.requirement("SEC-12")
def test_the_keys_of_identities_outlive_the_container() -> None:
    folder = "/var/lib/yidi/keys"
    mounted = {name for name, one in SERVICES.items() if f"keys:{folder}" in one.get("volumes", ())}
    assert mounted == {"enrollment-live", "yidi"}
    assert f"--owner=yidi --group=yidi --mode=0700 {folder}" in DOCKERFILE


def test_there_is_no_other_process() -> None:
    running = {name for name, container in SERVICES.items() if "services" in container.get("command", ())}
    assert running == set(PROCESSES)


def test_schemas_and_topics_come_after_the_servers_and_before_the_services() -> None:
    assert SERVICES["migrate"]["command"] == ["yidi", "migrate"]
    assert set(SERVICES["migrate"]["depends_on"]) == {"kafka", "postgres"}
    assert all(SERVICES[server]["healthcheck"] for server in SERVICES["migrate"]["depends_on"])


def test_images_are_pinned_and_are_the_versions_that_are_tested() -> None:
    images = {name: container["image"] for name, container in SERVICES.items()}
    assert not [image for image in images.values() if not re.search(r":v?\d+\.\d+(\.\d+)?$", image)]
    assert images["kafka"] == f"apache/kafka:{KAFKA_VERSION}"
    assert images["postgres"].split(":")[1] == _embedded_postgres()
    assert {images[name] for name in (*PROCESSES, "migrate", "yidi")} == {f"yidi:{VERSION}"}
    assert re.search(r"^FROM python:3\.11\.\d+-slim-\w+$", DOCKERFILE, re.M)


def _embedded_postgres() -> str:
    program = postgres.programs() / "postgres"
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split()[
        -1
    ]


def test_the_password_comes_from_the_environment_or_compose_says_so() -> None:
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    uses = re.findall(r"\$\{YIDI_POSTGRES_PASSWORD(.*?)\}", text)
    assert uses
    assert all(use.startswith(":?") and "YIDI_POSTGRES_PASSWORD" in use for use in uses)
    assert SERVICES["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith("${")
    assert all(":${" in SERVICES[name]["environment"]["YIDI_POSTGRES"] for name in PROCESSES)


def test_the_composed_broker_behaves_like_the_embedded_one() -> None:
    lines = (ROOT / "shared" / "stack" / "broker" / "kafka.properties").read_text("utf-8").splitlines()
    embedded = dict(line.split("=", 1) for line in lines if "=" in line)
    composed = {
        name.removeprefix("KAFKA_").lower().replace("_", "."): value
        for name, value in SERVICES["kafka"]["environment"].items()
    }
    for name in ("auto.create.topics.enable", "message.max.bytes", "group.min.session.timeout.ms"):
        assert composed[name] == embedded[name]
    same = composed.keys() & embedded.keys() - {"listener.security.protocol.map"}
    assert {name: composed[name] for name in same} == {name: embedded[name] for name in same}


def test_the_composed_database_has_the_settings_of_the_embedded_one() -> None:
    own = {"listen_addresses", "unix_socket_directories"}
    wanted = {f"--{name}={value}" for name, value in postgres.SERVER.items() if name not in own}
    assert set(SERVICES["postgres"]["command"][1:]) == wanted
    assert SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split() == [
        flag for flag in postgres.INIT if flag.startswith(("--encoding", "--locale", "--builtin"))
    ]


def test_the_broker_for_tests_is_alone_and_reached_at_its_published_port() -> None:
    environment = broker_environment(SERVICES["kafka"], "docker.local", 40_000)
    assert environment["KAFKA_ADVERTISED_LISTENERS"] == "PLAINTEXT://localhost:9092,HOST://docker.local:40000"
    assert environment["KAFKA_CONTROLLER_QUORUM_VOTERS"] == "1@localhost:9093"


def test_prometheus_reads_every_lane() -> None:
    [job] = yaml.safe_load((DEPLOY / "prometheus.yml").read_text("utf-8"))["scrape_configs"]
    [group] = job["static_configs"]
    assert set(group["targets"]) == {f"{name}:{HEALTH_PORT}" for name in LANE_COMMANDS}
    assert all(SERVICES[name]["expose"] == [str(HEALTH_PORT)] for name in LANE_COMMANDS)


def test_what_the_image_copies_is_there_and_not_left_out() -> None:
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    let_in = {line[1:] for line in lines if line.startswith("!")}
    copied = [line.split()[1:-1] for line in DOCKERFILE.splitlines() if line.startswith("COPY ")]
    for path in (path for paths in copied for path in paths):
        assert (ROOT / path).exists()
        assert any(fnmatch(path, pattern) for pattern in let_in)


def test_the_image_installs_the_lock_by_hash_and_runs_as_nobody_special() -> None:
    assert "--require-hashes --requirement deploy/requirements.lock" in DOCKERFILE
    assert "--no-build-isolation --no-deps ." in DOCKERFILE
    assert re.findall(r"^USER (\w+)$", DOCKERFILE, re.M) == ["yidi"]
    assert DOCKERFILE.index("USER yidi") > DOCKERFILE.rindex("RUN ")
