"""Who may end a filing, or replace it by another: who made it, the insured area's agency, an operator."""

from collections.abc import Awaitable, Callable

import pytest

from services.referral import SERVICE
from shared.bus.service import Service
from shared.messages.body import Body
from shared.messages.enrollment.registers import CenterRegistered
from tests.given.driver import Driver
from tests.referral.test_filings import DAY, code, coverage, end, submit

PROOF = ("moved",)


def center(area: str, node: str) -> CenterRegistered:
    """An agency at its node."""
    return CenterRegistered(center_id=area, name=area, node_id=node)


AGENCIES = center("511900", "bazhong"), center("510000", "sichuan"), center("410000", "henan")
SOURCES = [
    ("who filed it", "agency", "OK"),
    ("a pharmacy", "pharmacy", "FILING_NOT_YOURS"),
    ("the insured area's agency", "bazhong", "OK"),
    ("its province's", "sichuan", "OK"),
    ("another area's", "henan", "FILING_NOT_YOURS"),
    ("an operator", "operator", "OK"),
]


@pytest.mark.parametrize(("case", "source", "expected"), SOURCES, ids=[case[0] for case in SOURCES])
@pytest.mark.parametrize("together", [True, False])
async def test_who_may_end_a_filing_or_replace_it(
    driver_for: Callable[[Service], Awaitable[Driver]], case: str, source: str, expected: str, together: bool
) -> None:
    driver = await driver_for(SERVICE)
    await driver.hear(coverage(), coverage("P2"), *AGENCIES, source="enrollment", day=DAY)
    theirs = submit("G1", "posted_worker", person_id="P2")
    await driver.hear(submit(kind="posted_worker"), theirs, source="agency", day=DAY)
    asked: list[Body] = [
        submit("F2", "posted_worker", "500000", evidence=PROOF),
        end("G1", evidence=PROOF).model_copy(update={"person_id": "P2"}),
    ]
    batches = [asked] if together else [[one] for one in asked]
    decisions = [one for batch in batches for one in await driver.hear(*batch, source=source, day=DAY)]
    assert [code(decision) for decision in decisions] == [expected, expected], case


async def test_an_agency_that_moves_to_another_node_takes_its_right_along(
    driver_for: Callable[[Service], Awaitable[Driver]],
) -> None:
    driver = await driver_for(SERVICE)
    await driver.hear(coverage(), *AGENCIES, source="enrollment", day=DAY)
    await driver.hear(submit(), source="app", day=DAY)
    await driver.hear(center("511900", "moved"), source="enrollment", day=DAY)
    codes = [
        code(decision)
        for source in ("bazhong", "moved")
        for decision in await driver.hear(end(), source=source, day=DAY)
    ]
    assert codes == ["FILING_NOT_YOURS", "OK"]
