"""Who may file for whom, and end a filing or replace it: by where persons are insured and hospitals lie."""

from collections.abc import Awaitable, Callable

import pytest

from services.referral import SERVICE
from shared.bus.service import Service
from shared.messages.body import Body
from tests.given.driver import Driver
from tests.referral.given.desk import told
from tests.referral.given.nodes import AGENCIES, HOSPITALS, center, hospital
from tests.referral.test_filings import DAY, code, coverage, end, submit

PROOF = ("moved",)


SOURCES = [
    ("who filed it", "nanlong", ["OK", "OK"]),
    ("a pharmacy at home", "pharmacy", ["FILING_NOT_YOURS", "FILING_NOT_YOURS"]),
    ("a hospital elsewhere", "zhengzhou", ["PERSON_NOT_YOURS", "FILING_NOT_YOURS"]),
    ("the insured area's agency", "bazhong", ["OK", "OK"]),
    ("its province's", "sichuan", ["OK", "OK"]),
    ("another area's", "henan", ["PERSON_NOT_YOURS", "FILING_NOT_YOURS"]),
    ("an operator", "operator", ["OK", "OK"]),
]
PHARMACY = hospital("511901", "pharmacy")


@pytest.mark.parametrize(("case", "source", "expected"), SOURCES, ids=[case[0] for case in SOURCES])
@pytest.mark.parametrize("together", [True, False])
async def test_who_may_end_a_filing_or_replace_it(
    driver_for: Callable[[Service], Awaitable[Driver]],
    case: str,
    source: str,
    expected: list[str],
    together: bool,
) -> None:
    driver = await driver_for(SERVICE)
    registers = coverage(), coverage("P2"), *AGENCIES, *HOSPITALS, PHARMACY
    await driver.hear(*registers, source="enrollment", day=DAY)
    theirs = submit("G1", "posted_worker", person_id="P2")
    await driver.hear(submit(kind="posted_worker"), theirs, source="nanlong", day=DAY)
    asked: list[Body] = [
        submit("F2", "posted_worker", "500000", evidence=PROOF),
        end("G1", evidence=PROOF).model_copy(update={"person_id": "P2"}),
    ]
    batches = [asked] if together else [[one] for one in asked]
    decisions = [one for batch in batches for one in await driver.hear(*batch, source=source, day=DAY)]
    assert [code(decision) for decision in decisions] == expected, case


async def test_an_agency_that_moves_to_another_node_takes_its_right_along(
    driver_for: Callable[[Service], Awaitable[Driver]],
) -> None:
    driver = await driver_for(SERVICE)
    await driver.hear(coverage(), *AGENCIES, source="enrollment", day=DAY)
    await driver.hear(submit(), source="operator", day=DAY)
    await driver.hear(center("511900", "moved"), source="enrollment", day=DAY)
    codes = [
        code(decision)
        for source in ("bazhong", "moved")
        for decision in await driver.hear(end(), source=source, day=DAY)
    ]
    assert codes == ["FILING_NOT_YOURS", "OK"]


FILE = [
    ("the insured area's agency", "bazhong", "510100", "OK"),
    ("a hospital at home refers", "nanlong", "500000", "OK"),
    ("a hospital where it leads has the patient", "huaxi", "510100", "OK"),
    ("a hospital where it does not lead", "huaxi", "500000", "PERSON_NOT_YOURS"),
    ("another area's agency", "henan", "410100", "PERSON_NOT_YOURS"),
    ("a node nobody knows", "stranger", "510100", "PERSON_NOT_YOURS"),
    ("an operator, for the national channels", "operator", "410100", "OK"),
]


@pytest.mark.requirement("REF-21")
@pytest.mark.parametrize(("case", "source", "to", "expected"), FILE, ids=[case[0] for case in FILE])
def test_a_node_files_for_persons_it_answers_for_or_has_in_hand(
    case: str, source: str, to: str, expected: str
) -> None:
    known = told(coverage(), *AGENCIES, *HOSPITALS)
    assert code(known.hear(submit(to=to), source=source)) == expected, case
