"""The visit that the contract shows is taken by the services as it stands, from clients of other makes."""

import json
from pathlib import Path

import pytest

from services.cli.demo.stage import Stage
from tests.adapter.given.stranger import ANSWERS, VISIT, send_visit
from tests.given.node import install, run

NODE = Path(__file__).parent / "node"


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
    own = VISIT.read_text(encoding="utf-8").replace("example-", "node-").replace("SAMPLE-0002", "SAMPLE-0013")
    (place / "visit.json").write_text(own, encoding="utf-8")
    said = run(["node", "his.mjs", town.servers.kafka, "visit.json"], place).splitlines()
    written = json.loads(ANSWERS.read_text(encoding="utf-8"))
    assert [line.split()[1] for line in said] == [answer["body"]["result"]["result"] for answer in written]
