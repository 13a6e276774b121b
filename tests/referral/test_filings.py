"""Filings in the service, on a real database: submitted, refused, ended, lapsed."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from services.referral import SERVICE
from services.referral.model.filing import CLASSES
from shared.bus.message import Decision, Original
from shared.bus.service import Service
from shared.messages.body import CancelRequest
from shared.messages.enrollment.registers import CoverageChanged
from shared.messages.referral.filings import (
    EndFiling,
    Filed,
    FilingAccepted,
    FilingChecks,
    FilingEnded,
    FilingKind,
    SubmitFiling,
)
from tests.given.driver import Driver
from tests.referral.given.nodes import AGENCIES, HOSPITALS

DAY = date(2026, 3, 2)
MARCH_1 = date(2026, 3, 1)
SEPTEMBER_1 = date(2026, 9, 1)
SEPTEMBER_2 = date(2026, 9, 2)
CHECKS = FilingChecks(credential_check="unknown", destination_opened=True)


def coverage(person: str = "P1", **changed: Any) -> CoverageChanged:
    """A resident of Bazhong, insured normally."""
    given = {"scheme": "390", "insured_area": "511900", "status": "normal", "covered_from": date(2020, 1, 1)}
    return CoverageChanged(person_id=person, **{**given, **changed})


def submit(
    filing: str = "F1", kind: FilingKind = "referral", to: str = "510100", **more: Any
) -> SubmitFiling:
    """A filing of P1 from 1 March on."""
    given = {"person_id": "P1", "starts_on": MARCH_1, "channel": "national_app", **more}
    return SubmitFiling(filing_id=filing, kind=kind, destination_area=to, **given)


def end(filing: str = "F1", ends_on: date = DAY, **more: Any) -> EndFiling:
    """Ends a filing of P1."""
    return EndFiling(filing_id=filing, person_id="P1", ends_on=ends_on, **more)


def code(decision: Decision) -> str:
    """The answer's code; a refusal says nothing else."""
    assert decision.answer is not None
    if not decision.answer.accepted:
        assert not decision.facts and not decision.rows
    return decision.answer.code


@pytest.fixture
async def referral(driver_for: Callable[[Service], Awaitable[Driver]]) -> Driver:
    """The service, knowing P1 of Bazhong, agencies and hospitals."""
    driver = await driver_for(SERVICE)
    await driver.hear(coverage(), *AGENCIES, *HOSPITALS, source="enrollment", day=DAY)
    return driver


@pytest.mark.requirement("REF-01")
async def test_a_filing_is_in_force_at_once_and_said_to_all(referral: Driver) -> None:
    [decision] = await referral.hear(submit(to="510104"), day=DAY)
    [fact] = decision.facts
    assert fact == FilingAccepted(
        filing_id="F1",
        person_id="P1",
        kind="referral",
        filing_class="temporary",
        insured_area="511900",
        destination_area="510100",
        starts_on=MARCH_1,
        ends_on=SEPTEMBER_1,
        filed_on=DAY,
        channel="national_app",
        scheme="390",
        checks=CHECKS,
    )
    assert decision.answer is not None
    assert decision.answer.result == Filed(
        filing_id="F1",
        kind="referral",
        filing_class="temporary",
        destination_area="510100",
        starts_on=MARCH_1,
        ends_on=SEPTEMBER_1,
        checks=CHECKS,
    )
    assert [row["state"] for row in await referral.fetch("SELECT state FROM filing")] == ["in_force"]


@pytest.mark.requirement("REF-04")
@pytest.mark.parametrize("kind", [kind for kind, of in CLASSES.items() if of == "long_term"])
async def test_a_long_term_filing_has_no_end(referral: Driver, kind: FilingKind) -> None:
    [decision] = await referral.hear(submit(kind=kind), day=DAY)
    assert [fact.ends_on for fact in decision.facts if isinstance(fact, FilingAccepted)] == [None]


@pytest.mark.requirement("REF-21")
@pytest.mark.requirement("REF-19")
async def test_every_channel_files_without_a_stay_at_home(referral: Driver) -> None:
    [asked] = [field for name, field in SubmitFiling.model_fields.items() if name == "channel"]
    channels = asked.annotation.__args__  # type: ignore[union-attr]
    for number, channel in enumerate(channels):
        source = ("huaxi", "sichuan", "operator", "nanlong")[number % 4]
        [decision] = await referral.hear(submit(f"F{number}", channel=channel), source=source, day=DAY)
        assert code(decision) == "OK", channel
    counts = await referral.fetch("SELECT channel, count(*) FROM filing GROUP BY channel")
    assert {row["channel"]: row["count"] for row in counts} == dict.fromkeys(channels, 1)
    assert len(channels) == 7


