"""What a patient shows at the desk: revoked is refused, verified is told, shown late counts from then on."""

from datetime import date
from typing import Any

import pytest

from shared.messages.body import Body
from shared.messages.enrollment.credentials import CredentialChanged
from shared.messages.settlement.shown import CredentialShown, ShowCredential
from shared.messages.settlement.visits import VisitAdmitted
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import (
    D1,
    D3,
    D9,
    KEYS,
    DriverFor,
    accepted,
    admit,
    ask,
    bed,
    discharge,
    line,
    open_world,
    outpatient,
    quote,
    rows,
    settle,
)

CARD = "c" * 32


def card(person_id: str = "Lin", **given: Any) -> CredentialChanged:
    """A social security card, as enrollment tells it."""
    values = {"credential": "03", "valid_from": date(2026, 1, 1), **given}
    return CredentialChanged(person_id=person_id, credential_id=CARD, **values)


def shown(**given: Any) -> ShowCredential:
    return ShowCredential(**{**KEYS, "credential": "03", "credential_id": CARD, **given})


def bill(**given: Any) -> Body:
    return outpatient(line(1), total_fen=10_000, visit_id="V2", service_on=D3, **given)


OF_THE_CARD: list[tuple[str, CredentialChanged, str, str]] = [
    ("it counts", card(), "03", "OK"),
    ("revoked before the care", card(revoked_on=D1), "03", "CREDENTIAL_NOT_VALID"),
    ("revoked after the care", card(revoked_on=D9), "03", "OK"),
    ("not valid yet", card(valid_from=D9), "03", "CREDENTIAL_NOT_VALID"),
    ("no longer valid", card(valid_until=D1), "03", "CREDENTIAL_NOT_VALID"),
    ("of another kind", card(), "04", "CREDENTIAL_NOT_VALID"),
    ("another person's", card("Mei"), "03", "UNKNOWN_CREDENTIAL"),
]


@pytest.mark.requirement("ENR-02")
@pytest.mark.parametrize(
    ("case", "told", "kind", "expected"), OF_THE_CARD, ids=[case[0] for case in OF_THE_CARD]
)
def test_a_credential_is_taken_on_the_days_it_counts(
    case: str, told: CredentialChanged, kind: str, expected: str
) -> None:
    memory = Memory(told)
    named = {"credential": kind, "credential_id": CARD}
    assert memory.ask(admit(admitted_on=D3, **named)).code == expected
    assert memory.ask(bill(**named)).code == expected
    waiting = Memory(told)
    waiting.accepted(admit(credential=None))
    assert waiting.ask(shown(credential=kind), day=D3).code == expected


@pytest.mark.requirement("ENR-03")
def test_a_verification_is_told_with_its_officer_day_and_time() -> None:
    memory = Memory(card())
    named = {"credential": "03", "credential_id": CARD, "verified_by": "li"}
    for body, visit_id in ((admit(**named), "V1"), (bill(**named), "V2")):
        message = memory.message(body)
        message.time = "2026-03-12T01:30:00Z"
        facts = [fact for fact in memory.decide(message).facts if isinstance(fact, CredentialShown)]
        assert [(one.visit_id, one.verified_by, one.shown_on, one.shown_at) for one in facts] == [
            (visit_id, "li", D9, "2026-03-12T01:30:00Z")
        ]
        assert (facts[0].credential, facts[0].credential_id) == ("03", CARD)
    unnamed = memory.decide(memory.message(admit(visit_id="V3"))).facts
    assert not any(isinstance(fact, CredentialShown) for fact in unnamed)


@pytest.mark.requirement("ENR-04")
async def test_a_stay_is_self_paid_until_something_is_shown(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for, card())
    await accepted(driver, admit(credential=None), bed("U1", 1000))
    assert (await ask(driver, quote(1, 100_000))).code == "CREDENTIAL_NOT_SHOWN"
    assert (await ask(driver, discharge())).code == "CREDENTIAL_NOT_SHOWN"
    [late] = await accepted(driver, shown(verified_by="li"))
    assert [type(fact) for fact in late.facts] == [CredentialShown]
    assert await rows(driver, "SELECT awaits_credential FROM visit") == [(False,)]
    await accepted(driver, quote(1, 100_000))
    await accepted(driver, discharge(), settle(1, 100_000))
    assert (await ask(driver, shown())).code == "VISIT_SETTLED"


@pytest.mark.requirement("ENR-04")
def test_who_leaves_without_showing_anything_pays_all() -> None:
    memory = Memory(card())
    memory.accepted(admit(credential=None), bed("U1", 1000), discharge(paid="self"))
    assert memory.ask(shown()).code == "VISIT_STATE"
    assert memory.ask(settle(1, 100_000)).code == "VISIT_STATE"


@pytest.mark.requirement("SET-32")
def test_the_desk_and_the_window_each_tell_when_they_were_done() -> None:
    """The desk registers without a credential, the window verifies it later; each finds the filing."""
    memory, told = Memory(card()), []
    for body, time in ((admit(credential=None), "2026-03-12T01:30:00Z"), (shown(), "2026-03-12T01:42:00Z")):
        message = memory.message(body)
        message.time = time
        decision = memory.decide(message)
        told.append(decision.facts[0])
        assert decision.answer
        assert decision.answer.result.filing == "none"  # type: ignore[union-attr]
    registered, verified = told
    assert isinstance(registered, VisitAdmitted)
    assert isinstance(verified, CredentialShown)
    assert registered.registered_at == "2026-03-12T01:30:00Z"
    assert (verified.shown_at, verified.credential_id) == ("2026-03-12T01:42:00Z", CARD)
