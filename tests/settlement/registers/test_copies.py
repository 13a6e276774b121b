"""Copies of what others own: the newest counts, also within one batch and for every process."""

import json
from datetime import date
from functools import partial
from typing import Any

import pytest

from services.settlement import SERVICE
from services.settlement.model.explanation import unpack_explanation
from services.settlement.model.registers.agreement_book import AgreementBook
from services.settlement.model.registers.registry import Agreement
from services.settlement.registers import store_books as registers
from services.settlement.visits import store as visits
from shared.benefit.policy.book import PolicyBook, PolicyHead
from shared.benefit.policy.checks import parse_policy
from shared.benefit.words.derivation import derive
from shared.messages.body import Body
from tests.settlement.given.world import (
    D2,
    D3,
    D9,
    HUAXI,
    NODE,
    DriverFor,
    accepted,
    admit,
    agreement,
    ask,
    bed,
    catalogue,
    completed,
    coverage,
    discharge,
    filing,
    institution,
    line,
    open_world,
    outpatient,
    policy,
    readmission,
    refusals,
    result,
    rows,
    settle,
    stay,
    tiers,
)

Y23, Y25, Y26, Y28 = (date(year, 1, 1) for year in (2023, 2025, 2026, 2028))
DAY = date(2026, 3, 2)


def head(
    policy_id: str, area: str = "511900", level: str = "city", since: date = Y23, **given: Any
) -> PolicyHead:
    return PolicyHead(policy_id, area, given.get("scheme", "390"), since, given.get("until", Y28), level)


POLICIES = [
    # published, asked for, in force
    ([], "511902", None),
    ([head("A")], "511902", "A"),
    ([head("A")], "511900", "A"),
    ([head("A")], "512000", None),
    ([head("A", scheme="310")], "511902", None),
    ([head("A"), head("B", "511902")], "511902", "B"),
    ([head("P", "510000"), head("A")], "511902", "A"),
    ([head("P", "510000")], "511902", "P"),
    ([head("A"), head("B", since=Y25)], "511902", "B"),
    ([head("A"), head("B", since=date(2026, 3, 3))], "511902", "A"),
    ([head("A", until=DAY), head("P", "510000")], "511902", "P"),
    ([head("A", level="province"), head("B", since=Y26)], "511902", "A"),
    ([head("A", level="national"), head("B", level="province", since=Y26)], "511902", "A"),
]


@pytest.mark.requirement("SET-02")
@pytest.mark.parametrize(("published", "area", "expected"), POLICIES)
def test_the_policy_in_force(published: list[PolicyHead], area: str, expected: str | None) -> None:
    found = PolicyBook(published).in_force(area, "390", DAY)

    assert (found.policy_id if found else None) == expected


AGREEMENTS = [
    # insured, treated, scheme, day, allowed by 511900 with 510100 for 390 in 2025
    ("511900", "510100", "390", Y25, True),
    ("511902", "510104", "390", Y25, True),
    ("511900", "510200", "390", Y25, False),
    ("512000", "510100", "390", Y25, False),
    ("511900", "510100", "310", Y25, False),
    ("511900", "510100", "390", Y26, False),
    ("511900", "510100", "390", date(2024, 12, 31), False),
]


@pytest.mark.parametrize(("insured", "treated", "scheme", "day", "expected"), AGREEMENTS)
def test_an_agreement_allows(insured: str, treated: str, scheme: str, day: date, expected: bool) -> None:
    book = AgreementBook([Agreement("G", "511900", "510100", ("390",), Y25, Y26)])

    assert (book.covering(insured, treated, scheme, day, HUAXI) is not None) == expected


SIGNED_TWICE = [
    (date(2025, 6, 1), "390", True),
    (date(2025, 6, 1), "310", False),
    (Y26, "390", False),
    (Y26, "310", True),
    (Y28, "310", False),
]


@pytest.mark.parametrize(("day", "scheme", "expected"), SIGNED_TWICE)
def test_an_agreement_signed_again_holds_each_day_to_its_terms(
    day: date, scheme: str, expected: bool
) -> None:
    first = Agreement("G", "511900", "510100", ("390",), Y25, Y28)
    book = AgreementBook([first]).with_agreement(first._replace(schemes=("310",), in_force_from=Y26))

    assert (book.covering("511900", "510100", scheme, day, HUAXI) is not None) == expected


async def test_an_agreement_renewed_early_still_covers_today(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, agreement(in_force_until=D9))
    await driver.hear(agreement(in_force_from=D9), source="enrollment")

    await accepted(driver, *stay(), settle(1, 100_000))


