"""`yidi explain`: every fen of a settlement, and what made two of them differ."""

import json
from collections.abc import Awaitable, Callable

import pytest
from typer.testing import CliRunner

from services.cli.case import slip_command
from services.cli.case.explain_command import _document, _print, _print_json
from services.cli.main import app
from services.settlement.queries.explain import Explained, explain
from services.settlement.queries.settlement_list import read_list
from shared.benefit.compare.comparison import compare
from shared.bus.service import Service
from shared.messages.settlement.queries import QueryVisit
from shared.statements.slip.found import slip_of
from shared.statements.slip.paper import slip_paper
from tests.given.driver import Driver
from tests.settlement.given.by_hand import AGENCY, center, claim, self_paid
from tests.settlement.given.world import (  # fmt: skip
    HUAXI,
    KEYS,
    accepted,
    ask,
    coverage,
    filing,
    line,
    open_world,
    policy,
    prices,
    readmission,
    result,
    reverse,
    settle,
    stay,
)

Open = Callable[[Service], Awaitable[Driver]]


async def told(driver: Driver, dsn: str, *ids: str) -> list[Explained]:
    found = await explain(dsn, list(ids))
    assert None not in found
    return [one for one in found if one]


async def two_stays(driver_for: Open) -> Driver:
    driver = await open_world(driver_for, filing())
    await accepted(driver, *stay(), settle(1, 100_000))
    await accepted(driver, *readmission(), settle(1, 100_000, visit_id="V2"))
    return driver


async def test_the_steps_of_a_settlement_add_up_to_its_fund_and_patients_part(
    driver_for: Open, database: str
) -> None:
    driver = await two_stays(driver_for)
    [one] = await told(driver, database, "V1")
    document = _document(one)
    sums = {
        part: sum(step["amount_fen"] for step in document["derivation"] if step["step"].startswith(part))
        for part in ("fund.", "personal.")
    }
    assert sums == {"fund.": document["fund_fen"], "personal.": document["personal_fen"]}
    assert document["fund_fen"] == one.settlement.fund_fen


async def test_a_second_stay_differs_by_the_deductible_step_and_its_fen(
    driver_for: Open, database: str
) -> None:
    driver = await two_stays(driver_for)
    first, second = await told(driver, database, "V1", "V2")

    causes = compare(first.settled, second.settled)

    moved = second.settlement.fund_fen - first.settlement.fund_fen
    assert moved > 0
    assert [(cause.step, cause.fund_fen, cause.personal_fen) for cause in causes] == [
        ("deductible", moved, -moved)
    ]


async def test_the_causes_add_up_whatever_differs(driver_for: Open, database: str) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay(), settle(1, 100_000))
    await driver.hear(filing(), coverage("Lin", retired=True), source="referral")
    await driver.hear(policy(retired={"ratio_bonus_bp": 300}), source="enrollment")
    await accepted(driver, *readmission(3000), settle(1, 300_000, visit_id="V2"))
    first, second = await told(driver, database, "V1", "V2")

    causes = compare(first.settled, second.settled)

    assert {cause.step for cause in causes} >= {"total", "ratio", "deductible"}
    assert (causes[0].first.split("，")[0], causes[0].second.split("，")[0]) == ("1000.00", "3000.00")
    for name in ("fund_fen", "personal_fen"):
        whole = getattr(second.settled.split, name) - getattr(first.settled.split, name)
        assert sum(getattr(cause, name) for cause in causes) == whole


async def test_a_settlement_that_was_taken_back_is_told_by_its_own_id(
    driver_for: Open, database: str
) -> None:
    driver = await open_world(driver_for, filing())
    await accepted(driver, *stay(), settle(1, 100_000))
    [before] = await told(driver, database, "V1")
    await accepted(driver, reverse(before.settlement.settlement_id))
    await accepted(driver, settle(1, 100_000))

    taken_back, in_force = await told(driver, database, before.settlement.settlement_id, "V1")

    assert (taken_back.settlement.attempt, taken_back.reversal_id is None) == (1, False)
    assert (in_force.settlement.attempt, in_force.reversal_id) == (2, None)


@pytest.mark.requirement("MAN-01")
async def test_a_claim_tells_what_the_prices_at_home_made_of_it(
    driver_for: Open, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    driver = await open_world(driver_for, center(), prices())
    lines = line(1, price="1000"), line(2, "DRUG", price="10", category="09")  # 80 yuan at home; no price
    await accepted(driver, self_paid(*lines, total_fen=101_000))
    [done] = await accepted(driver, claim(), source=AGENCY)
    settlement_id = result(done.answer).settlement_id

    claimed = await told(driver, database, "V1")
    _print(claimed, None)
    await accepted(driver, reverse(settlement_id), source=AGENCY)
    [taken_back] = await told(driver, database, settlement_id)

    assert "超出 920.00 元由个人负担，1 项无价可比" in capsys.readouterr().out
    assert (_document(claimed[0])["excess_fen"], taken_back.paid_bill) == (92_000, None)


async def test_the_slip_of_the_command_is_that_of_the_hospital(driver_for: Open, database: str) -> None:
    driver = await two_stays(driver_for)
    found = result(await ask(driver, QueryVisit(**KEYS)))
    [one] = await told(driver, database, "V1")
    own, asked = slip_command.slip_of(one, ""), slip_of(found, "Lin", HUAXI)
    assert asked is not None
    assert slip_paper(own) == slip_paper(asked)
    assert await slip_command._read(database, "V9") is None
    listed = await read_list(database, one.settlement.settlement_id)
    assert listed == ("Lin", HUAXI, found)
    assert await read_list(database, "V9") is None
    read = await slip_command._read(database, one.settlement.settlement_id)
    assert read is not None
    assert (read.visit_id, read.institution_name) == ("V1", "")


async def test_an_unknown_id_explains_nothing(driver_for: Open, database: str) -> None:
    await open_world(driver_for)
    assert await explain(database, ["V9"]) == [None]


async def test_the_json_of_a_comparison_names_both_and_the_causes(
    driver_for: Open, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    driver = await two_stays(driver_for)
    both = await told(driver, database, "V1", "V2")
    _print_json(both, compare(both[0].settled, both[1].settled))
    said = json.loads(capsys.readouterr().out)
    assert (said["first"]["visit_id"], said["second"]["visit_id"]) == ("V1", "V2")
    assert [cause["step"] for cause in said["causes"]] == ["deductible"]


def test_the_help_shows_an_example() -> None:
    shown = CliRunner().invoke(app, ["explain", "--help"])
    assert "yidi explain V1-000000 --compare" in shown.stdout