@pytest.mark.requirement("REF-32")
def test_a_filing_has_no_place_for_a_hospital_but_the_list_of_its_own_province() -> None:
    fields = {*SubmitFiling.model_fields, *FilingAccepted.model_fields}
    assert [name for name in fields if "institution" in name or "hospital" in name] == ["institutions"]


REFUSALS = [
    ("a person nobody knows", submit(person_id="P9"), DAY, "UNKNOWN_PERSON"),
    ("no day is open", submit(), None, "NO_DAY_OPEN"),
    ("an area that is none", submit(to="990100"), DAY, "UNKNOWN_AREA"),
    ("a whole province", submit(to="370000"), DAY, "DESTINATION_TOO_WIDE"),
    ("a county at home", submit(to="511902"), DAY, "FILING_AT_HOME"),
    ("over already", submit(starts_on=date(2025, 9, 2)), DAY, "DATE_NOT_POSSIBLE"),
    ("far ahead", submit(starts_on=date(2027, 3, 2)), DAY, "DATE_NOT_POSSIBLE"),
    ("continues a filing nobody made", submit(continues_filing_id="F0"), DAY, "UNKNOWN_FILING"),
    ("ends a filing nobody made", end(), DAY, "UNKNOWN_FILING"),
]


@pytest.mark.parametrize(("case", "body", "day", "expected"), REFUSALS, ids=[case[0] for case in REFUSALS])
async def test_what_cannot_be_filed_is_refused_with_a_code(
    referral: Driver, case: str, body: SubmitFiling | EndFiling, day: date | None, expected: str
) -> None:
    [decision] = await referral.hear(body, day=day)
    assert code(decision) == expected
    assert await referral.fetch("SELECT FROM filing") == []


async def test_a_filing_id_is_used_once_by_whomever(referral: Driver) -> None:
    await referral.hear(coverage("P2"), source="enrollment", day=DAY)
    await referral.hear(submit(), day=DAY)
    decisions = await referral.hear(submit(), submit(person_id="P2"), day=DAY)
    assert [code(decision) for decision in decisions] == ["FILING_ID_TAKEN"] * 2


async def test_a_person_who_is_not_insured_normally_cannot_file(referral: Driver) -> None:
    await referral.hear(coverage(status="suspended"), source="enrollment", day=DAY)
    [decision] = await referral.hear(submit(), day=DAY)
    assert code(decision) == "INSURANCE_SUSPENDED"


@pytest.mark.requirement("REF-20")
async def test_a_further_referral_uses_the_certificate_that_is_there(referral: Driver) -> None:
    first, again = submit(certificate_id="C1"), submit("F2", continues_filing_id="F1")
    decisions = await referral.hear(first, again, day=DAY)
    assert [code(decision) for decision in decisions] == ["OK", "OK"]
    rows = await referral.fetch("SELECT certificate_id FROM filing ORDER BY filing_id")
    assert [row["certificate_id"] for row in rows] == ["C1", "C1"]


LOCK = [
    ("the same place again", "510103", SEPTEMBER_2, (), "ALREADY_FILED"),
    ("elsewhere in the first half year", "500000", SEPTEMBER_1, (), "FILING_LOCKED"),
    ("elsewhere with proof", "500000", DAY, ("new employer",), "OK"),
    ("elsewhere after half a year", "500000", SEPTEMBER_2, (), "OK"),
]


@pytest.mark.requirement("REF-09")
@pytest.mark.parametrize(("case", "to", "day", "evidence", "expected"), LOCK, ids=[case[0] for case in LOCK])
async def test_a_long_term_filing_changes_after_half_a_year_or_with_proof(
    referral: Driver, case: str, to: str, day: date, evidence: tuple[str, ...], expected: str
) -> None:
    await referral.hear(submit(kind="posted_worker"), day=DAY)
    new = submit("F2", "long_term_resident", to, starts_on=day, evidence=evidence)
    [decision] = await referral.hear(new, day=day)
    assert code(decision) == expected
    assert decision.answer is not None
    if expected == "FILING_LOCKED":
        assert decision.answer.where == "F1: 2026-09-02"
    if expected == "OK":
        ended, accepted = decision.facts
        assert ended == FilingEnded(filing_id="F1", person_id="P1", ends_on=day, reason="replaced")
        assert isinstance(accepted, FilingAccepted) and accepted.filing_id == "F2"


