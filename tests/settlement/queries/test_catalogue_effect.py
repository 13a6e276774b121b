"""What another catalogue would have the funds pay: each line anew, and what was settled stays as it is."""

import asyncio
import json
from datetime import date

import pytest
from typer.testing import CliRunner, Result

from services.cli.main import app
from services.settlement.queries.catalogue_effect import Between, read_effect
from shared.messages.enrollment.registers import CataloguePublished
from shared.stack import Servers
from tests.settlement.given.world import (
    D2,
    DriverFor,
    accepted,
    admit,
    catalogue,
    discharge,
    filing,
    line,
    open_world,
    outpatient,
    settle,
    upload,
)

MARCH = Between(date(2026, 3, 1), date(2026, 3, 31), "390", "511900", "510100")


def at_home() -> CataloguePublished:
    """The insured place's own: the bed is outside of it, the drug inside without a share or a limit."""
    return catalogue("C-home", BED="03", DRUG="01").model_copy(update={"area": "511900"})


def run(dsn: str, servers: Servers, *arguments: str) -> Result:
    env = {"YIDI_POSTGRES": dsn, "YIDI_KAFKA": servers.kafka, "COLUMNS": "160"}
    return CliRunner().invoke(app, ["policy", "catalog-effect", *arguments], env=env)


@pytest.mark.requirement("SET-24")
async def test_each_catalogue_has_the_funds_pay_by_its_own_classes(
    driver_for: DriverFor, database: str, servers: Servers
) -> None:
    driver = await open_world(driver_for, filing())
    sold = line(1, price="1500"), line(2, item="DRUG", category="09", quantity="3", price="30.55")
    back = line(3, item="DRUG", category="09", quantity="-1", price="30.55")
    await accepted(
        driver,
        admit(),
        upload("U1", *sold, total_fen=159_165),
        upload("U2", back, total_fen=-3_055, cost_on=D2),
        discharge(),
        settle(3, 150_000 + 6_110),
        outpatient(line(1, price="200"), total_fen=20_000, visit_id="C1"),
    )
    before = await read_effect(database, MARCH)
    for mode in ("treatment", "insured", "provincial"):  # all have the province's as yet
        sums = before.sums[mode]
        assert (sums.cases, sums.fund_after_fen) == (2, sums.fund_before_fen)
        assert (sums.gainers, sums.losers) == (0, 0)
    await driver.hear(at_home())
    after = await read_effect(database, MARCH)
    assert after.sums["treatment"] == before.sums["treatment"]
    insured = after.sums["insured"]
    assert (insured.cases, insured.fund_after_fen, insured.losers) == (2, 0, 2)
    asked = ("--insured", "511900", "--treated", "510000", "--month", "2026-03", "--json")
    done = await asyncio.to_thread(run, database, servers, *asked)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["bills"] == 2
    assert told["modes"]["insured"]["fund_difference_fen"] == -insured.fund_before_fen < 0
    none = await asyncio.to_thread(run, database, servers, *asked[:4], "--month", "2025-12")
    assert none.exit_code == 1


WRONG = [("51190", "2026-03", "--insured 51190"), ("511900", "2026-13", "2026-13")]


@pytest.mark.parametrize(("insured", "month", "named"), WRONG)
def test_what_is_wrong_is_told_in_one_line(insured: str, month: str, named: str) -> None:
    asked = ("--insured", insured, "--treated", "510100", "--month", month)
    done = CliRunner().invoke(app, ["policy", "catalog-effect", *asked])
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert named in done.stderr