async def test_the_agreement_of_the_service_day_counts_its_last_day_excluded(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, agreement(in_force_until=D2))
    bill = partial(outpatient, line(1), total_fen=10_000)

    await accepted(driver, *stay(), settle(1, 100_000), bill(visit_id="O1"), day=D9)
    late = [admit(visit_id="V2", admitted_on=D2), bill(visit_id="O2", service_on=D2)]

    assert await refusals(driver, late, day=D9) == ["NO_AGREEMENT"] * 2


async def test_what_is_published_counts_for_the_next_request_of_the_batch(driver_for: DriverFor) -> None:
    driver = await driver_for(SERVICE)
    facts: list[Body] = [
        institution(HUAXI), agreement(), policy(), tiers(), catalogue(), coverage("Lin"),
        filing(kind="posted_worker"),
    ]  # fmt: skip
    requests: list[Body] = [*stay(), settle(1, 100_000)]

    decisions = await driver.hear(
        *[driver.message(fact, source="enrollment") for fact in facts],
        *[driver.message(asked, source=NODE, day=D3) for asked in requests],
    )

    assert [d.answer.code for d in decisions if d.answer] == ["OK"] * 4
    assert completed(decisions[-1]).filing == "long_term"


async def test_a_policy_published_anew_counts_for_every_process(driver_for: DriverFor) -> None:
    driver, other = await open_world(driver_for), await driver_for(SERVICE)
    await accepted(driver, *stay(), *readmission())
    first = await ask(driver, settle(1, 100_000))

    better = policy().policy["inpatient"] | {"tiers": {"3": {"deductible_fen": 0, "ratio_bp": 9000}}}
    await other.hear(policy(inpatient=better), source="enrollment")
    second = await ask(driver, settle(1, 100_000, visit_id="V2"))

    assert [result(one).payments.ratio_bp for one in (first, second)] == [5500, 8000]


async def test_the_person_is_as_the_settlement_finds_them(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, policy(retired={"ratio_bonus_bp": 300}))
    await accepted(driver, *stay())

    await driver.hear(coverage("Lin", retired=True), source="enrollment")
    [settled] = await accepted(driver, settle(1, 100_000))

    assert completed(settled).payments.ratio_bp == 5800


async def test_moving_house_does_not_change_where_a_stay_is_insured(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay())
    moved = coverage("Lin", area="512000", covered_from=D3)
    left = coverage("Lin", status="terminated", covered_until=D3, applies_from=D3)

    await driver.hear(left, moved, source="enrollment")
    [settled] = await accepted(driver, settle(1, 100_000), day=D9)

    assert completed(settled).insured_area == "511900"


async def test_an_nrcms_county_has_its_own_policy(driver_for: DriverFor) -> None:
    county = policy("520522-380", "380", "520522")
    places = agreement("520522", "510100"), tiers(area="520522")
    driver = await open_world(driver_for, county, *places, coverage("Mo", "380", "520522"))
    mo: dict[str, Any] = {"person_id": "Mo"}

    [*_, settled] = await accepted(
        driver, admit(**mo), bed("U1", 1000, **mo), discharge(**mo), settle(1, 100_000, **mo)
    )

    assert (completed(settled).policy_id, completed(settled).scheme) == ("520522-380", "380")


async def test_every_step_of_a_settlement_can_be_told_after_its_policy_was_replaced(
    driver_for: DriverFor,
) -> None:
    driver = await open_world(driver_for, filing())
    [*_, settled] = await accepted(driver, *stay(), settle(1, 100_000))
    await driver.hear(policy(retired={"ratio_bonus_bp": 300}), source="enrollment")

    [(packed,)] = await rows(driver, "SELECT explanation FROM settlement")
    why = unpack_explanation(packed)
    async with driver.pool.acquire() as tx:
        text = (await registers.policy_bodies(tx, [why.policy_digest]))[why.policy_digest]
        visit = (await visits.read(tx, ["V1"]))["V1"]
    steps = derive(why.split(visit, parse_policy(json.loads(text))))

    payments = completed(settled).payments
    assert why.payments == tuple(payments.model_dump().values())
    assert sum(step.amount_fen for step in steps if step.step.startswith("fund.")) == payments.fund_fen
    assert any("−5%" in step.text and step.clause == "001 (四)" for step in steps)
    assert why.added[:2] == (1, payments.pool_fen)