async def test_one_batch_may_replace_a_filing_again_and_again(referral: Driver) -> None:
    places = ("510100", "500000", "420100")
    moves = [submit(f"F{n}", "posted_worker", to, evidence=("moved",)) for n, to in enumerate(places)]
    await referral.hear(*moves, day=DAY)
    rows = await referral.fetch("SELECT state FROM filing ORDER BY filing_id")
    assert [row["state"] for row in rows] == ["replaced", "replaced", "in_force"]


ENDS = [
    ("a temporary one, today", "referral", end(), "OK"),
    ("yesterday", "referral", end(ends_on=MARCH_1), "DATE_NOT_POSSIBLE"),
    ("later than it holds", "referral", end(ends_on=SEPTEMBER_1), "DATE_NOT_POSSIBLE"),
    ("a long-term one in its first half year", "posted_worker", end(), "FILING_LOCKED"),
    ("with proof", "posted_worker", end(evidence=("moved back",)), "OK"),
    ("a day before the half year is over", "posted_worker", end(ends_on=SEPTEMBER_1), "FILING_LOCKED"),
    ("when the half year is over", "posted_worker", end(ends_on=SEPTEMBER_2), "OK"),
]


@pytest.mark.requirement("REF-09")
@pytest.mark.parametrize(("case", "kind", "body", "expected"), ENDS, ids=[case[0] for case in ENDS])
async def test_a_filing_is_ended_from_today_on(
    referral: Driver, case: str, kind: FilingKind, body: EndFiling, expected: str
) -> None:
    await referral.hear(submit(kind=kind), day=DAY)
    [decision] = await referral.hear(body, day=DAY)
    assert code(decision) == expected
    if expected == "OK":
        said = FilingEnded(filing_id="F1", person_id="P1", ends_on=body.ends_on, reason="ended")
        assert list(decision.facts) == [said]


async def test_a_filing_ends_once(referral: Driver) -> None:
    decisions = await referral.hear(submit(), end(), end(), day=DAY)
    assert [code(decision) for decision in decisions] == ["OK", "OK", "FILING_STATE"]
    [row] = await referral.fetch("SELECT state, ends_on FROM filing")
    assert tuple(row) == ("ended", DAY)


CANCELS = [
    ("on its day", "m-1", DAY, "OK"),
    ("a day later", "m-1", date(2026, 3, 3), "NOT_CANCELLABLE"),
    ("something else", "m-2", DAY, "NOT_CANCELLABLE"),
]


@pytest.mark.parametrize(("case", "original", "day", "expected"), CANCELS, ids=[case[0] for case in CANCELS])
async def test_a_filing_is_undone_on_the_day_it_was_made(
    referral: Driver, case: str, original: str, day: date, expected: str
) -> None:
    await referral.hear(submit(), source="huaxi", day=DAY, id="m-1")
    [decision] = await referral.hear(
        CancelRequest(subject_id="P1", original_id=original),
        source="huaxi",
        day=day,
        topic="realtime.filings",
        original=Original(original, SubmitFiling.wire_type(), True),
    )
    assert code(decision) == expected
    if expected == "OK":
        undone = FilingEnded(filing_id="F1", person_id="P1", ends_on=MARCH_1, reason="cancelled")
        assert list(decision.facts) == [undone]


async def test_a_filing_that_replaced_another_is_not_undone(referral: Driver) -> None:
    await referral.hear(submit(kind="posted_worker"), day=DAY)
    await referral.hear(submit("F2", "posted_worker", "500000", evidence=("moved",)), day=DAY, id="m-2")
    [decision] = await referral.hear(
        CancelRequest(subject_id="P1", original_id="m-2"),
        topic="realtime.filings",
        day=DAY,
        original=Original("m-2", SubmitFiling.wire_type(), True),
    )
    assert code(decision) == "NOT_CANCELLABLE"


