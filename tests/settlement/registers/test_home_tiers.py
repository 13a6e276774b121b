"""The tier of a hospital elsewhere counts as the insured area says, and as nothing where it says nothing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import asyncpg
import msgpack
import pytest

from services.cli.case.explain_command import _document, _print
from services.cli.demo.run import SAMPLE
from services.cli.registry_import.folder import read_registry
from services.settlement import SERVICE
from services.settlement.model.explanation import Explanation, unpack_explanation
from services.settlement.model.known import Registers
from services.settlement.model.registers.registry import HomeTiers
from services.settlement.model.registers.tier_book import TierBook
from services.settlement.queries.explain import explain
from services.settlement.queries.simulate import open_month, replay_page
from shared.benefit.policy.checks import parse_policy
from shared.benefit.split import Split
from shared.messages.amounts import Payments
from shared.messages.enrollment.policy_versions import DraftPolicy
from shared.messages.enrollment.registers import InstitutionPublished, PublishInstitution
from shared.messages.enrollment.tiers import MapTiers
from tests.settlement.given.by_hand import center, claim, self_paid
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import (
    BAZHONG,
    D1,
    D2,
    D3,
    D4,
    D5,
    D6,
    D9,
    HUAXI,
    NODE,
    DriverFor,
    accepted,
    admit,
    ask,
    bed,
    completed,
    discharge,
    institution,
    line,
    open_world,
    outpatient,
    policy,
    prices,
    quote,
    readmission,
    result,
    reverse,
    rows,
    settle,
    stay,
    tiers,
)

MAPPED = TierBook(
    [
        HomeTiers("511902", D3, {"3甲": "3"}),
        HomeTiers("511900", D6, {"2甲": "2甲"}),
        HomeTiers("511900", date.min, {"3": "3", "2甲": "2", "3甲": "2"}),
        HomeTiers("511900", D9, {}),
        HomeTiers("510000", date.min, {"1": "1"}),
    ]
)
HOME_TIERS = [
    # insured area, tier, day, its home tier
    ("511902", "3甲", D3, "3"),
    ("511902", "2甲", D3, None),
    ("511902", "3甲", D2, "2"),  # its own mapping is not in force yet
    ("511903", "2甲", D3, "2"),
    ("511900", "2甲", D5, "2"),
    ("511900", "2甲", D6, "2甲"),
    ("511900", "3甲", D6, None),  # never two mappings
    ("511900", "2甲", D9, None),
    ("511900", "2", D3, None),
    ("511903", "1", D3, None),
    ("512000", "1", D9, "1"),
    ("520000", "1", D9, None),
]
TIER_2, TIER_3 = (35_000, 6500), (65_000, 5500)
"""Deductible, ratio of a first stay that nobody filed."""


def graded(institution_id: str = HUAXI, **given: Any) -> InstitutionPublished:
    return institution(institution_id, grade="甲", **given)


def paid_by(payments: Payments | Split) -> tuple[int, int | None]:
    return payments.deductible_fen, payments.ratio_bp


@pytest.mark.requirement("SET-06")
@pytest.mark.parametrize(("area", "tier", "day", "expected"), HOME_TIERS)
def test_the_nearest_area_with_a_mapping_on_the_day_says_what_a_tier_counts_as(
    area: str, tier: str, day: date, expected: str | None
) -> None:
    assert Registers(tiers=MAPPED).home_tier(area, "390", tier, day) == expected


COUNTS_AS = [
    # the mapping of 3甲, as which tier a stay and a bill in such a hospital are paid
    ({"3甲": "2"}, TIER_2),
    ({"3甲": "3"}, TIER_3),
    ({"3": "3", "3甲": "2"}, TIER_2),
]


@pytest.mark.requirement("SET-06")
@pytest.mark.requirement("ENR-20")
@pytest.mark.parametrize(("home_tiers", "expected"), COUNTS_AS)
async def test_a_graded_hospital_is_paid_as_the_tier_it_counts_as(
    driver_for: DriverFor, home_tiers: Mapping[Any, str], expected: tuple[int, int]
) -> None:
    driver = await open_world(driver_for, graded(), tiers(home_tiers))

    await accepted(driver, *stay())
    quoted = await ask(driver, quote(1, 100_000))
    [settled] = await accepted(driver, settle(1, 100_000))

    assert paid_by(result(quoted).payments) == expected
    assert paid_by(completed(settled).payments) == expected


@pytest.mark.requirement("SET-06")
async def test_an_unmapped_tier_is_refused_until_the_insured_area_maps_it(driver_for: DriverFor) -> None:
    driver, other = await open_world(driver_for, graded()), await driver_for(SERVICE)
    await accepted(driver, *stay())
    asked = [quote(1, 100_000), settle(1, 100_000), outpatient(line(1), total_fen=10_000, visit_id="O1")]

    refused = [await ask(driver, body) for body in asked]

    assert [(one.code, one.where) for one in refused] == [("TIER_UNMAPPED", "511900 3甲 2026-03-02")] * 3
    assert await rows(driver, "SELECT count(*) FROM settlement") == [(0,)]
    await other.hear(tiers({"3甲": "2"}), source="enrollment")
    assert [(await ask(driver, body)).code for body in asked[:2]] == ["OK", "OK"]


@pytest.mark.requirement("SET-06")
async def test_at_home_the_mapping_is_used_just_the_same(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, graded(BAZHONG, node="bazhong"), tiers({"3甲": "2"}))
    at_home: dict[str, Any] = {"institution_id": BAZHONG}
    await accepted(driver, *stay(**at_home), source="bazhong")

    [settled] = await accepted(driver, settle(1, 100_000, **at_home), source="bazhong")

    assert paid_by(completed(settled).payments) == (35_000, 7500)


@pytest.mark.requirement("SET-06")
async def test_the_mapping_of_the_settlement_counts_not_that_of_the_quote(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, tiers({"3": "2"}))
    await accepted(driver, *stay())
    quoted = await ask(driver, quote(1, 100_000))

    changed = driver.message(tiers(), source="enrollment")
    [_, settled] = await driver.hear(changed, driver.message(settle(1, 100_000), source=NODE, day=D3))

    assert paid_by(result(quoted).payments) == TIER_2
    assert paid_by(completed(settled).payments) == TIER_3


@pytest.mark.requirement("ENR-20")
async def test_a_mapping_given_anew_stands_whole_in_place_of_the_one_before(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, tiers({"3甲": "3"}), tiers({"3甲": "3"}, area="511902"))
    await driver.hear(tiers({"2": "2"}), tiers({}, area="511902"), source="enrollment")

    kept = await rows(driver, "SELECT insured_area, home_tiers FROM known_tier ORDER BY 1")

    assert kept == [("511900", '{"2": "2"}'), ("511902", "{}")]


@pytest.mark.requirement("ENR-20")
async def test_mappings_of_two_days_are_both_kept_and_mended_each_by_itself(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, tiers({"3": "3"}), tiers({"3": "2"}, start=D3))
    await driver.hear(tiers({"3": "1"}, start=D3), source="enrollment")

    kept = await rows(driver, "SELECT in_force_from, home_tiers FROM known_tier ORDER BY 1")

    assert kept == [(date.min, '{"3": "3"}'), (D3, '{"3": "1"}')]


@pytest.mark.requirement("SET-06")
@pytest.mark.requirement("ENR-20")
async def test_a_stay_goes_by_the_policy_and_the_mapping_of_its_admission(driver_for: DriverFor) -> None:
    """The policy from the fourth day on calls the tiers by other names."""
    pays = {"pool_cap_fen": 20_000_000, "stay_deductible_bp": [10000], "deductible_transfer": "difference"}
    high = {"tiers": {"high": {"deductible_fen": 90_000, "ratio_bp": 8000}}, "bands_from": "deductible"}
    driver = await open_world(
        driver_for,
        policy(in_force_until=str(D4)),
        policy("511900-390-new", in_force_from=str(D4), inpatient={**pays, **high}),
        tiers({"3": "high"}, start=D4),
    )
    await accepted(driver, *stay())

    quoted = await ask(driver, quote(1, 100_000), day=D9)
    [before] = await accepted(driver, settle(1, 100_000), day=D9)
    later: dict[str, Any] = {"visit_id": "V2", "institution_id": HUAXI}
    await accepted(
        driver,
        admit(**later, admitted_on=D4),
        bed("U1", 1000, cost_on=D4, **later),
        discharge(**later, discharged_on=D9),
        day=D9,
    )
    [after] = await accepted(driver, settle(1, 100_000, **later), day=D9)

    assert paid_by(result(quoted).payments) == paid_by(completed(before).payments) == TIER_3
    assert paid_by(completed(after).payments) == (90_000, 7000)


@pytest.mark.requirement("SET-06")
async def test_a_bill_is_claimed_at_the_tier_at_which_it_was_compared(driver_for: DriverFor) -> None:
    dear, cheap = prices("PR2", tier="2", BED="70"), prices("PR3", tier="3", BED="90")
    driver = await open_world(driver_for, center(), dear, cheap, tiers({"3": "2"}))
    bill = self_paid(line(1, price="100", quantity="10"), total_fen=100_000)
    await accepted(driver, bill)
    await driver.hear(tiers(start=D2), source="enrollment")

    payments = result(await ask(driver, claim(), day=D9)).payments

    assert (payments.over_limit_fen, *paid_by(payments)) == (30_000, *TIER_2)


async def test_it_is_told_as_what_the_tier_counted(
    driver_for: DriverFor, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    driver = await open_world(driver_for, graded(), tiers({"3甲": "2"}))
    await accepted(driver, *stay(), settle(1, 100_000))
    await driver.hear(tiers({"3甲": "3"}), source="enrollment")

    [told] = await explain(database, ["V1"])

    assert told is not None
    document = _document(told)
    assert (document["hospital_tier"], document["home_tier"]) == ("3甲", "2")
    assert paid_by(told.settled.split) == TIER_2
    _print([told], None)
    said = capsys.readouterr().out
    assert "医院等级 3甲 在参保地 511900 按 2 级计 / tier 3甲 counts as 2 in 511900" in said
    assert "Deductible of tier 2 350.00" in said


async def test_what_was_settled_before_tiers_were_mapped_is_told_by_the_hospitals_own(
    driver_for: DriverFor, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay(), settle(1, 100_000))
    [(packed,)] = await rows(driver, "SELECT explanation FROM settlement")
    owner = await asyncpg.connect(database)
    old = msgpack.packb(msgpack.unpackb(packed)[: Explanation._fields.index("home_tier")])
    await owner.execute("UPDATE settlement.settlement SET explanation = $1", old)
    await owner.close()
    await driver.hear(tiers({"3": "2"}), source="enrollment")

    [told] = await explain(database, ["V1"])

    assert told is not None
    assert unpack_explanation(old).home_tier is None
    assert told.settled.bill.hospital_tier == "3"
    _print([told], None)
    assert "counts as" not in capsys.readouterr().out


def test_a_cascade_settles_again_by_the_tier_that_was_settled_by() -> None:
    memory = Memory(tiers({"3": "2"}))
    memory.accepted(*stay(visit_id="A"), *readmission(visit_id="B"))
    memory.accepted(settle(1, 100_000, visit_id="A"), settle(1, 100_000, visit_id="B"))
    memory.decide(memory.message(tiers({}), source="enrollment"))

    undone = reverse(memory.in_force["A"].settlement_id, visit_id="A", cascade=True)
    [answer] = memory.accepted(undone)

    # Half of tier 2's deductible before, all of it now.
    assert [one.visit_id for one in result(answer).later] == ["B"]
    assert memory.known.visits["B"].deductible_fen == 35_000
    assert unpack_explanation(memory.in_force["B"].explanation).home_tier == "2"


async def test_a_draft_is_tried_by_the_tier_that_was_settled_by(driver_for: DriverFor, database: str) -> None:
    driver = await open_world(driver_for, graded(), tiers({"3甲": "2"}))
    await accepted(driver, *stay(), settle(1, 100_000))
    held = parse_policy(policy().policy)

    async with open_month(database, held, D1, D9) as month:
        [part] = [replay_page(held, page) async for page in month.pages]

    [(group, sums)] = part.tally.groups.items()
    assert (group.hospital_tier, sums.cases, sums.gainers, sums.losers) == ("2", 1, 0, 0)


@pytest.mark.requirement("ENR-20")
def test_each_policy_of_the_sample_has_the_home_tier_of_every_sample_hospital() -> None:
    given = [entry.body for stage in read_registry(SAMPLE).stages for entry in stage]
    mapped = [
        HomeTiers(
            one.insured_area,
            one.in_force_from or date.min,
            {str(pair.tier): pair.home_tier for pair in one.mappings},
        )
        for one in given
        if isinstance(one, MapTiers)
    ]
    hospitals = [one for one in given if isinstance(one, PublishInstitution) and "inpatient" in one.services]
    drafts = [parse_policy(one.policy) for one in given if isinstance(one, DraftPolicy)]

    held = Registers(tiers=TierBook(mapped))
    missing = [
        (draft.policy_id, one.institution_id)
        for draft in drafts
        for one in hospitals
        if draft.inpatient
        and held.home_tier(
            draft.insured_area, draft.scheme, f"{one.tier}{one.grade or ''}", draft.in_force_from
        )
        not in draft.inpatient.tiers
    ]

    assert drafts and hospitals and missing == []
