"""`yidi policy simulate`: a month's bills under a draft, exactly those and by exactly so much."""

import asyncio
import csv
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.cli.main import app
from services.cli.simulate.many import AHEAD, parts
from services.settlement.queries.simulate import MonthOfBills, Part, open_month, replay_page
from services.settlement.queries.store_month_bills import MonthBill
from shared.benefit.compare.simulation import LARGEST, Case, Group, Paid, Tally, tally_of
from shared.benefit.policy.checks import Policy, parse_policy
from shared.bus.service import Service
from shared.messages.body import Body
from shared.stack import Servers
from tests.benefit.given.cases import Changes, changed
from tests.given.driver import Driver
from tests.settlement.given.world import (
    D1,
    D3,
    D5,
    D9,
    PUREN,
    accepted,
    admit,
    agreement,
    bed,
    completed,
    coverage,
    discharge,
    filing,
    line,
    open_world,
    outpatient,
    policy,
    reverse,
    settle,
    tiers,
)

Open = Callable[[Service], Awaitable[Driver]]
MARCH = date(2026, 3, 1), date(2026, 3, 31)
LOWERED: Changes = {"inpatient.tiers.3.ratio_bp": 6_000}


def stay(visit_id: str, begun_on: date = D1, **given: Any) -> list[Body]:
    """A stay of 1 000 yuan in two days, all of it in scope, from its admission to its settlement."""
    keys = {"visit_id": visit_id, **given}
    return [
        admit(admitted_on=begun_on, **keys),
        bed("U1", 1000, cost_on=begun_on, **keys),
        discharge(discharged_on=begun_on + timedelta(1), **keys),
        settle(1, 100_000, **keys),
    ]


def clinic(visit_id: str, **given: Any) -> Body:
    return outpatient(line(1, price="200"), total_fen=20_000, visit_id=visit_id, **given)


async def a_month(driver_for: Open) -> Driver:
    """Two stays in tier 3 and a visit to the clinic, a stay in tier 2; one taken back, one of April."""
    driver = await open_world(driver_for, coverage("Wu"), filing(), filing("F2", person_id="Wu"))
    await accepted(driver, *stay("T3-first"))
    await accepted(driver, *stay("T3-second", D3), day=D9)
    await accepted(driver, *stay("T2", person_id="Wu", institution_id=PUREN), clinic("C1"))
    [*_, settled] = await accepted(driver, *stay("T3-back", D5), day=D9)
    await accepted(driver, reverse(completed(settled).settlement_id, visit_id="T3-back"))
    await accepted(driver, *stay("T3-april", D5, person_id="Wu"), day=date(2026, 4, 2))
    return driver


def draft(changes: Changes) -> Policy:
    return parse_policy(changed(dict(policy().policy), {"policy_id": "draft", **changes}))


async def held(dsn: str, tried: Policy) -> list[MonthBill]:
    async with open_month(dsn, tried, *MARCH) as month:
        bills = [bill async for page in month.pages for bill in page]
        assert len(bills) == month.bills
    return bills


async def replayed(dsn: str, tried: Policy) -> Part:
    """The whole month at once."""
    return replay_page(tried, await held(dsn, tried))


def moved(part: Part) -> dict[str, int]:
    """By how much the patient's part rises, by visit."""
    return {row[0]: int(row[-2]) for row in csv.reader(part.rows.decode().splitlines())}


async def test_a_ratio_lowered_by_5_points_moves_exactly_the_cases_of_its_tier(
    driver_for: Open, database: str
) -> None:
    await a_month(driver_for)
    part = await replayed(database, draft(LOWERED))
    # 5 % of what is above the deductible: 650 yuan in the first stay, half of it in the second.
    assert moved(part) == {"C1": 0, "T2": 0, "T3-first": 1_750, "T3-second": 3_375}
    totals = part.tally.totals()
    assert (totals.cases, totals.gainers, totals.losers) == (4, 0, 2)
    assert totals.fund_after_fen - totals.fund_before_fen == -5_125
    assert totals.personal_after_fen - totals.personal_before_fen == 5_125
    assert [case.visit_id for case in part.tally.largest] == ["T3-second", "T3-first"]


