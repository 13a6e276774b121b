"""The visit that the contract shows is taken by the services as it stands, from clients of other makes."""

import json
import os
import shutil
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from services.cli.demo.stage import Stage
from shared.messages.enrollment.persons import Sealed
from shared.stack.broker.jars import fetch
from shared.trust.key_ring import ring_of
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


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of the guide, installed."""
    return install(NODE, tmp_path_factory.mktemp("node"))


@pytest.mark.requirement("HUB-16")
def test_the_client_of_the_guide_settles_the_visit_too(town: Stage, node: Path) -> None:
    _own_visit(node, "node", "SAMPLE-0013")
    _is_all(run(["node", "his.mjs", town.servers.kafka, "visit.json"], node))


@pytest.mark.requirement("SEC-12")
def test_what_the_guide_seals_is_opened_for_its_purpose_alone(node: Path, tmp_path: Path) -> None:
    ring, purpose = ring_of(tmp_path), "credential H51010000001 01"
    key_id, public_key = ring.sealing_key()
    (node / "number").write_text("医保码-0001\n", encoding="utf-8")
    command = f"node seal.mjs {key_id} {public_key} '{purpose}' < number"
    sealed = run(["sh", "-c", command], node).strip()
    assert ring.open(purpose, sealed) == "医保码-0001".encode()
    assert ring.open(purpose.replace("01", "02"), sealed) is None
    TypeAdapter(Sealed).validate_python(sealed)


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
    """The visit of the contract under ids of its own, as that of a person for whom nothing was filed.

    So a notice (`FilingMissing`) comes beside the answer to the admission, and must not be taken for it.
    """
    own = VISIT.read_text(encoding="utf-8").replace("example-", f"{name}-").replace("SAMPLE-0002", person)
    unfiled = json.loads(own)[1:]
    unfiled[0]["after"] = None
    (place / "visit.json").write_text(json.dumps(unfiled), encoding="utf-8")


def _is_all(said: str) -> None:
    written = json.loads(ANSWERS.read_text(encoding="utf-8"))[1:]
    results = [line.split()[1] for line in said.splitlines()]
    assert results == [answer["body"]["result"]["result"] for answer in written]
