"""Which agreement covers a settlement, and what an agreement says of months."""

from typing import Any

import pytest

from shared.month.facts import Agreement
from shared.month.outcome import Aside
from tests.month.given.facts import (
    advance,
    agreement,
    aside,
    page,
    places,
    read,
    reversed_,
    reviewed,
    settled,
    statements,
)

Changes = dict[str, Any]

# What differs of the agreement, what differs of the settlement, whether it is covered
COVERED = [
    ({}, {}, True),
    ({"schemes": ["390"]}, {}, False),
    ({"schemes": ["390", "310"]}, {}, True),
    ({"schemes": []}, {}, False),
    ({"in_force_from": "2026-03-05"}, {}, True),
    ({"in_force_from": "2026-03-06"}, {}, False),
    ({"in_force_until": "2026-03-06"}, {}, True),
    ({"in_force_until": "2026-03-05"}, {}, False),
    ({"in_force_until": "2026-03-05"}, {"service_on": "2026-03-04"}, True),
    ({"in_force_until": "2026-03-05"}, {"terms_on": "2026-03-04"}, True),
    ({"in_force_from": "2026-03-05"}, {"terms_on": "2026-03-04"}, False),
    ({"insured_area": "510000"}, {"insured_area": "519999"}, True),
    ({"insured_area": "510000"}, {"insured_area": "520000"}, False),
    ({"insured_area": "511900"}, {"insured_area": "511902"}, True),
    ({"insured_area": "511900"}, {"insured_area": "511800"}, False),
    ({"insured_area": "511902"}, {"insured_area": "511902"}, True),
    ({"insured_area": "511902"}, {"insured_area": "511903"}, False),
    ({"insured_area": "511902"}, {"insured_area": "511900"}, False),
    ({"insured_area": "511920"}, {"insured_area": "511921"}, False),
    ({"treatment_area": "310100"}, {"treatment_area": "310101"}, True),
    ({"treatment_area": "310100"}, {"treatment_area": "310201"}, False),
]


@pytest.mark.parametrize(("terms", "care", "covered"), COVERED)
def test_an_agreement_covers_its_schemes_between_its_areas_while_it_is_in_force(
    terms: Changes, care: Changes, covered: bool
) -> None:
    months = places(agreement(**terms), settled("S", "2026-03-05", **care))
    assert months == {"S": "2026-03" if covered else "unagreed"}


# The areas of several agreements by their ids, the id of the one that covers
NARROWEST = [
    ({"A": ("510000", "310000"), "B": ("511900", "310000")}, "B"),
    ({"A": ("510000", "310101"), "B": ("511900", "310000")}, "B"),
    ({"A": ("511900", "310000"), "B": ("511900", "310101")}, "B"),
    ({"B": ("511900", "310101"), "A": ("511900", "310101")}, "A"),
    ({"A1": ("511900", "310101"), "A": ("511900", "310101")}, "A"),
    ({"a": ("511900", "310101"), "B": ("511900", "310101")}, "B"),
]


@pytest.mark.parametrize(("areas", "expected"), NARROWEST)
def test_of_several_the_one_with_the_fewest_trailing_zeros_and_then_the_smallest_id_covers(
    areas: dict[str, tuple[str, str]], expected: str
) -> None:
    signed = [
        agreement(id, insured_area=insured, treatment_area=treatment)
        for id, (insured, treatment) in areas.items()
    ]
    care = settled("S", "2026-03-05", insured_area="511900")
    assert [one.terms.agreement_id for one in statements(*signed, care)] == [expected]


# The institutions and the insured area of several agreements by their ids, the id of the one that covers
NAMED = [
    ({"A": (["H1"], "510000"), "B": ([], "511900")}, ["A"]),
    ({"A": (["H2"], "511900"), "B": ([], "510000")}, ["B"]),
    ({"A": (["H1"], "510000"), "B": (["H2", "H1"], "511900")}, ["B"]),
    ({"A": (["H2"], "511900")}, []),
]


