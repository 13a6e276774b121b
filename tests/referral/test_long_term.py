"""One long-term place at a time: what lies in the way, and which coverage a filing belongs to."""

from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from services.referral.decider import DECIDER
from services.referral.model.filing import Filing
from services.referral.model.known import Known
from shared.bus.service import Service
from shared.messages.body import Body
from shared.messages.referral.filings import EndFiling, FilingAccepted, FilingEnded, SubmitFiling
from tests.given.driver import Driver
from tests.referral.test_filings import DAY, MARCH_1, code, coverage, end, referral, submit

__all__ = ["referral"]

FAR, FARTHER = "500000", "420100"
MOVED = ("moved",)
APRIL_1, SEPTEMBER_2 = date(2026, 4, 1), date(2026, 9, 2)


def live(filing: str, to: str = "510100", starts_on: date = MARCH_1, **more: Any) -> SubmitFiling:
    """A long-term filing of P1."""
    return submit(filing, "long_term_resident", to, starts_on=starts_on, **more)


async def windows(driver: Driver) -> dict[str, tuple[str, str | None]]:
    """From when until when each filing holds."""
    found = await driver.fetch("SELECT filing_id, starts_on, ends_on FROM filing")
    return {row[0]: (str(row[1]), str(row[2]) if row[2] else None) for row in found}


async def test_an_end_to_come_lifts_the_lock_on_its_day_only(referral: Driver) -> None:
    asked = live("F1"), end(ends_on=SEPTEMBER_2), live("F2", FAR), live("F3", FAR, SEPTEMBER_2)
    decisions = await referral.hear(*asked, day=DAY)
    assert [code(decision) for decision in decisions] == ["OK", "OK", "FILING_LOCKED", "OK"]
    assert await windows(referral) == {"F1": ("2026-03-01", "2026-09-02"), "F3": ("2026-09-02", None)}


async def test_with_proof_one_that_was_to_end_later_gives_way(referral: Driver) -> None:
    asked = live("F1"), end(ends_on=SEPTEMBER_2), live("F2", FAR, DAY, evidence=MOVED)
    decisions = await referral.hear(*asked, day=DAY)
    assert [code(decision) for decision in decisions] == ["OK", "OK", "OK"]
    assert await windows(referral) == {"F1": ("2026-03-01", "2026-03-02"), "F2": ("2026-03-02", None)}


async def test_an_end_that_was_told_for_a_later_day_may_be_brought_forward(referral: Driver) -> None:
    ends = [end(ends_on=date(2026, 9, day)) for day in (9, 2, 20)]
    decisions = await referral.hear(live("F1"), *ends, day=DAY)
    assert [code(decision) for decision in decisions] == ["OK", "OK", "OK", "DATE_NOT_POSSIBLE"]
    assert await windows(referral) == {"F1": ("2026-03-01", "2026-09-02")}


async def test_a_start_back_in_time_does_not_shorten_the_lock(referral: Driver) -> None:
    early = live("F1", starts_on=date(2025, 9, 3))
    decisions = await referral.hear(early, live("F2", FAR), end(), day=DAY)
    assert [code(decision) for decision in decisions] == ["OK", "FILING_LOCKED", "FILING_LOCKED"]


async def test_a_start_back_in_time_never_makes_two_places(referral: Driver) -> None:
    await referral.hear(live("F1"), day=DAY)
    [moved] = await referral.hear(live("F2", FAR, evidence=MOVED), day=APRIL_1)
    assert moved.answer is not None and getattr(moved.answer.result, "starts_on", None) == APRIL_1
    [closed] = await referral.hear(end("F2", date(2026, 4, 3), evidence=MOVED), day=APRIL_1)
    assert code(closed) == "OK"
    await referral.hear(live("F3", FARTHER), day=date(2026, 4, 9))
    assert await windows(referral) == {
        "F1": ("2026-03-01", "2026-04-01"),
        "F2": ("2026-04-01", "2026-04-03"),
        "F3": ("2026-04-03", None),
    }


async def test_a_place_that_holds_until_the_next_begins_is_in_the_way_of_a_third(referral: Driver) -> None:
    planned = live("F1"), live("F2", FAR, date(2026, 6, 1), evidence=MOVED)
    third = live("F3", FARTHER, DAY), live("F4", FARTHER, DAY, evidence=MOVED)
    decisions = await referral.hear(*planned, *third, day=DAY)
    assert [code(decision) for decision in decisions] == ["OK", "OK", "FILING_LOCKED", "OK"]
    assert await windows(referral) == {
        "F1": ("2026-03-01", "2026-03-02"),
        "F2": ("2026-06-01", "2026-06-01"),
        "F4": ("2026-03-02", None),
    }


