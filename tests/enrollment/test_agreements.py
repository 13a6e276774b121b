"""Agreements in the service, on a real database: each period by itself, and none that reaches back."""

from datetime import date
from typing import Any

import pytest

from shared.messages.enrollment.agreements import AgreementSigned, Chosen, SignAgreement
from tests.enrollment.test_registers import agreement, center, code, enrollment, institution, version
from tests.given.driver import Driver

__all__ = ["enrollment"]

TODAY = date(2026, 3, 17)
MARCH_18, MARCH_25, APRIL_1 = date(2026, 3, 18), date(2026, 3, 25), date(2026, 4, 1)


def renewed(first: date, **changed: Any) -> Any:
    """The agreement signed again from a day on, with a larger quota."""
    return agreement(**{"in_force_from": first, "prefund_quota_fen": 200_000_000, **changed})


@pytest.mark.requirement("ENR-12")
async def test_each_period_of_an_agreement_is_an_entry_of_its_own(enrollment: Driver) -> None:
    decisions = await enrollment.hear(agreement(), renewed(APRIL_1), renewed(APRIL_1, catalog_mode="insured"))
    assert [code(decision) for decision in decisions] == ["OK"] * 3
    assert [version(decision) for decision in decisions] == [1, 1, 2]
    rows = await enrollment.fetch(
        "SELECT subject_id, version, content ->> 'prefund_quota_fen', content ->> 'catalog_mode'"
        " FROM register WHERE kind = 'agreement' ORDER BY 1"
    )
    assert [tuple(row) for row in rows] == [
        ("A1/2023-01-01", 1, "100000000", "treatment"),
        ("A1/2026-04-01", 2, "200000000", "insured"),
    ]


@pytest.mark.requirement("ENR-12")
async def test_what_held_on_a_day_can_be_answered_after_a_renewal(enrollment: Driver) -> None:
    await enrollment.hear(agreement(), renewed(APRIL_1, pay_working_days=5))
    question = (
        "SELECT content ->> 'pay_working_days' FROM register WHERE kind = 'agreement'"
        " AND content ->> 'agreement_id' = 'A1' AND content ->> 'in_force_from' <= $1"
        " ORDER BY content ->> 'in_force_from' DESC LIMIT 1"
    )
    held = [(await enrollment.fetch(question, str(day)))[0][0] for day in (date(2026, 3, 31), APRIL_1)]
    assert held == ["10", "5"]


# What is signed on 17 March after the agreement of 2023-2028, and the answer
SIGNED: list[tuple[str, dict[str, Any], str]] = [
    ("from tomorrow", {"in_force_from": MARCH_18, "prefund_quota_fen": 5}, "OK"),
    ("from today", {"in_force_from": TODAY, "prefund_quota_fen": 5}, "TERMS_REACH_BACK"),
    ("from a closed month", {"in_force_from": date(2026, 2, 1)}, "TERMS_REACH_BACK"),
    ("from before it began", {"in_force_from": date(2022, 1, 1)}, "TERMS_REACH_BACK"),
    ("the same again", {}, "OK"),
    ("the same days, another quota", {"prefund_quota_fen": 5}, "TERMS_REACH_BACK"),
    ("the same days, another catalogue", {"catalog_mode": "insured"}, "TERMS_REACH_BACK"),
    ("longer", {"in_force_until": date(2029, 1, 1)}, "OK"),
    ("ended tomorrow", {"in_force_until": MARCH_18}, "OK"),
    ("ended today", {"in_force_until": TODAY}, "TERMS_REACH_BACK"),
    ("longer, and another quota", {"in_force_until": date(2029, 1, 1), "prefund_quota_fen": 5},
     "TERMS_REACH_BACK"),
    ("another cut-off day from tomorrow", {"in_force_from": MARCH_18, "cut_off_day": 25}, "TERMS_REACH_BACK"),
    ("another cut-off day from April on", {"in_force_from": APRIL_1, "cut_off_day": 25}, "TERMS_REACH_BACK"),
    ("another day to declare by", {"in_force_from": MARCH_25, "declare_by_day": 20}, "TERMS_REACH_BACK"),
    ("claims", {"in_force_from": MARCH_25, "claims": "required"}, "TERMS_REACH_BACK"),
    ("case pages", {"in_force_from": MARCH_25, "case_page_required": True}, "TERMS_REACH_BACK"),
    ("a longer delay", {"in_force_from": MARCH_25, "max_delay_months": 3}, "TERMS_REACH_BACK"),
    ("another close", {"in_force_from": MARCH_25, "year_close": "01-31"}, "TERMS_REACH_BACK"),
    ("another agreement with all of that",
     {"agreement_id": "A2", "in_force_from": APRIL_1, "declare_by_day": 20, "claims": "required",
      "year_close": "01-31"}, "OK"),
    ("a shorter time to pay", {"in_force_from": MARCH_25, "pay_working_days": 5}, "OK"),
    ("a review of claims", {"agreement_id": "A2", "claims": "required", "review": "TWO_STEP"}, "OK"),
    ("a review of what nobody claims", {"agreement_id": "A2", "review": "ONE_STEP"}, "INVALID_FIELD"),
    ("another agreement of days past", {"agreement_id": "A2", "in_force_from": date(2026, 2, 1)}, "OK"),
]  # fmt: skip