@pytest.mark.requirement("ENR-13")
@pytest.mark.parametrize(("signed", "expected"), NAMED)
def test_an_agreement_that_names_the_institution_covers_before_narrower_ones_that_name_none(
    signed: dict[str, tuple[list[str], str]], expected: list[str]
) -> None:
    agreed = [agreement(id, institutions=names, insured_area=area) for id, (names, area) in signed.items()]
    care = settled("S", "2026-03-05", insured_area="511900")
    assert [one.terms.agreement_id for one in statements(*agreed, care)] == expected


# Zhejiang's own agreement, and its exception: what goes to Hangzhou is the province's center's (004-1 (八))
IN_ZHEJIANG = {"insured_area": "330000", "insured_center": "330000"}
TO_HANGZHOU = [
    agreement("A", **IN_ZHEJIANG, treatment_area="330000", treatment_center="330200"),
    agreement("B", **IN_ZHEJIANG, treatment_area="330100", treatment_center="330000"),
]
# Where the person is insured, where treated, the center that handles it; none: cared for at home
HANDLED = [
    ("330200", "330106", "330000"),
    ("330200", "330300", "330200"),
    ("330100", "330106", None),
    ("330100", "330200", "330200"),
]


@pytest.mark.requirement("CLR-24")
@pytest.mark.parametrize(("insured", "treated", "center"), HANDLED)
def test_care_in_hangzhou_is_handled_by_the_provinces_center_except_of_those_insured_there(
    insured: str, treated: str, center: str | None
) -> None:
    care = settled("S", "2026-03-05", insured_area=insured, treatment_area=treated)
    for signed in (TO_HANGZHOU, TO_HANGZHOU[::-1]):
        handled = [one.terms.treatment_center for one in statements(*signed, care)]
        assert handled == ([center] if center else [])


FIRST = agreement(in_force_from="2026-01-01", in_force_until="2028-01-01")
# How the agreement was signed again from 2026-03-10 on, the day of service, whether it is covered
SIGNED_AGAIN = [
    ({}, "2026-03-09", True),
    ({}, "2026-03-10", True),
    ({"schemes": ["390"]}, "2026-03-09", True),
    ({"schemes": ["390"]}, "2026-03-10", False),
    ({"insured_area": "511800"}, "2026-03-09", True),
    ({"insured_area": "511800"}, "2026-03-10", False),
    ({"in_force_until": "2026-03-20"}, "2026-03-19", True),
    ({"in_force_until": "2026-03-20"}, "2026-03-20", False),  # though the first was signed for longer
]


@pytest.mark.parametrize(("again", "on", "covered"), SIGNED_AGAIN)
def test_of_an_agreement_signed_again_the_last_period_begun_gives_areas_schemes_and_dates(
    again: Changes, on: str, covered: bool
) -> None:
    second = {**FIRST, "in_force_from": "2026-03-10", **again}
    assert places(FIRST, second, settled("S", on)) == {"S": "2026-03" if covered else "unagreed"}


def test_of_an_agreement_signed_again_the_last_signing_gives_mode_and_parameters_of_all_its_months() -> None:
    second = {**FIRST, "in_force_from": "2026-07-01", "cut_off_day": 10, "declare_by_day": 20}
    (statement,) = statements(FIRST, second, settled("S", "2026-03-11"))
    assert (statement.month, statement.sorted_on.isoformat()) == ("2026-04", "2026-05-21")
    third = {**second, "in_force_from": "2026-08-01", "funding_mode": "HOSPITAL_ADVANCE"}
    assert places(FIRST, second, third, settled("S", "2026-03-11")) == {"S": "not_eligible"}


# What the insured area is, whether it covers the care in Shanghai's district 310101
HOMES = [("310101", True), ("310100", True), ("310000", True), ("310102", False), ("310200", False)]


