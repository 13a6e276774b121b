"""Certification against real services: ours passes, each adapter broken on purpose fails its cases alone."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterable
from datetime import date
from pathlib import Path

import pytest

from services.cli.certify.kit import center_of, kit_of, parties_of
from services.enrollment.opened import read_opened
from shared.adapter import Connection, Operator
from shared.adapter.operator import OPERATOR
from shared.certify.cases.case import Case
from shared.certify.cases.catalogue import CATALOGUE, cases_for
from shared.certify.example.adapter import Adapter
from shared.certify.play.certification import Brokers, Ground, Wish, certify
from shared.certify.play.passage import Passage
from shared.certify.play.player import Player, Result
from shared.settings import Settings
from shared.stack import at_work
from tests.adapter.given.stranger import ANSWERS, VISIT
from tests.certify.conftest import NODE
from tests.certify.given.broken import BROKEN, GREEDY, HALF, Broken
from tests.certify.given.within import InStep, TaskClerk
from tests.given.node import install
from tests.given.node import run as run_node
from tests.given.pages import CERTIFY, run

HIS = Path(__file__).parents[1] / "adapter" / "node"
ALL_AT_ONCE = 24


@pytest.mark.requirement("HUB-16")
def test_the_client_of_the_guide_settles_its_visit_in_the_sandbox(sandbox: Settings, tmp_path: Path) -> None:
    place = install(HIS, tmp_path)
    (place / "visit.json").write_text(VISIT.read_text(encoding="utf-8"), encoding="utf-8")
    said = run_node(["node", "his.mjs", at_work(sandbox).kafka, "visit.json"], place).splitlines()
    written = json.loads(ANSWERS.read_text(encoding="utf-8"))
    assert [line.split()[1] for line in said] == [answer["body"]["result"]["result"] for answer in written]


@pytest.mark.requirement("HUB-16")
def test_days_move_on_request(sandbox: Settings, place: Path) -> None:
    assert "2026-03-03" in run(CERTIFY[1], place, YIDI_PARTITIONS="2").stdout
    further = ".venv/bin/yidi sandbox vendor --to 2026-03-29 --json"
    told = json.loads(run(further, place, YIDI_PARTITIONS="2").stdout)
    assert told["day"] == "2026-03-29"
    assert {"node": NODE, "kafka": at_work(sandbox).kafka}.items() <= told.items()
    assert [one["area"] for one in told["hospitals"]] == ["510100", "420100"]


@pytest.fixture
async def town(sandbox: Settings) -> AsyncIterator[InStep]:
    """The others of the certification, on the day that is open."""
    servers = at_work(sandbox)
    opened = await read_opened(servers.postgres)
    assert opened
    async with (
        Connection(servers.kafka, OPERATOR) as connection,
        Operator(connection) as operator,
        Connection(servers.kafka, NODE) as own,
    ):
        town = InStep(operator, own, opened.day)
        await town.register(kit_of(NODE).requests)
        yield town


def ground_of(name: str, brokers: Brokers, folder: Path, node: str = NODE) -> Ground:
    """Where a run of this name is played."""
    run_id = f"{name}{int(time.time()):x}"
    places = kit_of(node).places
    return Ground(run_id, node, brokers.vendor, brokers.partitions, places, folder / name, center_of(node))


def failed(results: Iterable[Result]) -> dict[int, list[str]]:
    """What was found, by the number of the case."""
    return {one.case.number: [finding.en for finding in one.findings] for one in results if not one.passed}


@pytest.mark.requirement("HUB-30")
async def test_each_broken_adapter_fails_its_cases_and_no_other(
    brokers: Brokers, town: InStep, tmp_path: Path
) -> None:
    kinds = [Broken(Adapter, frozenset()), *BROKEN]
    async with Passage(brokers.vendor, brokers.real, NODE) as passage:
        players = [
            Player(ground_of(f"k{number}", brokers, tmp_path), town, passage, TaskClerk(kind.adapter))
            for number, kind in enumerate(kinds)
        ]
        room, found = asyncio.Semaphore(ALL_AT_ONCE), dict[str, dict[int, list[str]]]()

        async def play(number: int, case: Case) -> None:
            async with room:
                result = await players[number].play(case)
            found.setdefault(kinds[number].adapter.__name__, {}).update(failed([result]))

        cases = cases_for("hospital")
        quiet = [one for one in cases if not one.moves_days]
        await asyncio.gather(*(play(number, case) for case in quiet for number in range(len(kinds))))
        town.group = len(kinds)
        for case in cases:
            if case.moves_days:
                await asyncio.gather(*(play(number, case) for number in range(len(kinds))))
    wrong = {
        kind.adapter.__name__: found[kind.adapter.__name__]
        for kind in kinds
        if found.get(kind.adapter.__name__, {}).keys() != kind.fails
    }
    assert not wrong


@pytest.mark.requirement("HUB-30")
async def test_an_adapter_that_takes_any_answer_fails_where_answers_go_astray(
    brokers: Brokers, town: InStep, tmp_path: Path
) -> None:
    cases = [CATALOGUE[number] for number in (1, 2, 7, 9)]
    wish = Wish(NODE, TaskClerk(GREEDY.adapter), cases)
    results = await certify(wish, brokers, ground_of("greedy", brokers, tmp_path), town)
    assert failed(results).keys() == GREEDY.fails


@pytest.mark.requirement("HUB-30")
@pytest.mark.parametrize("kind", [Broken(Adapter, frozenset()), HALF], ids=["ours", "confirms half"])
async def test_a_centers_adapter_is_certified_by_its_batches(
    kind: Broken, brokers: Brokers, sandbox: Settings, tmp_path: Path
) -> None:
    node, center = "bazhong", center_of("bazhong")
    servers = at_work(sandbox)
    opened = await read_opened(servers.postgres)
    assert opened
    wish = Wish(node, TaskClerk(kind.adapter), cases_for("center"), 1, center, parties_of(center))
    async with (
        Connection(servers.kafka, OPERATOR) as connection,
        Operator(connection) as operator,
        Connection(servers.kafka, node) as own,
    ):
        town = InStep(operator, own, opened.day)
        results = await certify(wish, brokers, ground_of("c", brokers, tmp_path, node), town)
    assert failed(results).keys() == kind.fails


@pytest.mark.requirement("HUB-30")
def test_our_own_adapter_passes_by_the_command_and_its_report_is_signed(
    sandbox: Settings, place: Path
) -> None:
    command = f"{CERTIFY[2]} --case 1 --case 15 --together 2 --json"
    report = json.loads(run(command, place, YIDI_PARTITIONS="2").stdout)
    assert report["passed"]
    assert [case["number"] for case in report["cases"]] == [1, 15]
    assert "认证" in (place / "certify" / "certify-vendor.html").read_text("utf-8")
    assert "vendor" in run(CERTIFY[3], place).stdout
    assert date.fromisoformat(report["began_at"][:10])