@pytest.mark.requirement("CLR-06")
@pytest.mark.parametrize(("case", "changed", "expected"), SIGNED, ids=[case[0] for case in SIGNED])
async def test_no_renewal_reaches_back_to_a_day_or_month_that_has_begun(
    enrollment: Driver, case: str, changed: dict[str, Any], expected: str
) -> None:
    await enrollment.hear(agreement(), day=None)
    [decision] = await enrollment.hear(agreement(**changed), day=TODAY)
    assert code(decision) == expected


@pytest.mark.requirement("CLR-06")
async def test_how_months_are_cleared_may_change_until_the_first_period_begins(enrollment: Driver) -> None:
    ahead, other = (renewed(MARCH_25, cut_off_day=cut_off) for cut_off in (28, 0))
    decisions = await enrollment.hear(ahead, other, ahead, day=date(2026, 2, 27))
    assert [code(decision) for decision in decisions] == ["OK"] * 3
    [decision] = await enrollment.hear(renewed(APRIL_1), day=MARCH_25)
    assert code(decision) == "TERMS_REACH_BACK"
    assert decision.answer
    assert decision.answer.where == "cut_off_day"


async def test_a_refusal_says_what_reaches_back_and_what_to_do(enrollment: Driver) -> None:
    await enrollment.hear(agreement(), day=None)
    [decision] = await enrollment.hear(renewed(TODAY), day=TODAY)
    assert decision.answer and decision.answer.where == "in_force_from: 2026-03-17 ≤ 2026-03-17"
    assert decision.answer.advice_zh and "still to come" in decision.answer.advice_en


CHOSEN = [
    # institutions that an agreement names, and what is said of them
    ((), "OK"),
    (("H51010000001",), "OK"),
    (("H51010000009",), "UNKNOWN_INSTITUTION institutions.0: H51010000009"),
    (("H51010000001", "H51010000002"), "INVALID_FIELD institutions.1: H51010000002 510100 nominated"),
    (("H51190000001",), "INVALID_FIELD institutions.0: H51190000001 511900 published"),
]


@pytest.mark.requirement("ENR-26")
@pytest.mark.requirement("ENR-27")
async def test_institutions_of_the_treatment_place_are_the_third_party_of_an_agreement(
    enrollment: Driver,
) -> None:
    await enrollment.hear(
        institution(),
        institution(institution_id="H51010000002", status="nominated"),
        institution(institution_id="H51190000001", area="511900"),
    )
    for number, (names, expected) in enumerate(CHOSEN):
        parties = tuple(Chosen(institution_id=name) for name in names)
        [decision] = await enrollment.hear(agreement(agreement_id=f"C{number}", institutions=parties))
        assert decision.answer
        assert f"{decision.answer.code} {decision.answer.where}".strip() == expected
        assert all(fact.institutions == parties for fact in decision.facts)  # type: ignore[attr-defined]


JULY_1 = date(2026, 7, 1)
FOLLOWING: list[tuple[dict[str, Any], str]] = [
    # what is signed one after the other beside A1, which ends on 1 July, and what is said of it
    ({"follows_agreement_id": "A9"}, "UNKNOWN_AGREEMENT follows_agreement_id: A9"),
    ({"agreement_id": "A1", "funding_mode": "AGENCY_PREFUND", "follows_agreement_id": "A1"},
     "INVALID_FIELD follows_agreement_id: A1"),
    ({"schemes": ("310",)}, "INVALID_FIELD follows_agreement_id: A1, schemes"),
    ({"in_force_from": date(2026, 6, 30)},
     "DATE_NOT_POSSIBLE in_force_from: 2026-06-30, follows_agreement_id: A1 2026-07-01"),
    ({"in_force_from": date(2026, 7, 2)},
     "DATE_NOT_POSSIBLE in_force_from: 2026-07-02, follows_agreement_id: A1 2026-07-01"),
]  # fmt: skip


