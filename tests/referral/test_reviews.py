"""The chain of a filing as data of its area, step by step, and the audit of what was in force at once."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from services.referral import SERVICE
from shared.bus.message import Decision, Notice, Original
from shared.bus.service import Service
from shared.messages.body import CancelRequest
from shared.messages.referral.filings import Filed, FilingAccepted, FilingEnded, SubmitFiling
from shared.messages.referral.reviews import (
    AuditFiling,
    FilingReviewed,
    FilingRulesSet,
    FilingStands,
    FilingSubmitted,
    ReviewFiling,
    SetFilingRules,
)
from tests.given.driver import Driver
from tests.referral.given.desk import Desk, said, told
from tests.referral.given.nodes import AGENCIES, HOSPITALS
from tests.referral.test_filings import DAY, code, coverage, end, submit

MARCH_3, MARCH_4, MARCH_9 = date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 9)


def rules(chain: Any, area: str = "511900", in_force_from: date = MARCH_3, **more: Any) -> SetFilingRules:
    """How an area takes filings."""
    return SetFilingRules(insured_area=area, in_force_from=in_force_from, chain=chain, **more)


def review(step: Any, officer: str = "", conclusion: Any = "approved", filing: str = "F1") -> ReviewFiling:
    """One step of a filing of P1."""
    given = {"filing_id": filing, "person_id": "P1", "opinion": "no such operation in Bazhong"}
    return ReviewFiling(**given, step=step, conclusion=conclusion, officer=officer or f"officer-{step}")


def audit(conclusion: Any, filing: str = "F1") -> AuditFiling:
    """The audit of a filing of P1."""
    given = {"filing_id": filing, "person_id": "P1", "officer": "Q", "opinion": "looked at"}
    return AuditFiling(**given, conclusion=conclusion)


def asked(chain: Any, **more: Any) -> Desk:
    """A desk in Bazhong, whose agency asks for a chain from the day that has come."""
    desk = told(coverage(), *AGENCIES, *HOSPITALS)
    assert code(desk.hear(rules(chain, **more), source="bazhong")) == "OK"
    desk.day = MARCH_3
    return desk


def stands(decision: Decision) -> FilingStands:
    """How the answer says that the filing stands."""
    assert decision.answer and isinstance(decision.answer.result, FilingStands)
    return decision.answer.result


@pytest.mark.requirement("REF-01")
@pytest.mark.requirement("REF-39")
def test_three_steps_put_a_filing_into_force_each_with_its_officer_and_day() -> None:
    desk = asked("three_steps")
    submitted = desk.hear(submit(), source="nanlong")
    assert [type(fact) for fact in submitted.facts] == [FilingSubmitted]
    assert submitted.answer and isinstance(submitted.answer.result, Filed)
    assert submitted.answer.result.next_step == "experts"
    first = desk.hear(review("experts"), source="nanlong")
    desk.day = MARCH_4
    second = desk.hear(review("director"), source="nanlong")
    last = desk.hear(review("agency"), source="bazhong")
    assert [stands(one).next_step for one in (first, second, last)] == ["director", "agency", None]
    reviewed = said([first, second, last], FilingReviewed)
    assert [(one.step, one.officer, one.reviewed_on) for one in reviewed] == [
        ("experts", "officer-experts", MARCH_3),
        ("director", "officer-director", MARCH_4),
        ("agency", "officer-agency", MARCH_4),
    ]
    [accepted] = said([first, second, last], FilingAccepted)
    assert accepted.filed_on == MARCH_4 and desk.filing().submitted_on == MARCH_3
    assert [one.node_id for one in last.notices] == ["nanlong"]


STEPS = [
    ("out of order", review("agency"), "bazhong", "FILING_STATE"),
    ("by a hospital elsewhere", review("experts"), "huaxi", "PERSON_NOT_YOURS"),
    ("by another area's agency", review("experts"), "henan", "PERSON_NOT_YOURS"),
    ("of a filing nobody made", review("experts", filing="F9"), "bazhong", "UNKNOWN_FILING"),
    ("entered by the agency for the hospital", review("experts"), "bazhong", "OK"),
]


@pytest.mark.requirement("REF-38")
@pytest.mark.parametrize(("case", "body", "source", "expected"), STEPS, ids=[case[0] for case in STEPS])
def test_a_step_is_taken_in_its_order_by_whom_it_belongs_to(
    case: str, body: ReviewFiling, source: str, expected: str
) -> None:
    desk = asked("three_steps")
    desk.hear(submit())
    assert code(desk.hear(body, source=source)) == expected, case


def test_one_officer_takes_one_step() -> None:
    desk = asked("three_steps")
    desk.hear(submit())
    assert code(desk.hear(review("experts", "Q"))) == "OK"
    assert code(desk.hear(review("director", "Q"))) == "SAME_OFFICER"


def test_a_refused_filing_never_counts_and_who_made_it_is_told_why() -> None:
    desk = asked("one_review")
    desk.hear(submit(), source="huaxi")
    refused = desk.hear(review("agency", conclusion="refused"), source="bazhong")
    [fact] = said([refused], FilingReviewed)
    assert list(refused.notices) == [Notice("huaxi", fact)]
    assert fact.opinion == "no such operation in Bazhong" and desk.filing().state == "refused"
    assert code(desk.hear(review("agency", "R"))) == "FILING_STATE"
    assert code(desk.hear(end(ends_on=MARCH_3))) == "FILING_STATE"
    assert code(desk.hear(submit("F2"))) == "OK"


@pytest.mark.requirement("REF-34")
@pytest.mark.parametrize(
    ("case", "set_by", "day", "expected"),
    [
        ("before its day", "511900", DAY, "in_force"),
        ("on its day", "511900", MARCH_3, "submitted"),
        ("its province's", "510000", MARCH_3, "submitted"),
        ("another area's", "410000", MARCH_3, "in_force"),
    ],
)
def test_a_filing_goes_by_what_its_area_had_set_on_the_day(
    case: str, set_by: str, day: date, expected: str
) -> None:
    desk = told(coverage())
    [fact] = desk.hear(rules("one_review", set_by)).facts
    assert fact == FilingRulesSet(insured_area=set_by, in_force_from=MARCH_3, chain="one_review")
    desk.day = day
    desk.hear(submit())
    assert desk.filing().state == expected, case
    desk.day = MARCH_9
    desk.hear(rules("auto", "511900", date(2026, 3, 10)))
    assert desk.filing().state == expected


RULES = [
    ("for today", "bazhong", rules("auto", in_force_from=DAY), "DATE_NOT_POSSIBLE"),
    ("another area's", "henan", rules("auto"), "AREA_NOT_YOURS"),
    ("by a hospital", "nanlong", rules("auto"), "AREA_NOT_YOURS"),
    ("of an area that is none", "operator", rules("auto", "990000"), "UNKNOWN_AREA"),
]


@pytest.mark.parametrize(("case", "source", "body", "expected"), RULES, ids=[case[0] for case in RULES])
def test_rules_are_set_by_who_answers_for_the_area_for_days_to_come(
    case: str, source: str, body: SetFilingRules, expected: str
) -> None:
    assert code(told(coverage(), *AGENCIES, *HOSPITALS).hear(body, source=source)) == expected, case


def test_an_emergency_waits_for_no_review() -> None:
    desk = asked("three_steps")
    assert said([desk.hear(submit(kind="emergency"))], FilingAccepted)


def test_the_last_approval_is_refused_once_the_filing_may_no_longer_be() -> None:
    desk = asked("one_review")
    desk.hear(submit(kind="posted_worker"))
    assert code(desk.hear(submit("F2", "posted_worker", "500000"))) == "ALREADY_FILED"
    desk.hear(coverage(status="suspended"), source="enrollment")
    assert code(desk.hear(review("agency"))) == "INSURANCE_SUSPENDED"
    desk.hear(coverage(), source="enrollment")
    desk.day = date(2026, 9, 1)
    assert code(desk.hear(review("agency"))) == "DATE_NOT_POSSIBLE"


def test_a_filing_that_waits_is_withdrawn_on_any_day() -> None:
    desk = asked("one_review")
    desk.hear(submit(), id="m-1")
    desk.day = MARCH_9
    original = Original("m-1", SubmitFiling.wire_type(), True)
    withdrawn = desk.hear(CancelRequest(subject_id="P1", original_id="m-1"), original=original)
    assert code(withdrawn) == "OK" and desk.filing().state == "cancelled"
    assert code(desk.hear(review("agency"))) == "FILING_STATE"


@pytest.mark.requirement("REF-34")
def test_what_was_in_force_at_once_is_kept_or_ended_by_an_audit() -> None:
    desk = asked("auto", audited=("national_app",))
    desk.hear(submit())
    desk.hear(submit("F2"))
    desk.hear(submit("F3", channel="agency"))
    assert [desk.filing(name).to_audit for name in ("F1", "F2", "F3")] == [True, True, False]
    desk.day = MARCH_4
    kept, ended = desk.hear(audit("kept"), source="bazhong"), desk.hear(audit("ended", "F2"))
    assert [stands(one).filing_state for one in (kept, ended)] == ["in_force", "ended"]
    assert said([kept, ended], FilingEnded) == [
        FilingEnded(filing_id="F2", person_id="P1", ends_on=MARCH_4, reason="ended")
    ]
    assert code(desk.hear(audit("ended"))) == "ALREADY_DONE"
    assert code(desk.hear(audit("ended", "F3"), source="huaxi")) == "FILING_NOT_YOURS"
    assert code(desk.hear(audit("ended", "F9"))) == "UNKNOWN_FILING"
    assert not desk.filing("F1").to_audit


async def test_a_chain_is_kept_by_the_database(
    driver_for: Callable[[Service], Awaitable[Driver]],
) -> None:
    driver = await driver_for(SERVICE)
    await driver.hear(coverage(), *AGENCIES, *HOSPITALS, source="enrollment", day=DAY)
    await driver.hear(rules("three_steps", audited=("agency",)), source="sichuan", day=DAY)
    await driver.hear(submit(kind="posted_worker"), source="nanlong", day=MARCH_3)
    for steps in (["experts"], ["director", "agency"]):
        decisions = await driver.hear(*(review(step) for step in steps), source="bazhong", day=MARCH_4)
        assert [code(one) for one in decisions] == ["OK"] * len(steps)
    [row] = await driver.fetch("SELECT state, steps_done, filed_on, submitted_on FROM filing")
    assert tuple(row) == ("in_force", 3, MARCH_4, MARCH_3)
    rows = await driver.fetch("SELECT step, officer, node_id FROM filing_review ORDER BY step")
    assert [row["step"] for row in rows] == ["agency", "director", "experts"]
    assert {row["node_id"] for row in rows} == {"bazhong"}
