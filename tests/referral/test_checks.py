"""A filing is checked as it is made, and tells what its benefit will be; a check refuses nothing."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from services.referral import SERVICE
from shared.bus.message import Decision
from shared.bus.service import Service
from shared.messages.enrollment.credentials import CredentialChanged
from shared.messages.referral.filings import Filed, FilingAccepted, FilingChecks
from shared.messages.referral.worklist import AnnounceReferral, ReferralAnnounced
from tests.given.driver import Driver
from tests.referral.given.desk import told
from tests.referral.given.nodes import AGENCIES, HOSPITALS, hospital
from tests.referral.test_filings import DAY, code, coverage, submit
from tests.settlement.given.world import policy


def credential(**given: Any) -> CredentialChanged:
    """A card of P1."""
    fields = {"credential_id": "a" * 32, "credential": "03", "valid_from": date(2020, 1, 1), **given}
    return CredentialChanged(person_id="P1", **fields)


def filed(decision: Decision) -> Filed:
    """What was filed."""
    assert decision.answer and isinstance(decision.answer.result, Filed), decision.answer
    return decision.answer.result


CREDENTIALS = [
    ("none is registered", [], "unknown"),
    ("one that is valid", [credential()], "valid"),
    ("one that is over", [credential(valid_until=DAY)], "invalid"),
    ("one that was revoked", [credential(revoked_on=DAY)], "invalid"),
    ("one that begins later", [credential(valid_from=date(2026, 3, 3))], "invalid"),
    ("a new one beside it", [credential(revoked_on=DAY), credential(credential_id="b" * 32)], "valid"),
    ("revoked, then valid again", [credential(revoked_on=DAY), credential()], "valid"),
]


@pytest.mark.requirement("REF-36")
@pytest.mark.parametrize(("case", "heard", "expected"), CREDENTIALS, ids=[case[0] for case in CREDENTIALS])
def test_a_filing_tells_whether_a_credential_may_be_shown(
    case: str, heard: list[CredentialChanged], expected: Any
) -> None:
    desk = told(coverage(), *HOSPITALS, *heard)
    made = desk.hear(submit())
    checks = FilingChecks(credential_check=expected, destination_opened=True)
    [fact] = made.facts
    assert isinstance(fact, FilingAccepted) and fact.checks == filed(made).checks == checks, case
    assert desk.filing().checks == checks


@pytest.mark.requirement("REF-36")
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, True),
        ({"services": ("outpatient",)}, False),
        ({"status": "suspended"}, False),
        ({"area": "410100"}, False),
    ],
)
def test_a_filing_tells_whether_anybody_is_open_where_it_leads(given: Any, expected: bool) -> None:
    desk = told(coverage(), hospital("510104", "huaxi").model_copy(update=given))
    checks = filed(desk.hear(submit())).checks
    assert checks and checks.destination_opened is expected


EFFECTS = [("referral", 500), ("other_temporary", 1000), ("emergency", 500), ("posted_worker", 0)]


@pytest.mark.requirement("REF-37")
@pytest.mark.parametrize(("kind", "expected"), EFFECTS)
def test_a_filing_tells_by_how_much_less_is_paid(kind: Any, expected: int) -> None:
    made = told(coverage(), policy(), *HOSPITALS).hear(submit(kind=kind))
    [fact] = made.facts
    assert isinstance(fact, FilingAccepted) and fact.cut_bp == filed(made).cut_bp == expected


@pytest.mark.requirement("REF-37")
def test_without_a_policy_no_cut_is_told_and_who_cannot_join_there_is_paid_as_referred() -> None:
    assert filed(told(coverage()).hear(submit())).cut_bp is None
    desk = told(coverage(scheme="380"), policy("511900-380", "380"))
    living = submit(kind="long_term_resident", cannot_join_locally=True)
    assert filed(desk.hear(living)).cut_bp == 500


def referred(issuer: str | None, receives: str, *tiers: tuple[str, str]) -> ReferralAnnounced:
    """A referral that was announced between institutions of some tiers."""
    places = {"H51190200001": ("511902", "nanlong"), "H51190200002": ("511902", "nanlong")}
    named = {**places, "H51010400001": ("510104", "huaxi")}
    hospitals = [
        hospital(*named[name], int(name[-5:])).model_copy(update={"tier": tier}) for name, tier in tiers
    ]
    desk = told(coverage(), *AGENCIES, *hospitals)
    shown: dict[str, Any] = {"certificate_id": "C1", "certificate_issuer_id": issuer} if issuer else {}
    desk.hear(submit(**shown), source="nanlong")
    body = AnnounceReferral(filing_id="F1", person_id="P1", institution_id=receives)
    [fact] = desk.hear(body, source="nanlong").facts
    assert isinstance(fact, ReferralAnnounced)
    return fact


@pytest.mark.requirement("REF-18")
@pytest.mark.parametrize(
    ("issuer", "referring", "receiving", "direction"),
    [
        ("H51190200001", "2", "3", "up"),
        ("H51190200001", "3", "1", "down"),
        ("H51190200001", "3", "3", "level"),
        (None, "2", "3", "up"),  # the node's only hospital refers
    ],
)
def test_a_referral_tells_its_tiers_and_whether_it_goes_up_or_down(
    issuer: str | None, referring: str, receiving: str, direction: str
) -> None:
    fact = referred(issuer, "H51010400001", ("H51190200001", referring), ("H51010400001", receiving))
    assert (fact.referring_tier, fact.receiving_tier, fact.direction) == (referring, receiving, direction)


@pytest.mark.requirement("REF-18")
def test_which_of_two_hospitals_refers_is_not_guessed() -> None:
    tiers = ("H51190200001", "2"), ("H51190200002", "3"), ("H51010400001", "3")
    fact = referred(None, "H51010400001", *tiers)
    assert (fact.referring_tier, fact.direction) == (None, None)


async def test_what_filings_are_checked_by_is_kept(
    driver_for: Callable[[Service], Awaitable[Driver]],
) -> None:
    driver = await driver_for(SERVICE)
    bare = hospital("410100", "zhengzhou").model_copy(update={"services": ("pharmacy",)})
    heard = (coverage(), *AGENCIES, HOSPITALS[0], HOSPITALS[1], bare, policy(), credential(revoked_on=DAY))
    await driver.hear(*heard, source="enrollment", day=DAY)
    shown: Any = {"certificate_id": "C1", "certificate_issuer_id": "H51190200001"}
    one, other = await driver.hear(submit(**shown), submit("F2", to="410100"), day=DAY)
    assert (filed(one).cut_bp, filed(one).checks) == (
        500,
        FilingChecks(credential_check="invalid", destination_opened=True),
    )
    assert filed(other).checks == FilingChecks(credential_check="invalid", destination_opened=False)
    body = AnnounceReferral(filing_id="F1", person_id="P1", institution_id="H51010400001")
    [announced] = await driver.hear(body, day=DAY)
    assert code(announced) == "OK"
    [row] = await driver.fetch("SELECT referring_tier, receiving_tier, direction FROM referral_announcement")
    assert tuple(row) == ("3", "3", "level")
