"""The visit that the contract shows is taken by the services as it stands, from clients of other makes."""

import json
import os
import shutil
from pathlib import Path

import pytest

from services.cli.demo.stage import Stage
from shared.stack.broker.jars import fetch
from tests.adapter.given.stranger import ANSWERS, VISIT, send_visit
from tests.given.programs import install, need, run

CLIENTS = Path(__file__).parent
NODE = CLIENTS / "node"


@pytest.mark.requirement("HUB-13")
def test_the_visit_of_the_contract_is_settled_and_answered_as_it_says(town: Stage) -> None:
    records = json.loads(VISIT.read_text(encoding="utf-8"))
    written = json.loads(ANSWERS.read_text(encoding="utf-8"))
    assert send_visit(town.servers.kafka, records) == written
    assert send_visit(town.servers.kafka, records) == written  # once more: the same answers, one effect
    assert [answer["body"]["outcome"] for answer in written] == ["accepted"] * len(records)


@pytest.mark.requirement("HUB-16")
def test_the_client_of_the_guide_settles_the_visit_too(town: Stage, tmp_path: Path) -> None:
    place = install(NODE, tmp_path)
    _own_visit(place, "node", "SAMPLE-0013")
    _is_all(run(["node", "his.mjs", town.servers.kafka, "visit.json"], place))


@pytest.mark.requirement("HUB-16")
def test_a_client_in_java_settles_at_the_first_try(town: Stage, tmp_path: Path) -> None:
    need("java", "javac")
    _own_visit(tmp_path, "java", "TOWN-01")
    jars = os.pathsep.join(str(jar) for jar in fetch())
    _is_all(
        run(
            ["java", "-cp", jars, str(CLIENTS / "java" / "His.java"), town.servers.kafka, "visit.json"],
            tmp_path,
        )
    )


@pytest.mark.requirement("HUB-16")
def test_a_client_in_go_settles_at_the_first_try(town: Stage, tmp_path: Path) -> None:
    need("go")
    shutil.copytree(CLIENTS / "go", tmp_path, dirs_exist_ok=True)
    _own_visit(tmp_path, "go", "TOWN-02")
    plain = "-gcflags=all=-l"  # nothing is inlined: it compiles in two thirds of the time
    _is_all(run(["go", "run", plain, "his.go", town.servers.kafka, "visit.json"], tmp_path))


def _own_visit(place: Path, name: str, person: str) -> None:
    """The visit of the contract under ids of its own, as another person's."""
    own = VISIT.read_text(encoding="utf-8").replace("example-", f"{name}-").replace("SAMPLE-0002", person)
    (place / "visit.json").write_text(own, encoding="utf-8")


def _is_all(said: str) -> None:
    written = json.loads(ANSWERS.read_text(encoding="utf-8"))
    results = [line.split()[1] for line in said.splitlines()]
    assert results == [answer["body"]["result"]["result"] for answer in written]
