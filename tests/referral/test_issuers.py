"""A referral certificate counts if its issuer stood in the insured place's list on its day of issue."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from services.referral import SERVICE
from shared.bus.service import Service
from shared.messages.enrollment.network.issuers import Issuer, IssuersPublished
from tests.given.driver import Driver
from tests.referral.test_filings import code, coverage, submit

JANUARY_9, FEBRUARY_1, FEBRUARY_9, MARCH_9 = (date(2026, *day) for day in ((1, 9), (2, 1), (2, 9), (3, 9)))
LOST, KEPT, CITYS, ELSEWHERE = "H51190200001", "H51190200002", "H51190000001", "H51010000001"


def published(area: str, *names: str, since: date = date(2026, 1, 1)) -> IssuersPublished:
    """The list of an area."""
    issuers = tuple(Issuer(institution_id=name) for name in names)
    return IssuersPublished(area=area, year=since.year, institutions=issuers, applies_from=since)


def shown(issuer: str | None, issued_on: date | None = None, **more: Any) -> dict[str, Any]:
    """A certificate of an issuer."""
    return {
        "certificate_id": "C1",
        "certificate_issuer_id": issuer,
        "certificate_issued_on": issued_on,
        **more,
    }


LISTS = (
    published("511902", LOST, KEPT),
    published("511902", KEPT, "H51190200003", since=FEBRUARY_1),
    published("511900", CITYS),
    published("510100", ELSEWHERE),
)
CASES: list[tuple[str, dict[str, Any], str]] = [
    ("a listed one of a county", shown(KEPT), "OK"),
    ("a listed one of the city", shown(CITYS), "OK"),
    ("one of another city", shown(ELSEWHERE), "ISSUER_NOT_QUALIFIED"),
    ("one that lost its qualification", shown(LOST), "ISSUER_NOT_QUALIFIED"),
    ("after it lost it", shown(LOST, FEBRUARY_9), "ISSUER_NOT_QUALIFIED"),
    ("while it had it", shown(LOST, JANUARY_9), "OK"),
    ("before any list", shown(KEPT, date(2025, 12, 31)), "ISSUER_NOT_QUALIFIED"),
    ("issued tomorrow", shown(KEPT, MARCH_9), "DATE_NOT_POSSIBLE"),
    ("nobody's", shown(None), "ISSUER_NOT_QUALIFIED"),
    ("a referral without a certificate", {}, "ISSUER_NOT_QUALIFIED"),
    ("an emergency needs none", {"kind": "emergency"}, "OK"),
    ("what an emergency shows counts", {"kind": "emergency", **shown(ELSEWHERE)}, "ISSUER_NOT_QUALIFIED"),
]


@pytest.mark.requirement("REF-10")
@pytest.mark.requirement("REF-15")
async def test_a_certificate_counts_if_its_issuer_was_qualified_that_day(
    driver_for: Callable[[Service], Awaitable[Driver]],
) -> None:
    referral = await driver_for(SERVICE)
    for filing, told in (("before", ()), ("of-others", (LISTS[-1],))):
        await referral.hear(coverage(), *told)
        [unlisted] = await referral.hear(submit(filing))
        assert code(unlisted) == "OK"  # Bazhong has published no list: nothing to compare with
    await referral.hear(*LISTS)
    for case, given, expected in CASES:
        [decision] = await referral.hear(submit(case.replace(" ", "-").replace("'", ""), **given))
        assert code(decision) == expected, case


@pytest.mark.requirement("REF-19")
async def test_what_continues_a_certified_filing_needs_no_other_certificate(
    driver_for: Callable[[Service], Awaitable[Driver]],
) -> None:
    referral = await driver_for(SERVICE)
    await referral.hear(coverage(), submit("bare"), *LISTS)
    certified, further, bare = await referral.hear(
        submit("F1", **shown(KEPT)),
        submit("F2", continues_filing_id="F1"),
        submit("F3", continues_filing_id="bare"),
    )
    assert [code(one) for one in (certified, further, bare)] == ["OK", "OK", "ISSUER_NOT_QUALIFIED"]


async def test_a_list_mended_late_in_the_year_leaves_the_next_years(
    driver_for: Callable[[Service], Awaitable[Driver]],
) -> None:
    referral = await driver_for(SERVICE)
    later = published("511902", LOST, KEPT, since=date(2027, 1, 1))
    await referral.hear(*LISTS, later, published("511902", CITYS, KEPT, since=date(2026, 1, 20)))
    rows = await referral.fetch(
        "SELECT applies_from, institutions FROM known_issuers WHERE area = '511902' ORDER BY 1"
    )
    assert [(row[0], row[1][0]) for row in rows] == [
        (date(2026, 1, 1), LOST),
        (date(2026, 1, 20), CITYS),
        (date(2027, 1, 1), LOST),
    ]
