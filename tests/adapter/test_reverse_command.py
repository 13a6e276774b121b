"""`yidi reverse`: refused with what would become of later settlements, and in a cascade done."""

import asyncio
import json
from typing import Any
from uuid import uuid4

from typer.testing import CliRunner, Result

from services.cli.demo.stage import Stage
from services.cli.main import app
from shared.adapter import Hospital, Visit
from shared.messages.settlement.visits import FeeLine
from tests.adapter.given.town import TODAY

PERSON = "SAMPLE-0016"


async def _run(town: Stage, *argv: str) -> Result:
    env = {"YIDI_KAFKA": town.servers.kafka, "YIDI_POSTGRES": town.servers.postgres}
    return await asyncio.to_thread(CliRunner().invoke, app, ["reverse", *argv], env=env)


def _last(done: Result) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


async def test_a_reversal_under_later_ones_is_refused_and_in_a_cascade_done(
    town: Stage, hospital: Hospital
) -> None:
    lines = [FeeLine(line="1", item="X01-001", category="01", quantity="1", price="300.00")]
    visits = [Visit(uuid4().hex, PERSON) for _ in range(2)]
    first, second = [
        await hospital.settle_outpatient(visit, "outpatient_general", TODAY, lines) for visit in visits
    ]

    refused = await _run(town, first.settlement_id, "--reason", "收费有误", "--json")
    table = await _run(town, first.settlement_id, "--reason", "收费有误")
    done = await _run(town, first.settlement_id, "--reason", "收费有误", "--cascade", "--json")

    assert (refused.exit_code, _last(refused)["code"]) == (1, "NEWER_SETTLEMENT")
    assert [one["settlement_id"] for one in _last(refused)["later"]] == [second.settlement_id]
    assert table.exit_code == 1
    assert "成为" in table.stdout
    assert done.exit_code == 0, done.output
    [became] = _last(done)["later"]
    assert became["new_fund_fen"] == first.payments.fund_fen
    again = await _run(town, became["new_settlement_id"], "--reason", "收费有误")
    assert again.exit_code == 0
    assert "已冲正" in again.stdout


async def test_a_claimed_bill_is_taken_back_for_the_agency(town: Stage, hospital: Hospital) -> None:
    visit = Visit(uuid4().hex, PERSON)
    lines = [FeeLine(line="1", item="X01-001", category="01", quantity="100", price="32.00")]
    await hospital.upload_self_paid(
        visit, "outpatient_general", TODAY, f"R-{visit.visit_id}", lines, diagnoses=("I10",)
    )
    claimed = await hospital.claim(visit, "health_card", "card-token-2")

    done = await _run(town, claimed.settlement_id, "--reason", "票据作废", "--json")

    assert (done.exit_code, _last(done)["code"]) == (0, "OK"), done.output
    assert _last(done)["order_fen"] == 0  # it was not paid yet: nothing is to come back


async def test_a_settlement_that_is_not_there_is_said_to_be_unknown(town: Stage) -> None:
    done = await _run(town, "nothing", "--reason", "x")

    assert done.exit_code == 1
    assert "no such settlement" in done.output
