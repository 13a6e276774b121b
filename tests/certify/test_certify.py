"""Certification against real services: ours passes, each adapter broken on purpose fails its cases alone."""

import asyncio
import json
import shlex
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, nullcontext
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli.certify import run as run_module
from services.cli.certify.credentials import credentials_of
from services.cli.certify.kit import center_of, kit_of, parties_of
from services.cli.main import app
from services.enrollment.opened import read_opened
from shared.adapter import Connection, Operator
from shared.adapter.operator import OPERATOR
from shared.adapter.refused import accepted
from shared.bus.client import client
from shared.certify.cases.case import Case
from shared.certify.cases.catalogue import CATALOGUE, cases_for
from shared.certify.cases.document import Place
from shared.certify.example import adapter
from shared.certify.play.certification import Brokers, Ground, Party, Wish, certify
from shared.certify.play.passage import Passage
from shared.certify.play.player import Player, Result
from shared.messages.enrollment.agreements import SignAgreement
from shared.messages.enrollment.persons import FindPerson, QuerySealingKey, SealingKeyFound
from shared.settings import Settings
from shared.stack import at_work
from shared.trust.sealed import SealingKey, seal
from tests.adapter.given.stranger import ANSWERS, VISIT
from tests.certify.conftest import NODE, PARTITIONS
from tests.certify.given.broken import BROKEN, GREEDY, HALF, OURS, Broken
from tests.certify.given.within import InStep, TaskClerk
from tests.given.pages import CERTIFY
from tests.given.programs import install
from tests.given.programs import run as run_node

HIS = Path(__file__).parents[1] / "adapter" / "node"
Failed = dict[int, list[str]]
ASK_AGAIN_S, BATCH_S, LATE_S = 4.5, 1.2, 6  # and a broken one gives up before
# Two statements for another center than the one that is certified beside it.
AREAS = {"510100": ("H51010000001", "jinsha"), "500000": ("H50000000001", "liangjiang")}
PARTIES = [Party("380", Place(hospital, area), node) for area, (hospital, node) in AREAS.items()]
AGREEMENTS = [
    SignAgreement(
        agreement_id=f"A-411525-{area}",
        insured_area="411525",
        treatment_area=area,
        schemes=("380",),
        insured_center="410000",
        treatment_center=area,
        funding_mode="AGENCY_PREFUND",
        in_force_from=date(2023, 1, 1),
        in_force_until=date(2028, 1, 1),
        prefund_quota_fen=100_000_000,
    )
    for area in AREAS
]


Yidi = Callable[..., str]


@pytest.fixture
def yidi(sandbox: Settings, brokers: Brokers, place: Path, monkeypatch: pytest.MonkeyPatch) -> Yidi:
    """Runs a command of the pages in this process, with the vendor's broker that is there already."""
    monkeypatch.setenv("YIDI_HOME", str(sandbox.home))
    monkeypatch.setenv("YIDI_PARTITIONS", str(PARTITIONS))
    monkeypatch.setattr(run_module, "vendor_broker", lambda *_: nullcontext(brokers.vendor))

    def invoke(command: str, code: int = 0) -> str:
        [program, *arguments] = shlex.split(command.replace("build/", f"{place}/"))
        assert program == ".venv/bin/yidi"
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == code, done.output
        return done.stdout

    return invoke


@pytest.mark.requirement("HUB-16")
def test_the_client_of_the_guide_settles_its_visit_in_the_sandbox(sandbox: Settings, tmp_path: Path) -> None:
    place = install(HIS, tmp_path)
    (place / "visit.json").write_text(VISIT.read_text(encoding="utf-8"), encoding="utf-8")
    said = run_node(["node", "his.mjs", at_work(sandbox).kafka, "visit.json"], place).splitlines()
    written = json.loads(ANSWERS.read_text(encoding="utf-8"))
    assert [line.split()[1] for line in said] == [answer["body"]["result"]["result"] for answer in written]


@pytest.mark.requirement("HUB-16")
def test_days_move_on_request(sandbox: Settings, yidi: Yidi) -> None:
    told = json.loads(yidi(f"{CERTIFY[1]} --json"))
    assert told["day"] == "2026-03-27"
    assert {"node": NODE, "kafka": at_work(sandbox).kafka}.items() <= told.items()
    assert [one["area"] for one in told["hospitals"]] == ["510100", "420100"]


@pytest.mark.requirement("ENR-02")
async def test_what_people_of_the_sandbox_show_is_found_or_refused_as_it_says(sandbox: Settings) -> None:
    kit = kit_of(NODE)
    hospital, codes = kit.hospitals[0].institution_id, []
    async with Connection(at_work(sandbox).kafka, NODE) as connection:
        found = accepted((await connection.ask(QuerySealingKey())).answer).result
        assert isinstance(found, SealingKeyFound)
        for one in list(credentials_of(kit))[:3]:
            purpose, key = (
                f"credential {hospital} {one.credential}",
                SealingKey(found.key_id, found.public_key),
            )
            sealed = seal(key, purpose, one.number.encode())
            body = FindPerson(institution_id=hospital, credential=one.credential, sealed=sealed)
            answer = (await connection.ask(body)).answer
            codes.append(answer.code)
            assert answer.result is None or one.person_id in answer.result.model_dump_json()
    assert codes == ["OK", "OK", "CREDENTIAL_NOT_VALID"]


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
        await town.register([*kit_of(NODE).requests, AGREEMENTS])
        yield town


