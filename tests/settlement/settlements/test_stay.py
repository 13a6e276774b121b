"""A stay from its admission to its settlement, on a real database."""

from datetime import date
from typing import Any

import pytest

from shared.messages.settlement.visits import CostsUploaded, SettlementCompleted, VisitAdmitted
from tests.settlement.given.world import (
    D1,
    D2,
    D3,
    D9,
    HUAXI,
    PUREN,
    DriverFor,
    accepted,
    admit,
    ask,
    bed,
    completed,
    coverage,
    discharge,
    filing,
    line,
    open_world,
    policy,
    quote,
    readmission,
    result,
    rows,
    settle,
    stay,
    upload,
)


@pytest.mark.requirement("SET-18")
@pytest.mark.requirement("SET-19")
async def test_a_stay_is_admitted_charged_discharged_and_settled(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, filing())

    [admitted] = await accepted(driver, admit(), day=D1)
    await accepted(driver, bed("U1", 700, D1), bed("U2", 300, D2))
    await accepted(driver, discharge())
    [settled] = await accepted(driver, settle(2, 100_000))

    [opened] = admitted.facts
    assert isinstance(opened, VisitAdmitted)
    assert (opened.insured_area, opened.treatment_area, opened.scheme) == ("511900", "510100", "390")
    [fact] = settled.facts
    assert isinstance(fact, SettlementCompleted)
    assert (fact.filing, fact.filing_id, fact.policy_id) == ("referral", "F1", "511900-390")
    assert (fact.settled_on, fact.service_on, fact.discharged_on, fact.attempt) == (D3, D1, D3, 1)
    assert (fact.payments.deductible_fen, fact.payments.ratio_bp) == (65_000, 6000)
    assert (fact.payments.fund_fen, fact.payments.cash_fen) == (21_000, 79_000)
    assert fact.by_category["01"].amount_fen == 100_000


async def test_a_stay_that_cost_nothing_is_not_counted_among_the_years_stays(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, filing())
    await accepted(
        driver, admit(visit_id="V0"), discharge(visit_id="V0", discharged_on=D1), settle(0, 0, visit_id="V0")
    )

    [*_, settled] = await accepted(driver, *stay(admitted_on=D2), settle(1, 100_000))

    assert completed(settled).payments.deductible_fen == 65_000  # the whole of the first stay's
    assert await rows(driver, "SELECT stays FROM year_account") == [(1,)]


async def test_the_whole_story_may_stand_in_one_batch(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)

    decisions = await accepted(driver, *stay(), quote(1, 100_000), settle(1, 100_000))

    assert decisions[-2].facts == ()
    [row] = await rows(driver, "SELECT state, attempt, settled_on FROM visit")
    assert tuple(row) == ("settled", 1, D3)
    assert await rows(driver, "SELECT stays FROM year_account") == [(1,)]


async def test_a_quote_tells_what_the_settlement_would_be_and_changes_nothing(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay())

    [quoted] = await accepted(driver, quote(1, 100_000))
    [settled] = await accepted(driver, settle(1, 100_000))

    assert result(quoted.answer).payments == result(settled.answer).payments
    assert not quoted.facts and not quoted.rows