async def test_the_sums_stand_by_area_tier_scheme_and_kind(driver_for: Open, database: str) -> None:
    await a_month(driver_for)
    tally = (await replayed(database, draft(LOWERED))).tally
    found = {
        tuple(group): (sums.cases, sums.losers, sums.largest_loss_fen) for group, sums in tally.groups.items()
    }
    assert found == {
        ("510100", "3", "390", "inpatient"): (2, 2, 3_375),
        ("510100", "2", "390", "inpatient"): (1, 0, 0),
        ("510100", "3", "390", "outpatient_general"): (1, 0, 0),
    }


async def test_the_policy_in_force_tried_as_a_draft_moves_nothing(driver_for: Open, database: str) -> None:
    driver = await a_month(driver_for)
    await accepted(driver, clinic("C2"), clinic("C3", kind="outpatient_chronic", disease="M03900"))
    part = await replayed(database, draft({}))
    assert len(moved(part)) == 6
    assert set(moved(part).values()) == {0}


async def test_a_draft_of_next_year_is_tried_as_if_it_were_in_force(driver_for: Open, database: str) -> None:
    await a_month(driver_for)
    later = {"in_force_from": "2027-01-01", "in_force_until": "2028-01-01", **LOWERED}
    now, then = [await replayed(database, draft(changes)) for changes in (LOWERED, later)]
    assert then == now


async def test_what_the_draft_refuses_is_counted_apart_and_named(driver_for: Open, database: str) -> None:
    await a_month(driver_for)
    part = await replayed(database, draft({"inpatient.tiers.2": None, "outpatient_general": None}))
    totals, refused = part.tally.totals(), part.tally.refused
    assert (totals.cases, totals.refused) == (2, 2)
    assert {reason: sums.refused for reason, sums in refused.items()} == {
        ("TIER_UNKNOWN", "2"): 1,
        ("KIND_NOT_COVERED", "outpatient_general"): 1,
    }
    codes = {row[0]: row[-1] for row in csv.reader(part.rows.decode().splitlines())}
    assert codes == {"C1": "KIND_NOT_COVERED", "T2": "TIER_UNKNOWN", "T3-first": "", "T3-second": ""}


# what the draft says; whose bills it would hold for
REPLACED: list[tuple[Changes, set[str]]] = [
    ({}, {"City", "County"}),
    ({"issuer_level": "province"}, {"City", "County", "Provincial"}),
    ({"insured_area": "511902"}, {"County"}),
    ({"insured_area": "510000"}, {"City", "County", "Elsewhere"}),
    ({"insured_area": "511903"}, set()),
    ({"scheme": "310"}, {"Employee"}),
]


async def test_only_bills_the_draft_would_hold_for_are_replayed(driver_for: Open, database: str) -> None:
    persons = [coverage("City"), coverage("Employee", scheme="310"), coverage("Elsewhere", area="510300")]
    persons += [coverage("County", area="511902"), coverage("Provincial", area="511921")]
    policies = [policy("310", scheme="310"), policy("510300", area="510300")]
    policies.append(policy("511921", area="511921", issuer_level="province"))
    there = agreement("510300"), tiers(area="510300")
    driver = await open_world(driver_for, *persons, *policies, *there)
    for person in persons:
        await accepted(driver, *stay(person.person_id, person_id=person.person_id))
    for changes, replaced in REPLACED:
        assert set(moved(await replayed(database, draft(changes)))) == replaced, changes


async def test_several_processes_tell_what_one_tells_few_pages_ahead(driver_for: Open, database: str) -> None:
    await a_month(driver_for)
    bills = await held(database, draft(LOWERED)) * 5
    taken = 0

    async def pages() -> AsyncIterator[list[MonthBill]]:
        nonlocal taken
        for bill in bills:
            taken += 1
            yield [bill]

    alone = [part async for part in parts(draft(LOWERED), MonthOfBills(len(bills), pages()), 1)]
    taken, together = 0, []
    async for part in parts(draft(LOWERED), MonthOfBills(len(bills), pages()), 2):
        together.append(part)
        assert taken - len(together) <= 2 * AHEAD
    assert together == alone
    assert len(together) == 20


def cases(*moves_fen: int) -> list[Case]:
    group = Group("510100", "3", "390", "inpatient")
    return [
        Case(f"V{number:02}", "S", group, Paid(1_000, 1_000), Paid(1_000 - fen, 1_000 + fen))
        for number, fen in enumerate(moves_fen)
    ]