@pytest.mark.parametrize(("insured_area", "at_home"), HOMES)
def test_a_settlement_whose_insured_area_covers_its_treatment_area_has_no_line(
    insured_area: str, at_home: bool
) -> None:
    facts = [agreement(insured_area="310000"), settled("S", "2026-03-05", insured_area=insured_area)]
    facts.append(reversed_("S", "2026-03-06"))
    assert places(*facts) == ({} if at_home else {"S": "2026-03", "S.r": "2026-03"})


def test_care_between_two_provinces_is_cleared_between_their_centers() -> None:
    (statement,) = statements(agreement(), settled("S", "2026-03-05"))
    assert (statement.terms.insured_center, statement.terms.treatment_center) == ("510000", "310000")


def test_a_settlement_without_an_agreement_is_unagreed_and_placed_once_one_covers_it() -> None:
    alone = [settled("S", "2026-03-05"), reversed_("S", "2026-04-06")]
    assert aside(Aside.UNAGREED, *alone) == ["S", "S.r"]
    assert places(*alone, agreement()) == {"S": "2026-03", "S.r": "2026-04"}


# The funding mode, what the agreement names, whether claims and the case page are required
REQUIRED = [
    ("HOSPITAL_ADVANCE", {}, True, True),
    ("HOSPITAL_ADVANCE", {"claims": "none"}, False, False),
    ("HOSPITAL_ADVANCE", {"claims": "none", "case_page_required": True}, False, True),
    ("HOSPITAL_ADVANCE", {"case_page_required": False}, True, False),
    ("AGENCY_PREFUND", {}, False, False),
    ("AGENCY_PREFUND", {"claims": "required"}, True, True),
    ("CITY_ADVANCE", {}, False, False),
    ("RESERVE_FUND", {"case_page_required": True}, False, True),
]


@pytest.mark.parametrize(("mode", "named", "claims", "page"), REQUIRED)
def test_claims_are_required_where_hospitals_advance_and_the_case_page_as_claims_unless_named(
    mode: str, named: Changes, claims: bool, page: bool
) -> None:
    (signed,) = read(agreement(funding_mode=mode, **named)).agreements.values()
    assert (signed.claims == "required", signed.case_page_required) == (claims, page)


def test_the_parameters_of_an_agreement_have_the_defaults_of_the_contract() -> None:
    (signed,) = read(agreement()).agreements.values()
    assert isinstance(signed, Agreement)
    assert (signed.cut_off_day, signed.declare_by_day, signed.max_delay_months) == (0, 0, 2)
    assert (signed.year_close, signed.investigate_above_fen, signed.prefund_quota_fen) == (
        "03-31",
        3_000_000,
        0,
    )
    assert (signed.confirm_working_days, signed.pay_working_days, signed.decide_working_days) == (5, 10, 20)


def test_where_one_agreement_follows_another_each_line_stands_in_one_and_open_months_end_by_the_old() -> None:
    facts = [
        agreement("A", in_force_until="2026-04-01"),
        advance(agreement_id="B", in_force_from="2026-04-01", declare_by_day=0),
        settled("S1", "2026-03-31"),
        settled("S2", "2026-04-02", service_on="2026-03-31"),  # admitted under the old one
        settled("S3", "2026-04-02"),
        page("S3", "2026-04-03"),
        reviewed("S3", "2026-04-20", pool=10_000),
        reversed_("S1", "2026-05-04"),
    ]
    of = {
        line.line_id: (one.terms.agreement_id, one.month, one.terms.funding_mode)
        for one in statements(*facts)
        for line in one.lines
    }
    assert of == {
        "S1": ("A", "2026-03", "AGENCY_PREFUND"),
        "S2": ("A", "2026-04", "AGENCY_PREFUND"),
        "S1.r": ("A", "2026-05", "AGENCY_PREFUND"),
        "S3": ("B", "2026-04", "HOSPITAL_ADVANCE"),
    }
