"""What an area lists for a kind of filing is shown or promised; it comes by a channel it has opened."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from services.referral import SERVICE
from services.referral.queries.store import WithoutRemote, read_without_remote
from shared.bus.service import Service
from shared.messages.referral.changes import ChangeFilingScheme, ContinueFiling
from shared.messages.referral.filings import FilingAccepted
from shared.messages.referral.reviews import FilingSubmitted, RequiredMaterials
from tests.given.driver import Driver
from tests.referral.given.desk import said, told
from tests.referral.test_filings import DAY, MARCH_1, code, coverage, submit
from tests.referral.test_reviews import MARCH_3, MARCH_9, asked, rules

POSTED = RequiredMaterials(
    kind="posted_worker", needed=("application_form", "employment_proof"), commitment_accepted=True
)
REFERRED = RequiredMaterials(kind="referral", needed=("referral_certificate",))
LIST: dict[str, Any] = {"required_materials": (POSTED, REFERRED)}

SHOWN: list[tuple[str, Any, dict[str, Any], str]] = [
    ("all of it", "posted_worker", {"materials": ("application_form", "employment_proof")}, ""),
    (
        "a part of it",
        "posted_worker",
        {"materials": ("application_form",)},
        "materials: employment_proof; commitment",
    ),
    ("a promise", "posted_worker", {"materials": ("commitment",)}, ""),
    (
        "free text, which shows no kind",
        "posted_worker",
        {"evidence": ("contract",)},
        "materials: application_form employment_proof; commitment",
    ),
    (
        "a promise where none is taken",
        "referral",
        {"materials": ("commitment",)},
        "materials: referral_certificate",
    ),
    ("a certificate that is named", "referral", {"certificate_id": "C-1"}, ""),
    ("nothing, for a kind that is not listed", "other_temporary", {}, ""),
    ("nothing, in an emergency", "emergency", {}, ""),
]


@pytest.mark.requirement("REF-22")
@pytest.mark.parametrize(("case", "kind", "shown", "missing"), SHOWN, ids=[case[0] for case in SHOWN])
def test_a_filing_shows_what_its_area_lists_for_its_kind(
    case: str, kind: Any, shown: dict[str, Any], missing: str
) -> None:
    decision = asked("auto", **LIST).hear(submit(kind=kind, **shown))
    assert code(decision) == ("MATERIAL_MISSING" if missing else "OK"), case
    assert decision.answer and decision.answer.where == missing
    given = [fact.materials for fact in said([decision], FilingAccepted)]
    assert given == ([] if missing else [shown.get("materials", ())])


@pytest.mark.requirement("REF-22")
def test_what_was_shown_is_not_asked_for_again() -> None:
    desk = asked("auto", **LIST)
    desk.hear(submit(kind="posted_worker", materials=("commitment",)))
    desk.hear(submit("R1", certificate_id="C-1"))
    again: dict[str, Any] = {
        "person_id": "P1",
        "filing_id": "R2",
        "starts_on": MARCH_3,
        "channel": "national_app",
    }
    assert code(desk.hear(ContinueFiling(**again, continues_filing_id="R1"))) == "OK"
    desk.hear(coverage(scheme="310"), source="enrollment")
    desk.hear(coverage(status="suspended"), source="enrollment")
    desk.day = MARCH_9
    change: dict[str, Any] = {
        "person_id": "P1",
        "filing_id": "F2",
        "channel": "national_app",
        "evidence": ("job",),
    }
    changed = desk.hear(ChangeFilingScheme(**change, continues_filing_id="F1"))
    assert [fact.materials for fact in said([changed], FilingAccepted)] == [("commitment",)]


@pytest.mark.requirement("REF-33")
def test_a_filing_comes_by_a_channel_that_its_area_has_opened() -> None:
    desk = asked("auto", channels=("agency", "provincial_app"))
    closed = desk.hear(submit())
    assert code(closed) == "CHANNEL_NOT_OPEN"
    assert closed.answer and closed.answer.where == "channel: national_app; agency provincial_app"
    assert code(desk.hear(submit(channel="agency"))) == "OK"
    assert code(desk.hear(submit("F2", "emergency"))) == "OK"


@pytest.mark.parametrize(
    "materials",
    [
        (POSTED, POSTED),
        (RequiredMaterials(kind="emergency", needed=("emergency_record",)),),
        (RequiredMaterials(kind="referral", needed=("commitment",)),),
    ],
)
def test_a_list_that_says_nothing_is_refused(materials: tuple[RequiredMaterials, ...]) -> None:
    assert code(told(coverage()).hear(rules("auto", required_materials=materials))) == "INVALID_FIELD"


@pytest.mark.requirement("REF-22")
@pytest.mark.requirement("REF-33")
async def test_lists_and_channels_are_kept_and_windows_alone_are_reported(
    database: str, driver_for: Callable[[Service], Awaitable[Driver]]
) -> None:
    driver = await driver_for(SERVICE)
    await driver.hear(coverage(), source="enrollment", day=DAY)
    windows = rules("one_review", channels=("agency", "township"), **LIST)
    later = rules("auto", in_force_from=MARCH_9, channels=("agency", "national_app"))
    await driver.hear(windows, later, rules("auto", "410000"), source="operator", day=DAY)
    given: dict[str, Any] = {"starts_on": MARCH_1, "channel": "township"}
    bare, promised = await driver.hear(
        submit("F1", "posted_worker", **given),
        submit("F2", "posted_worker", **given, materials=("commitment",)),
        source="operator",
        day=MARCH_3,
    )
    assert code(bare) == "MATERIAL_MISSING"
    assert [fact.materials for fact in said([promised], FilingSubmitted)] == [("commitment",)]
    [row] = await driver.fetch("SELECT materials FROM filing")
    assert row["materials"] == ["commitment"]
    found = await read_without_remote(database, "510000")
    assert found == [WithoutRemote("511900", MARCH_3, date(2026, 3, 9), ["agency", "township"])]
    assert await read_without_remote(database, "410000") == []
