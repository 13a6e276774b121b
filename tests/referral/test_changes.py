"""Filings that go on: continued in one step, carried over to another coverage, opened again."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from shared.bus.message import Original
from shared.messages.body import CancelRequest
from shared.messages.referral.changes import (
    ChangeFilingPlace,
    ChangeFilingScheme,
    ContinueFiling,
    FilingReopened,
    ReopenFiling,
)
from shared.messages.referral.filings import FilingAccepted
from tests.referral.given.desk import Desk, said, told
from tests.referral.given.nodes import AGENCIES, HOSPITALS
from tests.referral.test_filings import DAY, code, coverage, end, submit
from tests.referral.test_reviews import MARCH_3, MARCH_4, asked, review

MOVED = ("moved",)


def again(filing: str = "F2", origin: str = "F1", starts_on: date = MARCH_4) -> ContinueFiling:
    """The same place again for P1."""
    given = {"filing_id": filing, "person_id": "P1", "continues_filing_id": origin}
    return ContinueFiling(**given, starts_on=starts_on, channel="national_app")


def change(kind: Any, **more: Any) -> Any:
    """A long-term filing of P1 under another coverage."""
    given = {"filing_id": "F2", "person_id": "P1", "continues_filing_id": "F1", "channel": "agency"}
    return kind(**{**given, "evidence": MOVED, **more})


def reopen(filing: str = "F1") -> ReopenFiling:
    """An end of P1's was a mistake."""
    return ReopenFiling(filing_id=filing, person_id="P1", officer="Q", reason="another person was meant")


def desk_with(*bodies: Any) -> Desk:
    """A desk in Bazhong that has heard requests of an operator."""
    desk = told(coverage(), *AGENCIES, *HOSPITALS)
    for body in bodies:
        assert code(desk.hear(body)) == "OK"
    return desk


@pytest.mark.requirement("REF-20")
def test_a_referral_is_continued_in_one_step_without_a_review() -> None:
    desk = asked("one_review")
    desk.hear(submit(certificate_id="C1"))
    assert code(desk.hear(again())) == "FILING_STATE"
    desk.hear(review("agency"))
    continued = desk.hear(again(), id="m-2")
    [accepted] = said([continued], FilingAccepted)
    assert (accepted.destination_area, accepted.starts_on) == ("510100", MARCH_4)
    assert desk.filing("F2").certificate_id == "C1"
    original = Original("m-2", ContinueFiling.wire_type(), True)
    undone = desk.hear(CancelRequest(subject_id="P1", original_id="m-2"), original=original)
    assert code(undone) == "OK" and desk.filing("F2").state == "cancelled"


def test_only_a_referral_is_continued() -> None:
    desk = desk_with(submit(kind="other_temporary"))
    assert code(desk.hear(again())) == "FILING_STATE"
    assert code(desk.hear(again(origin="F9"))) == "UNKNOWN_FILING"


COVERED_NOW = [
    # now insured under, command, answer
    ({"scheme": "310"}, ChangeFilingScheme, "OK"),
    ({"scheme": "310"}, ChangeFilingPlace, "FILING_STATE"),
    ({"insured_area": "511600"}, ChangeFilingPlace, "OK"),
    ({"insured_area": "511600"}, ChangeFilingScheme, "FILING_STATE"),
    ({}, ChangeFilingScheme, "FILING_STATE"),
]


@pytest.mark.requirement("REF-11")
@pytest.mark.parametrize(("now", "kind", "expected"), COVERED_NOW)
def test_scheme_and_insured_place_are_changed_by_two_commands(
    now: dict[str, Any], kind: Any, expected: str
) -> None:
    desk = desk_with(submit(kind="posted_worker"))
    if now:
        desk.hear(coverage(status="terminated"), source="enrollment")
        desk.hear(coverage(**now), source="enrollment")
    assert code(desk.hear(change(kind))) == expected
    if expected == "OK":
        assert (desk.filing().state, desk.filing("F2").kind) == ("coverage_changed", "posted_worker")
        assert desk.filing("F2").place == (now.get("scheme", "390"), now.get("insured_area", "511900"))


@pytest.mark.requirement("REF-11")
@pytest.mark.parametrize("kind", [ChangeFilingScheme, ChangeFilingPlace])
def test_a_change_wants_proof(kind: Any) -> None:
    with pytest.raises(ValidationError):
        change(kind, evidence=())


@pytest.mark.requirement("REF-01")
@pytest.mark.parametrize("kind", ["referral", "posted_worker"])
def test_a_filing_that_was_ended_by_mistake_is_as_it_was_before(kind: Any) -> None:
    desk = desk_with(submit(kind=kind))
    before = desk.filing()
    desk.hear(end(evidence=MOVED))
    desk.day = MARCH_3
    opened = desk.hear(reopen(), source="bazhong")
    assert desk.filing() == before
    assert [one.reopened_on for one in said([opened], FilingReopened)] == [MARCH_3]
    assert len(said([opened], FilingAccepted)) == 1
    assert code(desk.hear(reopen())) == "FILING_STATE"


def test_a_filing_is_not_opened_again_once_it_could_not_hold() -> None:
    desk = desk_with(submit(kind="posted_worker"), end(evidence=MOVED), submit("F2", "posted_worker"))
    assert code(desk.hear(reopen("F9"))) == "UNKNOWN_FILING"
    assert code(desk.hear(reopen(), source="huaxi")) == "FILING_NOT_YOURS"
    assert code(desk.hear(reopen())) == "ALREADY_FILED"
    desk = desk_with(submit(), end())
    desk.hear(coverage(status="suspended"), source="enrollment")
    assert code(desk.hear(reopen())) == "INSURANCE_SUSPENDED"
    desk.hear(coverage(), source="enrollment")
    desk.day = date(2026, 9, 1)
    assert code(desk.hear(reopen())) == "DATE_NOT_POSSIBLE"
    assert desk.filing().ends_on == DAY