@pytest.mark.requirement("CLR-06")
async def test_an_agreement_that_follows_another_begins_as_that_one_ends(enrollment: Driver) -> None:
    old = {"in_force_until": JULY_1, "schemes": ("390", "310")}
    new = {"agreement_id": "A2", "in_force_from": JULY_1, "funding_mode": "HOSPITAL_ADVANCE"}
    new |= {"follows_agreement_id": "A1", "schemes": ("310", "390"), "prefund_quota_fen": 0}
    await enrollment.hear(agreement(**old), day=None)
    for changed, expected in FOLLOWING:
        [decision] = await enrollment.hear(agreement(**{**new, **changed}), day=TODAY)
        assert decision.answer
        assert f"{decision.answer.code} {decision.answer.where}".strip() == expected
    signed = [
        agreement(**new),
        agreement(**new),
        agreement(**{**new, "in_force_from": APRIL_1.replace(year=2027)}),  # a renewal of the follower
        agreement(**{**old, "in_force_until": date(2026, 8, 1)}),  # the old one is not to outlive it
        agreement(**{**old, "in_force_until": APRIL_1}),  # nor to leave a gap
        agreement(**old),
        agreement(**{**new, "follows_agreement_id": None}),
        agreement(**{**new, "in_force_from": APRIL_1.replace(year=2027), "follows_agreement_id": None}),
        agreement(**{**old, "in_force_until": APRIL_1}),  # freed
    ]
    told = [(await enrollment.hear(one, day=TODAY))[0] for one in signed]
    wrong = "DATE_NOT_POSSIBLE"
    assert [code(one) for one in told] == ["OK", "OK", "OK", wrong, wrong, "OK", "OK", "OK", "OK"]
    assert told[3].answer and told[3].answer.where == "in_force_until: 2026-08-01, A2 2026-07-01"


@pytest.mark.requirement("REF-44")
async def test_the_review_of_filings_is_delegated_by_an_agreement_and_for_days_to_come(
    enrollment: Driver,
) -> None:
    await enrollment.hear(agreement(), day=None)
    today, tomorrow, back = await enrollment.hear(
        renewed(TODAY, review_delegated=True),
        renewed(MARCH_18, review_delegated=True),
        renewed(MARCH_18, review_delegated=False),
        day=TODAY,
    )
    assert [code(one) for one in (today, tomorrow, back)] == ["TERMS_REACH_BACK", "OK", "OK"]
    assert [one.review_delegated for one in (*tomorrow.facts, *back.facts)] == [True, False]  # type: ignore[attr-defined]


@pytest.mark.requirement("CLR-27")
async def test_the_parameters_are_told_as_signed(enrollment: Driver) -> None:
    asked = agreement(declare_by_day=20, claims="required", investigate_above_fen=5)
    [decision] = await enrollment.hear(asked)
    assert list(decision.facts) == [AgreementSigned(**dict(asked))]


# The period of Chengdu's center; what is signed on 17 March, after the agreement of 2023-2028; the answer
MARCH_17, MARCH_16 = TODAY, date(2026, 3, 16)
NEW = {"agreement_id": "A2"}
PERIODS: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("in force", {"in_force_from": MARCH_17, "in_force_until": MARCH_18}, NEW, "OK"),
    ("ended today", {"in_force_until": MARCH_17}, NEW, "CENTER_NOT_IN_FORCE"),
    ("to come", {"in_force_from": MARCH_18}, NEW, "CENTER_NOT_IN_FORCE"),
    ("to come, terms as well", {"in_force_from": MARCH_18}, {**NEW, "in_force_from": MARCH_18}, "OK"),
    ("ended by then", {"in_force_until": APRIL_1}, {"in_force_from": APRIL_1}, "CENTER_NOT_IN_FORCE"),
    ("ended, terms shorter", {"in_force_until": MARCH_16}, {"in_force_until": MARCH_18}, "OK"),
    ("ended, terms longer", {"in_force_until": MARCH_16}, {"in_force_until": date(2029, 1, 1)},
     "CENTER_NOT_IN_FORCE"),
]  # fmt: skip


@pytest.mark.requirement("ENR-29")
@pytest.mark.parametrize(("case", "period", "signed", "expected"), PERIODS, ids=[one[0] for one in PERIODS])
async def test_a_center_that_is_not_in_force_on_the_day_is_named_in_no_new_terms(
    enrollment: Driver, case: str, period: dict[str, Any], signed: dict[str, Any], expected: str
) -> None:
    await enrollment.hear(agreement(), center("510100", "chengdu", **period), day=None)
    [decision] = await enrollment.hear(agreement(**signed), day=TODAY)
    assert code(decision) == expected


def _unnamed(**changed: Any) -> SignAgreement:
    """The agreement as it is signed without naming centers."""
    given = agreement(**changed).model_dump(exclude={"insured_center", "treatment_center"})
    return SignAgreement.model_validate(given)


@pytest.mark.requirement("CLR-19")
async def test_where_an_agreement_names_no_center_the_provinces_centers_are_the_parties(
    enrollment: Driver,
) -> None:
    signed, abroad = await enrollment.hear(_unnamed(), _unnamed(agreement_id="A2", treatment_area="420100"))
    [fact] = signed.facts
    assert isinstance(fact, AgreementSigned)
    assert (fact.insured_center, fact.treatment_center) == ("510000", "510000")
    assert (code(abroad), abroad.answer and abroad.answer.where) == (
        "UNKNOWN_AREA",
        "treatment_center: 420000",
    )