class Stage:
    """What a test of this file plays with: brokers, the others, a folder, and all that is to be closed."""

    def __init__(self, brokers: Brokers, town: InStep, folder: Path, opened: AsyncExitStack) -> None:
        self.brokers, self.town, self._folder, self._opened = brokers, town, folder, opened

    def clerk(self, kind: Broken) -> TaskClerk:
        """The adapter as a task."""
        return TaskClerk(kind.adapter, self._opened)

    def ground(self, name: str, node: str = NODE) -> Ground:
        """Where a run of this name is played."""
        run_id, folder, places = f"{name}{int(time.time()):x}", self._folder / name, kit_of(node).places
        return Ground(run_id, node, self.brokers.vendor, PARTITIONS, places, folder, center_of(node))

    async def certify(self, kind: Broken, cases: list[Case], node: str, parties: list[Party]) -> Failed:
        """Certifies an adapter of a node alone; a hospital's in one case after the other."""
        center = center_of(node)
        wish = Wish(node, self.clerk(kind), cases, len(cases) if center else 1, center, parties)
        return failed(await certify(wish, self.brokers, self.ground(node, node), self.town))


@pytest.fixture
async def stage(
    brokers: Brokers, town: InStep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    """The stage of one test, whose adapters ask again and give up sooner than they do in use."""
    monkeypatch.setattr(client, "FIRST_WAIT_S", ASK_AGAIN_S)
    monkeypatch.setattr(adapter, "BATCH_S", BATCH_S)
    async with AsyncExitStack() as opened:
        yield Stage(brokers, town, tmp_path, opened)


def failed(results: Iterable[Result]) -> Failed:
    """What was found, by the number of the case."""
    return {one.case.number: [finding.en for finding in one.findings] for one in results if not one.passed}


def _sooner(case: Case) -> Case:
    """A case whose answer comes less late, though later than anybody asks again."""
    if case.luck is None or case.luck.kind != "late":
        return case
    return case._replace(luck=case.luck._replace(seconds=LATE_S))


async def hospitals(stage: Stage, kinds: Sequence[Broken]) -> dict[str, Failed]:
    """Certifies hospitals' adapters side by side; each case that moves days is played by all in step."""
    found = {kind.adapter.__name__: Failed() for kind in kinds}
    tried = {kind.adapter.__name__: kind.tried for kind in kinds}
    async with Passage(stage.brokers.vendor, stage.brokers.real, NODE) as passage:
        players = {
            kind.adapter.__name__: Player(stage.ground(f"k{number}-"), stage.town, passage, stage.clerk(kind))
            for number, kind in enumerate(kinds)
        }

        async def play(name: str, cases: Sequence[Case]) -> None:
            for case in (one for one in cases if one.number in tried[name]):
                found[name].update(failed([await players[name].play(case)]))

        cases = [_sooner(case) for case in cases_for("hospital")]
        quiet = [one for one in cases if not one.moves_days]
        slow = [one for one in quiet if one.luck and one.luck.kind in {"late", "lost"}]
        swift = [one for one in quiet if one not in slow]
        in_hand = (*([one] for one in slow), swift[::2], swift[1::2])
        await asyncio.gather(*(play(name, hand) for name in players for hand in in_hand))
        for case in cases:
            if case.moves_days:
                await asyncio.gather(*(play(name, [case]) for name in players))
    return found


@pytest.mark.requirement("HUB-30")
async def test_each_broken_adapter_fails_its_cases_and_no_other(stage: Stage) -> None:
    kinds = [OURS, *BROKEN]
    stage.town.group = {"day": sum(16 in kind.tried for kind in kinds)}
    stage.town.group["month"] = sum(17 in kind.tried for kind in kinds) + 2
    found, ours, half = await asyncio.gather(
        hospitals(stage, kinds),
        stage.certify(OURS, cases_for("center"), "bazhong", parties_of(center_of("bazhong"))),
        stage.certify(HALF, cases_for("center", {18, 19}), "henan", PARTIES),
    )
    expected = {kind.adapter.__name__: kind.fails & kind.tried for kind in kinds}
    wrong = {name: told for name, told in found.items() if told.keys() != expected[name]}
    assert not wrong
    assert not ours
    assert half.keys() == HALF.fails


@pytest.mark.requirement("HUB-30")
async def test_an_adapter_that_takes_any_answer_fails_where_answers_go_astray(stage: Stage) -> None:
    cases = [CATALOGUE[number] for number in (1, 2, 7, 9)]
    assert (await stage.certify(GREEDY, cases, NODE, [])).keys() == GREEDY.fails


@pytest.mark.requirement("HUB-30")
def test_our_own_adapter_passes_by_the_command_and_its_report_is_signed(yidi: Yidi, place: Path) -> None:
    report = json.loads(yidi(f"{CERTIFY[2]} --case 15 --json"))
    assert [(case["number"], case["outcome"]) for case in report["cases"]] == [(15, "passed")]
    assert not report["passed"]
    assert "认证" in (place / "certify" / "certify-vendor.html").read_text("utf-8")
    assert "(1 of 17)" in yidi(CERTIFY[3], code=1)
    assert date.fromisoformat(report["began_at"][:10])
