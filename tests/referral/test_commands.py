"""`yidi center filings`, `review-filing` and `audit-filing`: an agency works off what waits for it."""

import json
from collections.abc import Awaitable, Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from services.cli.center import act as acting
from services.cli.center import filing_commands
from services.cli.center.act import tell
from services.referral import SERVICE
from shared.bus.service import Service
from shared.messages.body import Request
from shared.messages.referral.lists import FilingsFound, ListedFiling, QueryFilingWork
from shared.messages.referral.reviews import AuditFiling, FilingStands, ReviewFiling
from tests.clearing.given.command import run
from tests.given.driver import Driver
from tests.referral.test_filings import coverage, submit

DAY = date(2026, 3, 2)


def listed(number: int, **more: Any) -> ListedFiling:
    """A filing that waits for the agency."""
    given = {"person_id": "P1", "kind": "referral", "filing_state": "submitted", "scheme": "390"}
    where = {"insured_area": "511902", "destination_area": "510100", "starts_on": DAY, "ends_on": None}
    how = {"submitted_on": DAY, "channel": "agency", "next_step": "agency", "to_audit": False}
    return ListedFiling(filing_id=f"F{number}", **{**given, **where, **how, **more})


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """What the commands ask as the center; two filings wait for it, a page each."""
    bodies: list[Request] = []

    async def ask(body: Request, kind: type) -> Any:
        bodies.append(body)
        if isinstance(body, QueryFilingWork):
            number = 2 if body.after_filing_id else 1
            return FilingsFound(filings=(listed(number),), more=number == 1)
        return FilingStands(filing_id="F1", filing_state="in_force", starts_on=DAY, ends_on=None)

    def as_center(center_id: str, step: Callable[[Any], Any]) -> Any:
        work = step(SimpleNamespace(ask=ask, center_id=center_id))
        try:
            work.send(None)
        except StopIteration as done:
            return done.value
        raise AssertionError("waits for something")

    def act(center_id: str, step: Callable[[Any], Any], done: str, as_json: bool) -> None:
        tell(as_center(center_id, step), done, as_json)

    # Only in the module that is tested: one that is imported meanwhile would keep what it finds in another.
    monkeypatch.setattr(filing_commands, "as_center", as_center)
    monkeypatch.setattr(filing_commands, "act", act)
    return bodies


def test_what_stands_for_a_step_is_nothing_that_other_commands_would_import(asked: list[Request]) -> None:
    assert (acting.as_center.__module__, acting.act.__module__) == (acting.__name__,) * 2
    assert asked == []


async def test_an_agency_lists_all_that_waits_page_by_page(asked: list[Request]) -> None:
    shown = await run("center", "filings", "511900")
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.splitlines()[:2] == [
        "F1  P1  referral",
        "    511902 → 510100  2026-03-02 – …  agency  待经办机构审核 / waits for the agency",
    ]
    told = await run("center", "filings", "511900", "--audit", "--json")
    assert [one["filing_id"] for one in json.loads(told.stdout)] == ["F1", "F2"]
    assert [getattr(one, "work", "") for one in asked] == ["to_review"] * 2 + ["to_audit"] * 2


@pytest.mark.requirement("REF-21")
async def test_filings_are_counted_by_channel(
    driver_for: Callable[[Service], Awaitable[Driver]], database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIDI_POSTGRES", database)
    driver = await driver_for(SERVICE)
    assert (await run("center", "channels", "511900")).exit_code == 1
    await driver.hear(coverage(), coverage("P2", insured_area="410100"), source="enrollment", day=DAY)
    ways = ("agency", "national_app", "national_app")
    filings = [submit(f"F{number}", channel=way) for number, way in enumerate(ways)]
    await driver.hear(*filings, submit("F9", person_id="P2"), day=DAY)
    shown = await run("center", "channels", "510000", "--json")
    assert json.loads(shown.stdout) == [
        {"insured_area": "511900", "channel": "agency", "filings": 1},
        {"insured_area": "511900", "channel": "national_app", "filings": 2},
    ]
    told = await run("center", "channels", "511900")
    assert told.stdout.splitlines() == ["511900", "    agency  1", "    national_app  2"]


SAID = ("--officer", "li", "--opinion", "looked at")


@pytest.mark.parametrize(
    ("command", "more", "expected"),
    [
        ("review-filing", (), {"step": "agency", "conclusion": "approved"}),
        ("review-filing", ("--refuse", "--step", "experts"), {"step": "experts", "conclusion": "refused"}),
        ("audit-filing", (), {"conclusion": "kept"}),
        ("audit-filing", ("--end",), {"conclusion": "ended"}),
    ],
)
async def test_an_officer_reviews_or_audits_a_filing(
    asked: list[Request], command: str, more: tuple[str, ...], expected: Any
) -> None:
    done = await run("center", command, "511900", "P1", "F1", *SAID, *more)
    assert done.exit_code == 0, done.output
    [body] = asked
    assert isinstance(body, ReviewFiling | AuditFiling)
    given = {"filing_id": "F1", "person_id": "P1", "officer": "li", "opinion": "looked at", **expected}
    assert body.model_dump() == given
