"""A draft tried on settled bills, without a database: expected results by hand, in fen."""

from datetime import date

import pytest

from shared.benefit.compare.simulation import (
    LARGEST,
    Case,
    Group,
    Paid,
    Sums,
    Tally,
    always_in_force,
    levels_that_give_way,
    replay,
    tally_of,
)
from shared.benefit.quote import quote
from shared.benefit.refusal import Refusal
from shared.benefit.split import Split
from tests.benefit.given.cases import Changes, read

STAY = Group("510100", "3", "390", "inpatient")
VISIT = Group("510100", "3", "390", "outpatient_general")
PHARMACY = VISIT._replace(kind="pharmacy")
BEFORE = Paid(600_000, 400_000)


def refused(code: str = "TIER_UNKNOWN", where: str = "3") -> Refusal:
    return Refusal("B", code, where)


def case(visit_id: str, rise_fen: int, group: Group = STAY) -> Case:
    return Case(visit_id, "S", group, BEFORE, Paid(600_000 - rise_fen, 400_000 + rise_fen))


@pytest.mark.parametrize(
    ("issuer", "levels"),
    [
        ("national", ("national", "province", "city")),
        ("province", ("province", "city")),
        ("city", ("city",)),
    ],
)
def test_a_draft_goes_before_policies_of_its_own_level_and_below(
    issuer: str, levels: tuple[str, ...]
) -> None:
    policy, _ = read({"issuer_level": issuer}, {})
    assert levels_that_give_way(policy) == levels


@pytest.mark.parametrize("day", [date.min, date(2022, 12, 31), date(2028, 1, 1), date(9999, 12, 30)])
def test_a_draft_is_tried_on_every_day_as_on_its_own(day: date) -> None:
    policy, bill = read({}, {})
    tried = quote(always_in_force(policy), bill._replace(service_on=day))
    assert isinstance(tried, Split)
    assert tried.fund_fen == 607_750
    assert isinstance(quote(policy, bill._replace(service_on=day)), Refusal)


# draft, who pays after or why not, by how much the patient's part rises
REPLAYED: list[tuple[Changes, Paid | Refusal, int]] = [
    ({}, Paid(607_750, 392_250), -7_750),
    ({"inpatient.tiers.3.ratio_bp": 6_000}, Paid(561_000, 439_000), 39_000),
    ({"inpatient.tiers.3": None}, refused(), 0),
]


@pytest.mark.parametrize(("draft", "after", "moved_fen"), REPLAYED)
def test_a_settled_bill_is_told_with_who_paid_and_who_would(
    draft: Changes, after: Paid | Refusal, moved_fen: int
) -> None:
    told = replay(*read(draft, {}), "S1", "510100", BEFORE)
    assert told == Case("B", "S1", STAY, BEFORE, after)
    assert told.moved_fen == moved_fen


def test_cases_are_summed_by_group_with_gainers_and_losers() -> None:
    stays = [case(f"V{number}", rise) for number, rise in enumerate((5, -7, 0, 9, -3))]
    tally = tally_of([*stays, case("V6", 1, VISIT), case("V7", -2, PHARMACY)])
    assert tally.groups == {
        STAY: Sums(5, 3_000_000, 2_999_996, 2_000_000, 2_000_004, 2, 2, 7, 9, 0, 0),
        VISIT: Sums(1, 600_000, 599_999, 400_000, 400_001, 0, 1, 0, 1, 0, 0),
        PHARMACY: Sums(1, 600_000, 600_002, 400_000, 399_998, 1, 0, 2, 0, 0, 0),
    }
    assert tally.refused == {}
    assert tally.totals() == Sums(7, 4_200_000, 4_199_997, 2_800_000, 2_800_003, 3, 3, 7, 9, 0, 0)


def test_refused_cases_are_counted_apart_and_by_what_they_are_about() -> None:
    answers = [refused(), refused(), refused(where="2"), refused("NOT_FILED", "P")]
    cases = [Case(f"V{number}", "S", STAY, BEFORE, after) for number, after in enumerate(answers)]
    tally = tally_of([*cases, case("V9", 4)])
    one = Sums(refused=1, refused_fund_fen=600_000)
    assert tally.refused == {
        ("TIER_UNKNOWN", "3"): Sums(refused=2, refused_fund_fen=1_200_000),
        ("TIER_UNKNOWN", "2"): one,
        ("NOT_FILED", "P"): one,
    }
    assert tally.groups == {
        STAY: Sums(1, 600_000, 599_996, 400_000, 400_004, 0, 1, 0, 4, refused=4, refused_fund_fen=2_400_000)
    }
    assert [told.visit_id for told in tally.largest] == ["V9"]


def test_the_largest_changes_come_first_then_by_visit_and_no_more_than_are_kept() -> None:
    moves = [*range(1, LARGEST + 2), -3, 0]
    tally = tally_of(case(f"V{number:02}", rise) for number, rise in enumerate(moves))
    assert [told.moved_fen for told in tally.largest] == [11, 10, 9, 8, 7, 6, 5, 4, 3, -3]
    assert [told.visit_id for told in tally.largest[-2:]] == ["V02", "V11"]


def test_a_tally_takes_in_another_with_its_groups_its_refusals_and_its_largest() -> None:
    one = [case("V1", 5), case("V2", -7), Case("V3", "S", STAY, BEFORE, refused())]
    other = [case("V4", 6), case("V5", -8, VISIT), Case("V6", "S", VISIT, BEFORE, refused())]
    whole = Tally()
    for part in (one, other):
        whole.add(tally_of(part))
    assert whole == tally_of(one + other)
    assert [told.visit_id for told in whole.largest] == ["V5", "V2", "V4", "V1"]
