"""Outpatient, chronic and pharmacy bills, settled whole."""

from typing import Any

import pytest

from services.settlement.model.upload import unpack_lines
from shared.messages.settlement.visits import SettlementCompleted
from tests.settlement.given.world import (  # fmt: skip
    BAZHONG,
    D9,
    PHARMACY,
    DriverFor,
    accepted,
    ask,
    bed,
    completed,
    coverage,
    filing,
    institution,
    line,
    open_world,
    outpatient,
    policy,
    refusals,
    result,
    reverse,
    rows,
)

CHRONIC = {"kind": "outpatient_chronic", "disease": "M03900"}
DRUGSTORE = {"kind": "pharmacy", "institution_id": PHARMACY}


@pytest.mark.requirement("OUT-03")
@pytest.mark.requirement("OUT-04")
@pytest.mark.requirement("REF-14")
async def test_an_unfiled_bill_is_split_line_by_line_and_settled_whole(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    lines = [line(1), line(2, "DRUG", "2", "25", "09"), line(3, "X", category="14")]

    [settled] = await accepted(driver, outpatient(*lines, total_fen=25_000))

    [fact] = settled.facts
    assert isinstance(fact, SettlementCompleted)
    # In scope 136 yuan; 50 are the year's deductible, 60 % of the rest.
    assert (fact.kind, fact.filing, fact.discharged_on) == ("outpatient_general", "none", None)
    assert (fact.payments.in_scope_fen, fact.payments.pool_fen) == (13_600, 5_160)
    assert set(fact.by_category) == {"01", "09", "14"}
    [(packed,)] = await rows(driver, "SELECT lines FROM settlement")
    assert [kept.full_self_pay_fen for kept in unpack_lines(packed)] == [0, 0, 10_000]


@pytest.mark.requirement("OUT-07")
@pytest.mark.requirement("OUT-09")
@pytest.mark.requirement("SET-29")
@pytest.mark.requirement("HUB-28")
async def test_each_fund_has_a_year_of_its_own_and_the_pharmacy_shares_the_general_one(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for)

    decisions = await accepted(
        driver,
        outpatient(line(1), total_fen=10_000, visit_id="O1"),
        outpatient(line(1), total_fen=10_000, visit_id="O2", **CHRONIC),
        outpatient(line(1), total_fen=10_000, visit_id="O3", **DRUGSTORE),
    )

    paid = [(completed(d).payments.deductible_fen, completed(d).payments.pool_fen) for d in decisions]
    assert paid == [(5_000, 3_000), (0, 6_000), (0, 6_000)]
    columns = "account, outpatient_deductible_paid_fen, outpatient_paid_fen"
    accounts = await rows(driver, f"SELECT {columns} FROM year_account ORDER BY 1")  # noqa: S608
    assert accounts == [("outpatient_chronic.M03900", 0, 6_000), ("outpatient_general", 5_000, 9_000)]


async def test_a_pharmacy_with_a_table_of_its_own_counts_apart(driver_for: DriverFor) -> None:
    own = {"deductible_fen": 0, "cap_fen": 100_000, "tiers": {"2": 5000}}
    driver = await open_world(driver_for, policy(pharmacy=own))

    await accepted(driver, outpatient(line(1), total_fen=10_000, **DRUGSTORE))

    assert await rows(driver, "SELECT account, outpatient_paid_fen FROM year_account") == [
        ("pharmacy", 5_000)
    ]


@pytest.mark.requirement("SET-08")
async def test_no_filing_cuts_an_outpatient_bill(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, filing(kind="other_temporary"))

    [settled] = await accepted(driver, outpatient(line(1), total_fen=10_000))

    assert completed(settled).payments.ratio_bp == 6000


async def test_the_second_attempt_follows_the_reversal_of_the_first(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    first = await ask(driver, outpatient(line(1), total_fen=10_000))
    assert (await ask(driver, outpatient(line(1), total_fen=10_000))).code == "VISIT_SETTLED"

    await accepted(driver, reverse(result(first).settlement_id))
    [again] = await accepted(driver, outpatient(line(1, quantity="2"), total_fen=20_000))

    fact = completed(again)
    assert (fact.attempt, fact.payments.deductible_fen, fact.payments.total_fen) == (2, 5_000, 20_000)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"institution_id": BAZHONG}, "INSTITUTION_NOT_YOURS"),
    ({"institution_id": "H51010000003"}, "NOT_OPENED"),
    ({"kind": "pharmacy", "institution_id": "H51010000003"}, "NOT_OPENED"),
    ({"institution_id": "H50010000001"}, "NO_AGREEMENT"),
    ({"person_id": "nobody"}, "UNKNOWN_PERSON"),
    ({"service_on": D9}, "DATE_NOT_POSSIBLE"),
    ({"total_fen": 9_999}, "LINES_DO_NOT_ADD_UP"),
    ({"kind": "outpatient_chronic"}, "INVALID_BILL"),
    ({"kind": "outpatient_chronic", "disease": "M99999"}, "DISEASE_NOT_COVERED"),
    ({"person_id": "Wu"}, "KIND_NOT_COVERED"),
    ({"visit_id": "O1", "kind": "pharmacy"}, "VISIT_ID_TAKEN"),
    ({"visit_id": "O1", "person_id": "Wu"}, "VISIT_ID_TAKEN"),
]


async def test_a_refused_bill_changes_nothing(driver_for: DriverFor) -> None:
    driver = await open_world(
        driver_for,
        institution("H51010000003", services=("inpatient",)),
        institution("H50010000001"),
        coverage("Wu", "310"),
        policy("P310", "310", outpatient_general=None),
    )
    await accepted(driver, outpatient(line(1), total_fen=10_000, visit_id="O1"))

    asked = [outpatient(line(1), **{"total_fen": 10_000, **given}) for given, _ in REFUSED]
    codes = await refusals(driver, asked)

    assert codes == [code for _, code in REFUSED]
    assert await rows(driver, "SELECT count(*) FROM visit") == [(1,)]


async def test_a_bill_that_returns_more_than_it_bills_is_refused(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    lines = [line(1, "DRUG", "-1"), line(2, "BED", "2")]

    assert (await ask(driver, outpatient(*lines, total_fen=10_000))).code == "RETURN_EXCEEDS_BILLED"


async def test_an_upload_cannot_be_added_to_a_bill_that_came_whole(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, outpatient(line(1), total_fen=10_000))

    assert (await ask(driver, bed("U1", 1))).code == "VISIT_SETTLED"
