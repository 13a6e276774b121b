"""A hospital's side, against the services."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.cli.demo.stage import Stage
from shared.adapter import Asked, Connection, Hospital, RefusedError, Visit
from shared.messages.settlement.visits import FeeLine
from tests.adapter.given.town import EMPLOYEE, TODAY
from tests.journeys.given.his_example import treat

DESK = "realtime.encounters"
RESIDENT = "SAMPLE-0001"


def visit_of(person: str) -> Visit:
    return Visit(uuid4().hex, person)


def fees(*prices: str) -> list[FeeLine]:
    return [
        FeeLine(line=f"{number}", item="X01-001", category="01", quantity="1", price=price)
        for number, price in enumerate(prices)
    ]


async def test_the_example_of_the_readme_settles_a_stay(town: Stage) -> None:
    settled = await treat(town.servers.kafka, visit_of("SAMPLE-0005"))
    assert settled.payments.total_fen == 52_691
    assert settled.filing == "none"


async def test_a_filing_made_a_moment_ago_counts_in_the_next_quote(hospital: Hospital) -> None:
    visit, lines = visit_of(RESIDENT), fees("9000.00")
    await hospital.admit(visit, TODAY)
    await hospital.upload_costs(visit, visit.visit_id, TODAY, lines)
    unfiled = await hospital.quote(visit, lines)
    await hospital.file(RESIDENT, uuid4().hex, "referral", "510100", TODAY)
    filed = await hospital.quote(visit, lines)
    assert (unfiled.filing, filed.filing) == ("none", "referral")
    assert filed.payments.fund_fen - unfiled.payments.fund_fen == (900_000 - 65_000) * 500 // 10_000


async def test_a_settlement_is_what_was_quoted_taken_back_and_made_again(hospital: Hospital) -> None:
    visit, lines = visit_of(EMPLOYEE), fees("300.00")
    quoted = await hospital.quote_outpatient(visit, "outpatient_general", TODAY, lines)
    with pytest.raises(RefusedError, match="UNKNOWN_VISIT"):  # a quote leaves nothing
        await hospital.query_visit(visit)
    first = await hospital.settle_outpatient(visit, "outpatient_general", TODAY, lines)
    assert first.payments == quoted.payments
    await hospital.reverse(visit, first.settlement_id, "收费有误")
    second = await hospital.settle_outpatient(visit, "outpatient_general", TODAY, lines)
    assert second.settlement_id != first.settlement_id
    assert second.payments == first.payments


async def test_a_no_is_an_exception_with_code_place_and_advice(hospital: Hospital) -> None:
    with pytest.raises(RefusedError, match="先办理入院登记") as refused:
        await hospital.settle(visit_of(RESIDENT), fees("1"))
    assert (refused.value.code, refused.value.answer.where) == ("UNKNOWN_VISIT", "visit_id")


async def test_a_wrong_control_total_is_answered_with_the_days_that_are_held(hospital: Hospital) -> None:
    visit, lines = visit_of("SAMPLE-0006"), fees("10.00", "20.00")
    await hospital.admit(visit, TODAY - timedelta(days=1))
    await hospital.upload_costs(visit, "monday", TODAY, lines[:1], now=True)
    with pytest.raises(RefusedError) as refused:
        await hospital.quote(visit, lines)
    [day] = refused.value.answer.days
    assert (day.cost_on, day.uploads, day.lines, day.total_fen) == (TODAY, ("monday",), 1, 1000)


async def test_an_upload_that_is_cancelled_does_not_count(hospital: Hospital) -> None:
    visit, lines, name = visit_of("SAMPLE-0009"), fees("10.00"), uuid4().hex
    await hospital.admit(visit, TODAY)
    await hospital.upload_costs(visit, "kept", TODAY, lines, now=True)
    await hospital.upload_costs(visit, "slip", TODAY, fees("7.00"), now=True, id=name)
    asked = Asked(name, DESK, visit.person_id)
    assert (await hospital.cancel(asked, "误传")).original_id == name
    assert (await hospital.quote(visit, lines)).payments.total_fen == 1000


async def test_a_request_cancelled_before_it_was_heard_never_takes_effect(hospital: Hospital) -> None:
    visit, name = visit_of("SAMPLE-0010"), uuid4().hex
    await hospital.cancel(Asked(name, DESK, visit.person_id))
    with pytest.raises(RefusedError) as refused:
        await hospital.admit(visit, TODAY, id=name)
    assert refused.value.code == "CANCELLED"


async def test_another_nodes_institution_is_refused(connection: Connection) -> None:
    with pytest.raises(RefusedError) as refused:
        await Hospital(connection, "H51010000004").admit(visit_of(RESIDENT), TODAY)
    assert refused.value.code == "INSTITUTION_NOT_YOURS"
