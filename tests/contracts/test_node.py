"""The contract by the tools of others: the standard's own parser, ajv, and two makers of models."""

import json
from pathlib import Path

import pytest

from shared.contracts.files import HOME
from tests.given.programs import install, run

PROGRAM = Path(__file__).parent / "node"


@pytest.mark.requirement("HUB-13")
def test_the_tools_of_others_find_no_fault_in_the_contract(tmp_path: Path) -> None:
    place = install(PROGRAM, tmp_path)
    told = json.loads(run(["node", "check.mjs", str(HOME)], place).splitlines()[-1])
    assert told["faults"] == []
    assert told["schemas"] == len(list((HOME / "schemas").glob("*.json")))
    assert told["interfaces"] > told["schemas"] / 2
    assert told["models"] > 100