@pytest.mark.requirement("SET-10")
async def test_lines_are_split_by_the_catalogue_and_summed_by_category(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    lines = [
        line(1, "BED", "3", "50"),
        line(2, "DRUG", "2", "25", category="09"),
        line(3, "AMULET", "1", "99.99", category="14"),
    ]
    await accepted(driver, admit())
    [decision] = await accepted(driver, upload("U1", *lines, total_fen=29_999))
    [fact] = decision.facts
    assert isinstance(fact, CostsUploaded)
    # DRUG: 10 yuan above its limit, and a tenth of the other 40; nobody knows the amulet.
    assert fact.amounts.model_dump() == {
        "total_fen": 29_999, "full_self_pay_fen": 9_999, "over_limit_fen": 1_000, "pre_self_pay_fen": 400,
    }  # fmt: skip
    assert result(decision.answer).unknown_items == ("AMULET",)

    [settled] = (await accepted(driver, discharge(), settle(3, 29_999)))[1].facts
    assert isinstance(settled, SettlementCompleted)
    sums = {name: tuple(one.model_dump().values()) for name, one in settled.by_category.items()}
    assert sums == {
        "01": (15_000, 15_000, 0, 0, 0),
        "09": (5_000, 0, 3_600, 1_400, 0),
        "14": (9_999, 0, 0, 9_999, 0),
    }


async def test_two_stays_in_one_batch_count_one_after_the_other(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    first, second = {"visit_id": "V1"}, {"visit_id": "V2"}

    decisions = await accepted(
        driver, *stay(), *readmission(), settle(1, 100_000, **first), settle(1, 100_000, **second)
    )

    paid = [completed(d).payments.deductible_fen for d in decisions[-2:]]
    assert paid == [65_000, 32_500]


async def test_the_year_is_the_settlements_and_the_policy_the_admissions(driver_for: DriverFor) -> None:
    newer = policy("511900-390-new", in_force_from="2027-01-01")
    driver = await open_world(driver_for, newer)
    december, january = date(2026, 12, 30), date(2027, 1, 4)
    await accepted(driver, admit(admitted_on=december), bed("U1", 10, december), day=december)

    [_, settled] = await accepted(driver, discharge(discharged_on=january), settle(1, 1_000), day=january)

    [fact] = settled.facts
    assert isinstance(fact, SettlementCompleted)
    assert fact.policy_id == "511900-390"
    assert await rows(driver, "SELECT year, stays FROM year_account") == [(2027, 1)]


@pytest.mark.requirement("SET-25")
async def test_a_transfer_pays_only_what_the_chain_has_not_paid(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    lower: dict[str, Any] = {"visit_id": "V1", "institution_id": PUREN}
    higher: dict[str, Any] = {"visit_id": "V2", "institution_id": HUAXI}
    third: dict[str, Any] = {"visit_id": "V3", "institution_id": HUAXI}
    await accepted(driver, *stay(**lower), settle(1, 100_000, **lower))
    await accepted(driver, *stay(**higher, continues_visit_id="V1"))
    [second] = await accepted(driver, settle(1, 100_000, **higher))
    await accepted(driver, *readmission(**third, continues_visit_id="V2"))

    [last] = await accepted(driver, settle(1, 100_000, **third))

    deductibles = [completed(d).payments.deductible_fen for d in (second, last)]
    assert deductibles == [30_000, 0]


CUTS = [
    ("long_term_resident", 6500),
    ("referral", 6000),
    ("emergency", 6000),
    ("other_temporary", 5500),
    (None, 5500),
]


@pytest.mark.requirement("SET-07")
@pytest.mark.parametrize("scheme", ["310", "390"])
async def test_the_filing_sets_the_cut_for_either_scheme(driver_for: DriverFor, scheme: str) -> None:
    people = [(f"P{number}", kind) for number, (kind, _) in enumerate(CUTS)]
    filed = [filing(kind=kind, person_id=person) for person, kind in people if kind]
    driver = await open_world(
        driver_for, policy("P", scheme), *[coverage(person, scheme) for person, _ in people], *filed
    )
    ratios = []
    for person, _ in people:
        who: dict[str, Any] = {"person_id": person, "visit_id": f"V-{person}"}
        steps = [admit(**who), bed("U1", 1000, **who), discharge(**who), settle(1, 100_000, **who)]
        [*_, settled] = await accepted(driver, *steps)
        ratios.append(completed(settled).payments.ratio_bp)

    assert ratios == [ratio_bp for _, ratio_bp in CUTS]


@pytest.mark.requirement("SET-33")
async def test_the_account_pays_of_the_personal_part_until_it_is_empty(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, coverage("Lin", account_balance_fen=100_000))
    await accepted(driver, *stay(), *readmission())

    [first] = await accepted(driver, settle(1, 100_000, use_account=True))
    [second] = await accepted(driver, settle(1, 100_000, visit_id="V2", use_account=True))

    paid = [(p.account_fen, p.cash_fen) for p in (completed(first).payments, completed(second).payments)]
    assert paid == [(80_750, 0), (19_250, 43_625)]


async def test_settling_on_a_later_day_dates_the_settlement(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay(), day=D3)

    answer = await ask(driver, settle(1, 100_000), day=D9)

    assert result(answer).settled_on == D9