@pytest.mark.requirement("REF-05")
async def test_a_temporary_filing_expires_on_its_day_and_a_long_term_one_never(referral: Driver) -> None:
    await referral.hear(submit(), submit("F2", "posted_worker", "500000"), day=DAY)
    [row] = await referral.fetch("SELECT DISTINCT partition FROM filing")
    partition = row["partition"]
    assert await referral.due("filing-expiry", partition, date(2026, 8, 31)) == []
    assert await referral.due("filing-expiry", (partition + 1) % 6, SEPTEMBER_1) == []
    [decision] = await referral.due("filing-expiry", partition, SEPTEMBER_1)
    said = FilingEnded(filing_id="F1", person_id="P1", ends_on=SEPTEMBER_1, reason="expired")
    assert list(decision.facts) == [said]
    assert await referral.due("filing-expiry", partition, date(2030, 1, 1)) == []


async def test_expiry_is_worked_off_in_pages(referral: Driver) -> None:
    await referral.hear(*(submit(f"F{n}") for n in range(7)), day=DAY)
    [row] = await referral.fetch("SELECT DISTINCT partition FROM filing")
    decisions = await referral.due("filing-expiry", row["partition"], SEPTEMBER_1, limit=3)
    assert len(decisions) == 7


CHANGES = [
    ("suspended", coverage(status="suspended"), True),
    ("terminated", coverage(status="terminated"), True),
    ("its time is over", coverage(covered_until=DAY), True),
    ("retired", coverage(retired=True), False),
    ("renewed for a time", coverage(covered_until=date(2027, 1, 1)), False),
    ("an old coverage elsewhere", coverage(insured_area="370300", status="terminated"), False),
]


@pytest.mark.requirement("REF-04")
@pytest.mark.requirement("REF-11")
@pytest.mark.parametrize(("case", "heard", "ends"), CHANGES, ids=[case[0] for case in CHANGES])
async def test_a_filing_ends_with_the_coverage_it_rests_on(
    referral: Driver, case: str, heard: CoverageChanged, ends: bool
) -> None:
    await referral.hear(submit(kind="posted_worker"), day=DAY)
    [decision] = await referral.hear(heard, source="enrollment", day=DAY)
    said = FilingEnded(filing_id="F1", person_id="P1", ends_on=DAY, reason="coverage_changed")
    assert list(decision.facts) == ([said] if ends else [])


@pytest.mark.requirement("REF-11")
async def test_after_a_change_of_scheme_a_new_filing_is_free_at_once(referral: Driver) -> None:
    await referral.hear(submit(kind="posted_worker"), day=DAY)
    changes = coverage(status="terminated"), coverage(scheme="310", covered_from=DAY)
    await referral.hear(*changes, source="enrollment", day=DAY)
    [decision] = await referral.hear(submit("F2", "posted_worker"), day=DAY)
    assert code(decision) == "OK"


async def test_a_filing_that_was_to_end_later_ends_with_its_coverage(referral: Driver) -> None:
    await referral.hear(submit(), end(ends_on=date(2026, 4, 1)), day=DAY)
    [decision] = await referral.hear(coverage(status="suspended"), source="enrollment", day=DAY)
    assert [fact.ends_on for fact in decision.facts if isinstance(fact, FilingEnded)] == [DAY]


LAPSES = [
    ("not renewed", None, True),
    ("renewed before its end", coverage(covered_until=date(2027, 1, 1)), False),
]


@pytest.mark.parametrize(("case", "renewal", "ends"), LAPSES, ids=[case[0] for case in LAPSES])
async def test_a_filing_ends_when_its_coverage_is_not_renewed(
    referral: Driver, case: str, renewal: CoverageChanged | None, ends: bool
) -> None:
    april = date(2026, 4, 1)
    await referral.hear(coverage(covered_until=april), source="enrollment", day=DAY)
    await referral.hear(submit(kind="posted_worker"), day=DAY)
    if renewal:
        await referral.hear(renewal, source="enrollment", day=DAY)
    [row] = await referral.fetch("SELECT partition FROM filing")
    decisions = await referral.due("coverage-lapse", row["partition"], april)
    said = FilingEnded(filing_id="F1", person_id="P1", ends_on=april, reason="coverage_changed")
    assert [fact for decision in decisions for fact in decision.facts] == ([said] if ends else [])
