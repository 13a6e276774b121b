"""Who lives elsewhere is referred onwards as from home; the insured place's rules decide."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from services.referral import SERVICE
from services.referral.delegations.model import delegation_told, is_delegated
from shared.bus.service import Service
from shared.messages.enrollment.agreements import AgreementSigned
from shared.messages.referral.filings import FilingAccepted
from shared.messages.referral.lists import FilingsFound, QueryFilingWork
from tests.given.driver import Driver
from tests.referral.given.desk import Desk, said, told
from tests.referral.given.nodes import AGENCIES, HOSPITALS, center
from tests.referral.test_filings import DAY, code, coverage, submit
from tests.referral.test_issuers import published
from tests.referral.test_reviews import review, rules

CHENGDU, CHONGQING = "510100", "500000"
HUAXI, NANLONG = "H51010400001", "H51190200001"
MARCH_3 = date(2026, 3, 3)


def living(*more: Any) -> Desk:
    """P1 of Bazhong lives in Chengdu."""
    desk = told(coverage(), *AGENCIES, *HOSPITALS, *more)
    desk.hear(submit("F0", "long_term_resident", CHENGDU))
    return desk


def onwards(issuer: str | None = HUAXI, **more: Any) -> Any:
    """A referral to Chongqing."""
    shown = {"certificate_id": "C1", "certificate_issuer_id": issuer} if issuer else {}
    return submit("F1", "referral", CHONGQING, **shown, **more)


@pytest.mark.requirement("REF-42")
@pytest.mark.requirement("REF-24")
@pytest.mark.parametrize(
    ("case", "source", "issuer", "expected"),
    [
        ("by a hospital where he lives", "huaxi", HUAXI, CHENGDU),
        ("by the insured agency, for it", "bazhong", HUAXI, CHENGDU),
        ("by the hospital, without a certificate", "huaxi", None, CHENGDU),
        ("by a hospital at home", "nanlong", NANLONG, None),
    ],
)
def test_a_long_term_resident_is_referred_onwards_from_the_filed_place(
    case: str, source: str, issuer: str | None, expected: str | None
) -> None:
    [fact] = said([living().hear(onwards(issuer), source=source)], FilingAccepted)
    assert fact.referred_from == expected, case


@pytest.mark.requirement("REF-42")
def test_only_who_lives_there_is_referred_by_a_hospital_there() -> None:
    desk = told(coverage(), *AGENCIES, *HOSPITALS)
    assert code(desk.hear(onwards(), source="huaxi")) == "PERSON_NOT_YOURS"
    assert code(living().hear(onwards(), source="zhengzhou")) == "PERSON_NOT_YOURS"
    other = submit("F1", "other_temporary", CHONGQING)
    assert code(living().hear(other, source="huaxi")) == "PERSON_NOT_YOURS"


@pytest.mark.requirement("REF-42")
def test_the_issuer_stands_in_the_filed_places_list_and_the_insured_place_reviews() -> None:
    lists = published(CHENGDU, HUAXI), published("511900", NANLONG)
    assert code(living(*lists).hear(onwards(), source="huaxi")) == "OK"
    unlisted = published(CHENGDU, "H51010400009"), lists[1]
    assert code(living(*unlisted).hear(onwards(), source="huaxi")) == "ISSUER_NOT_QUALIFIED"
    desk = living()
    desk.hear(rules("three_steps"), source="bazhong")
    desk.day = MARCH_3
    desk.hear(onwards(), source="huaxi")
    assert desk.filing().next_step == "experts"


def agreement(delegated: bool, insured: str = "511900", treatment: str = CHONGQING, **more: Any) -> Any:
    """An agreement that leaves reviews to the treatment place, or does not."""
    given = {
        "agreement_id": f"{insured}-{treatment}",
        "insured_area": insured,
        "treatment_area": treatment,
        "schemes": ("390",),
        "insured_center": insured,
        "treatment_center": treatment,
        "funding_mode": "AGENCY_PREFUND",
        "in_force_from": date(2026, 1, 1),
        "in_force_until": date(2028, 1, 1),
        "review_delegated": delegated,
    }
    return AgreementSigned(**{**given, **more})


REVIEWED = [
    ("none", [], "referral", "PERSON_NOT_YOURS"),
    ("it does", [agreement(True)], "referral", "OK"),
    ("it does not", [agreement(False)], "referral", "PERSON_NOT_YOURS"),
    ("the province's does, the city's does not",
     [agreement(True, "510000"), agreement(False)], "referral", "PERSON_NOT_YOURS"),
    ("the province's does", [agreement(True, "510000")], "referral", "OK"),
    ("another scheme's", [agreement(True, schemes=("310",))], "referral", "PERSON_NOT_YOURS"),
    ("one that is over", [agreement(True, in_force_until=DAY)], "referral", "PERSON_NOT_YOURS"),
    ("what is no referral", [agreement(True)], "other_temporary", "PERSON_NOT_YOURS"),
]  # fmt: skip


@pytest.mark.requirement("REF-44")
@pytest.mark.parametrize(("case", "agreed", "kind", "expected"), REVIEWED, ids=[one[0] for one in REVIEWED])
def test_a_referral_is_reviewed_where_it_leads_if_the_agreement_says_so(
    case: str, agreed: list[AgreementSigned], kind: Any, expected: str
) -> None:
    desk = told(coverage(), *AGENCIES, *HOSPITALS, center(CHONGQING, "chongqing"), *agreed)
    desk.hear(rules("one_review"), source="bazhong")
    desk.day = MARCH_3
    desk.hear(submit("F1", kind, CHONGQING), source="bazhong")
    assert code(desk.hear(review("agency"), source="henan")) == "PERSON_NOT_YOURS"
    assert code(desk.hear(review("agency"), source="chongqing")) == expected, case


def test_a_renewal_that_takes_the_review_back_counts_from_its_day() -> None:
    kept = [delegation_told(agreement(True)), delegation_told(agreement(False, in_force_from=MARCH_3))]
    days = [is_delegated(kept, "511902", "390", CHONGQING, day) for day in (DAY, MARCH_3)]
    assert days == [True, False]


@pytest.mark.requirement("REF-35")
def test_filings_of_all_areas_go_in_one_way_and_by_the_rules_of_their_own() -> None:
    elsewhere = coverage("P2", insured_area="410100")
    desk = told(coverage(), elsewhere, *AGENCIES, *HOSPITALS)
    desk.hear(rules("one_review"), source="bazhong")
    desk.day = MARCH_3
    ours, theirs = desk.hear(submit("F1")), desk.hear(submit("F2", person_id="P2"))
    assert [code(one) for one in (ours, theirs)] == ["OK", "OK"]
    filings = desk.filing("F1"), desk.filing("F2", "P2")
    assert [(one.insured_area, one.state) for one in filings] == [
        ("511900", "submitted"),
        ("410100", "in_force"),
    ]


async def work(driver: Driver, area: str, source: str) -> list[str] | str:
    """The filings that an agency is to review, or why it is told none."""
    asked = QueryFilingWork(insured_area=area, work="to_review")
    [found] = await driver.hear(asked, source=source, day=MARCH_3)
    if found.answer and isinstance(found.answer.result, FilingsFound):
        return [one.filing_id for one in found.answer.result.filings]
    return code(found)


async def test_transfers_and_delegations_are_kept_by_the_database(
    driver_for: Callable[[Service], Awaitable[Driver]],
) -> None:
    driver = await driver_for(SERVICE)
    heard = (coverage(), *AGENCIES, *HOSPITALS, center(CHONGQING, "chongqing"), agreement(True))
    lists = published(CHENGDU, HUAXI), published("511900", NANLONG)
    await driver.hear(*heard, *lists, source="enrollment", day=DAY)
    await driver.hear(rules("one_review"), source="bazhong", day=DAY)
    await driver.hear(submit("F0", "long_term_resident", CHENGDU), source="bazhong", day=DAY)
    [filed] = await driver.hear(onwards(), source="huaxi", day=MARCH_3)
    await driver.hear(submit("F2", "other_temporary", CHONGQING), source="bazhong", day=MARCH_3)
    asked = [(CHONGQING, "chongqing"), ("410000", "henan"), ("511900", "bazhong"), (CHONGQING, "henan")]
    assert [await work(driver, *one) for one in asked] == [["F1"], [], ["F1", "F2"], "AREA_NOT_YOURS"]
    [reviewed] = await driver.hear(review("agency"), source="chongqing", day=MARCH_3)
    assert await work(driver, CHONGQING, "chongqing") == []
    assert [code(filed), code(reviewed)] == ["OK", "OK"]
    [fact] = said([reviewed], FilingAccepted)
    assert fact.referred_from == CHENGDU