@pytest.mark.requirement("REF-09")
@pytest.mark.parametrize("blank", ["", " ", "\u3000", "\t\n", "\u200b\ufeff"])
@pytest.mark.parametrize("body", [live("F1"), end()])
def test_blank_text_is_no_proof(body: SubmitFiling | EndFiling, blank: str) -> None:
    kind = type(body)
    assert kind.model_validate({**dict(body), "evidence": (f"{blank}新单位",)})
    with pytest.raises(ValidationError):
        kind.model_validate({**dict(body), "evidence": (blank,)})


async def test_a_filing_of_another_coverage_is_not_in_the_way(referral: Driver) -> None:
    await referral.hear(coverage(covered_until=APRIL_1), live("F1"), day=DAY)
    await referral.hear(coverage(scheme="310", covered_from=APRIL_1), source="enrollment", day=DAY)
    # The stream of filings has reached the day; that the old one has lapsed was not told yet.
    [decision] = await referral.hear(live("F2", FAR), day=APRIL_1)
    assert code(decision) == "OK"
    assert await windows(referral) == {"F1": ("2026-03-01", "2026-04-01"), "F2": ("2026-03-01", None)}
    [accepted] = [fact for fact in decision.facts if isinstance(fact, FilingAccepted)]
    assert (accepted.scheme, accepted.insured_area) == ("310", "511900")


LAPSES = [
    ("to end later", [end(ends_on=SEPTEMBER_2)], coverage(covered_until=APRIL_1)),
    ("to be replaced later", [live("F2", FAR, date(2026, 6, 1), evidence=MOVED)],
     coverage(covered_until=APRIL_1)),
    ("suspended from a day on", [], coverage(status="suspended", applies_from=APRIL_1)),
]  # fmt: skip


@pytest.mark.requirement("REF-11")
@pytest.mark.parametrize(("case", "then", "told"), LAPSES, ids=[case[0] for case in LAPSES])
async def test_a_filing_lapses_with_its_coverage_also_one_that_was_to_end_later(
    referral: Driver, case: str, then: list[Body], told: Body
) -> None:
    await referral.hear(live("F1"), *then, day=DAY)
    [heard] = await referral.hear(told, source="enrollment", day=DAY)
    assert not heard.facts
    [row] = await referral.fetch("SELECT DISTINCT partition FROM filing")
    decisions = await referral.due("coverage-lapse", row["partition"], APRIL_1)
    said = FilingEnded(filing_id="F1", person_id="P1", ends_on=APRIL_1, reason="coverage_changed")
    assert said in [fact for decision in decisions for fact in decision.facts], case


STEP = st.tuples(
    st.sampled_from(["file", "end"]),
    st.integers(0, 5),
    st.integers(-150, 150),
    st.sampled_from(["510100", FAR, FARTHER]),
    st.booleans(),
    st.integers(0, 40),
)


@settings(max_examples=150, deadline=None)
@given(steps=st.lists(STEP, max_size=9))
def test_two_long_term_places_never_hold_at_one_time(steps: list[Any]) -> None:
    decider, known = DECIDER, Known()
    driver = Driver(Service("referral", decider, Path()), cast(Any, None))

    def tell(body: Body, day: date) -> None:
        decision = decider.decide(known, driver.message(body, day=day))
        for change in (*decision.facts, *decision.rows):
            decider.apply(known, change)

    today = DAY
    tell(coverage(), today)
    for number, (what, which, offset, to, proven, later) in enumerate(steps):
        today += timedelta(days=later)
        day, evidence = today + timedelta(days=offset), MOVED if proven else ()
        filed = live(f"F{number}", to, day, evidence=evidence)
        tell(filed if what == "file" else end(f"F{which}", day, evidence=evidence), today)
    for one, other in combinations(known.of_person("P1"), 2):
        assert not _overlap(one, other), (one, other)


def _overlap(one: Filing, other: Filing) -> bool:
    begins_on = max(one.starts_on, other.starts_on)
    return one.runs_after(begins_on) and other.runs_after(begins_on)