def test_the_tallies_of_two_pages_are_the_tally_of_both() -> None:
    found = cases(*range(-9, 10))
    whole = Tally()
    for page in (found[:7], found[7:]):
        whole.add(tally_of(page))
    assert whole == tally_of(found)
    assert [abs(case.moved_fen) for case in whole.largest] == [9, 9, 8, 8, 7, 7, 6, 6, 5, 5]
    assert len(whole.largest) == LARGEST
    totals = whole.totals()
    assert (totals.cases, totals.gainers, totals.losers) == (19, 9, 9)
    assert (totals.largest_gain_fen, totals.largest_loss_fen) == (9, 9)


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {toml(each)}' for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def written(folder: Path, changes: Changes) -> Path:
    path = folder / "draft.toml"
    content = changed(dict(policy().policy), {"policy_id": "draft", **changes})
    path.write_text("".join(f"{key} = {toml(value)}\n" for key, value in content.items()), "utf-8")
    return path


def run(dsn: str, servers: Servers, *arguments: object) -> Result:
    env = {"YIDI_POSTGRES": dsn, "YIDI_KAFKA": servers.kafka, "COLUMNS": "200"}
    return CliRunner().invoke(app, ["policy", "simulate", *map(str, arguments)], env=env)


async def test_the_command_writes_the_cases_and_the_chart_and_tells_the_totals(
    driver_for: Open, database: str, servers: Servers, tmp_path: Path
) -> None:
    await a_month(driver_for)
    out = tmp_path / "out"
    arguments = (written(tmp_path, LOWERED), "--month", "2026-03", "--out", out, "--json")
    done = await asyncio.to_thread(run, database, servers, *arguments)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["draft"], told["month"], told["bills"]) == ("draft", "2026-03", 4)
    assert told["totals"]["fund_difference_fen"] == -5_125
    assert told["totals"]["personal_difference_fen"] == 5_125
    assert sum(group["losers"] for group in told["groups"]) == 2
    rows = list(csv.DictReader((out / "cases.csv").read_text("utf-8").splitlines()))
    assert {row["visit_id"]: row["fund_difference_fen"] for row in rows} == {
        "C1": "0",
        "T2": "0",
        "T3-first": "-1750",
        "T3-second": "-3375",
    }
    assert (out / "chart.png").read_bytes().startswith(b"\x89PNG")


async def test_people_are_told_the_groups_the_refusals_and_the_largest_changes(
    driver_for: Open, database: str, servers: Servers, tmp_path: Path
) -> None:
    await a_month(driver_for)
    path = written(tmp_path, {**LOWERED, "inpatient.tiers.2": None})
    done = await asyncio.to_thread(run, database, servers, path, "--month", "2026-03", "--out", tmp_path)
    assert done.exit_code == 0, done.output
    for words in ("T3-second", "+33.75", "TIER_UNKNOWN", "住院 inpatient", "合计 all", "cases.csv"):
        assert words in done.stdout


async def test_a_month_without_such_bills_exits_1(database: str, servers: Servers, tmp_path: Path) -> None:
    arguments = (written(tmp_path, {}), "--month", "2025-12", "--out", tmp_path)
    done = await asyncio.to_thread(run, database, servers, *arguments)
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)


WRONG = [
    (("{folder}/nowhere.toml", "--month", "2026-03"), "nowhere.toml"),
    (("{folder}/draft.toml", "--month", "2026-13"), "2026-13"),
    (("{folder}/draft.toml", "--month", "March"), "March"),
    (("{folder}/draft.toml", "--month", "2026-03", "--out", "{folder}/draft.toml"), "draft.toml"),
    (("{folder}/broken.toml", "--month", "2026-03"), "inpatient.tiers.3.ratio_bp"),
]


@pytest.mark.parametrize(("arguments", "named"), WRONG)
def test_what_is_wrong_is_told_in_one_line_and_exits_2(
    tmp_path: Path, arguments: tuple[str, ...], named: str
) -> None:
    written(tmp_path, {"inpatient.tiers.3.ratio_bp": 20_000}).rename(tmp_path / "broken.toml")
    written(tmp_path, {})
    given = [argument.format(folder=tmp_path) for argument in arguments]
    given += [] if "--out" in given else ["--out", str(tmp_path)]
    done = CliRunner().invoke(app, ["policy", "simulate", *given])
    assert done.exit_code == 2
    [told] = done.stderr.splitlines()
    assert named in told


def test_the_help_says_that_the_year_is_not_replayed() -> None:
    shown = CliRunner().invoke(app, ["policy", "simulate", "--help"])
    assert "year-to-date" in shown.stdout
    assert "yidi policy simulate draft-2027.toml" in shown.stdout
