"""Who a person is: encrypted in one place, found by what is shown, told to nobody; all people invented."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from services.enrollment import SERVICE
from services.enrollment.persons.store import count_by_key, turn_page
from shared.bus.message import Decision
from shared.bus.service import Service
from shared.messages.body import Body
from shared.messages.enrollment.credentials import CredentialChanged, RegisterCredential, RevokeCredential
from shared.messages.enrollment.persons import (
    FindPerson,
    Identity,
    PersonIdentified,
    PersonRegistered,
    RegisterPerson,
)
from shared.messages.enrollment.registers import EnrollPerson, RegisterCenter, RegisterNode
from shared.settings import Settings
from shared.trust.key_ring import Encrypted, keep, ring_of
from shared.trust.sealed import seal
from tests.enrollment.test_registers import institution
from tests.given.driver import Driver

HOSPITAL, NUMBER, NAME = "H51190000001", "511900198002291240", "赵无名"
JANUARY, MARCH_2, MARCH_5, MARCH_9 = date(2026, 1, 1), *(date(2026, 3, day) for day in (2, 5, 9))


def sealed(purpose: str, plain: str) -> str:
    return seal(ring_of(Settings().home).sealing_key(), purpose, plain.encode())


def person(person_id: str = "P1", **given: Any) -> RegisterPerson:
    """A woman's identity, with a card."""
    values = {
        "name": NAME,
        "sex": "female",
        "birth_date": "1980-02-29",
        "document": "id_card",
        "number": NUMBER,
    }
    identity = Identity.model_validate_json(
        Identity.model_construct(**{**values, **given}).model_dump_json(warnings=False)
    )
    return RegisterPerson(
        person_id=person_id, sealed=sealed(f"identity {person_id}", identity.model_dump_json())
    )


def card(token: str = "A123", person_id: str = "P1", kind: Any = "03", **given: Any) -> RegisterCredential:
    text = sealed(f"credential {person_id} {kind}", token)
    dates = {"valid_from": JANUARY, **given}
    return RegisterCredential(person_id=person_id, credential=kind, sealed=text, **dates)


def show(token: str = "A123", kind: Any = "03", institution_id: str = HOSPITAL) -> FindPerson:
    text = sealed(f"credential {institution_id} {kind}", token)
    return FindPerson(institution_id=institution_id, credential=kind, sealed=text)


def revoke(credential_id: str, person_id: str = "P1", on: date = MARCH_5) -> RevokeCredential:
    return RevokeCredential(person_id=person_id, credential_id=credential_id, revoked_on=on, reason="lost")


@pytest.fixture
async def enrollment(driver_for: Callable[[Service], Awaitable[Driver]]) -> Driver:
    """The service with Bazhong's center and hospital, and two persons insured there."""
    driver = await driver_for(SERVICE)
    await driver.hear(RegisterNode(node_id="bazhong", name="bazhong", kind="center"))
    await driver.hear(RegisterCenter(center_id="511900", name="bazhong", node_id="bazhong"))
    place = institution(institution_id=HOSPITAL, area="511900", node_id="bazhong")
    await driver.hear(place, *(enrolled(person_id) for person_id in ("P1", "P2")))
    return driver


def enrolled(person_id: str) -> EnrollPerson:
    values = {"scheme": "390", "insured_area": "511900", "status": "normal", "covered_from": JANUARY}
    return EnrollPerson.model_validate({"person_id": person_id, **values})


async def answers(driver: Driver, *bodies: Body, **envelope: Any) -> list[str]:
    """The codes of bodies decided as one batch by the place that answers for the persons."""
    decisions = await driver.hear(*bodies, **{"source": "bazhong", "day": MARCH_9, **envelope})
    return [decision.answer.code for decision in decisions if decision.answer]


def found(decision: Decision) -> PersonIdentified:
    assert decision.answer and isinstance(decision.answer.result, PersonIdentified), decision.answer
    return decision.answer.result


@pytest.mark.requirement("SEC-12")
async def test_an_identity_is_kept_encrypted_and_nothing_of_it_is_told(enrollment: Driver) -> None:
    body = person()
    [decision] = await enrollment.hear(body, source="bazhong", day=MARCH_9)
    told, card_told = decision.facts
    assert told == PersonRegistered(person_id="P1", sex="female", birth_month="1980-02")
    assert isinstance(card_told, CredentialChanged) and card_told.credential == "02"
    [row] = await enrollment.fetch("SELECT * FROM person_identity")
    kept = Encrypted(row["key_id"], row["content"])
    assert NAME in ring_of(Settings().home).decrypt("P1", kept).decode()
    said = [decision.answer, *decision.facts, body]
    texts = [one.model_dump_json() for one in said if one] + [repr(tuple(row))]
    rows = await enrollment.fetch("SELECT * FROM credential")
    assert not any(secret in text for text in [*texts, repr(rows)] for secret in (NAME, NUMBER, NUMBER[6:14]))


@pytest.mark.requirement("ENR-01")
@pytest.mark.requirement("ENR-02")
async def test_a_person_is_found_by_whatever_of_theirs_is_shown(enrollment: Driver) -> None:
    cards = [card(kind, kind=kind) for kind in ("01", "03", "04")]
    assert await answers(enrollment, person(), *cards) == ["OK"] * 4
    shown = [show(NUMBER, "02"), *(show(kind, kind) for kind in ("01", "03", "04"))]
    people = [found(one) for one in await enrollment.hear(*shown, source="bazhong", day=MARCH_9)]
    assert len({one.credential_id for one in people}) == 4
    for one in people:
        assert (one.person_id, one.sex, one.birth_month) == ("P1", "female", "1980-02")
        assert [tuple(dict(state).values()) for state in one.coverages] == [("390", "511900", "normal")]
    assert await answers(enrollment, show("01", "03")) == ["UNKNOWN_CREDENTIAL"]


SHOWN = [
    ("before it counts", {"valid_from": MARCH_9}, MARCH_5, "CREDENTIAL_NOT_VALID"),
    ("from its first day on", {"valid_from": MARCH_9}, MARCH_9, "OK"),
    ("after its end", {"valid_until": MARCH_5}, MARCH_5, "CREDENTIAL_NOT_VALID"),
    ("on its last day", {"valid_until": MARCH_9}, MARCH_5, "OK"),
    ("no day yet", {}, None, "NO_DAY_OPEN"),
]


@pytest.mark.requirement("ENR-02")
@pytest.mark.parametrize(("case", "given", "day", "expected"), SHOWN, ids=[case[0] for case in SHOWN])
async def test_a_credential_counts_on_its_days(
    enrollment: Driver, case: str, given: dict[str, Any], day: date | None, expected: str
) -> None:
    assert await answers(enrollment, card(**given), show(), day=day) == ["OK", expected]


@pytest.mark.requirement("ENR-02")
async def test_a_credential_is_revoked_and_registered_again(enrollment: Driver) -> None:
    [registered] = await enrollment.hear(card(), source="bazhong", day=MARCH_9)
    [fact] = registered.facts
    assert isinstance(fact, CredentialChanged)
    assert await answers(enrollment, card(person_id="P2")) == ["CREDENTIAL_TAKEN"]
    [revoked] = await enrollment.hear(revoke(fact.credential_id), source="bazhong", day=MARCH_9)
    assert list(revoked.facts) == [fact.model_copy(update={"revoked_on": MARCH_5})]
    assert await answers(enrollment, show(), show(), day=MARCH_5) == ["CREDENTIAL_NOT_VALID"] * 2
    assert await answers(enrollment, show(), day=MARCH_2) == ["OK"]  # it counted then
    # Registered by mistake for the first, it is the second's; in one batch as in several.
    assert await answers(enrollment, card(person_id="P2"), card()) == ["OK", "CREDENTIAL_TAKEN"]
    [owner] = await enrollment.hear(show(), source="bazhong", day=MARCH_9)
    assert found(owner).person_id == "P2"
    back = [revoke(fact.credential_id, "P2"), card()]
    assert await answers(enrollment, *back, show(), day=MARCH_9) == ["OK"] * 3


def otherwise(**given: Any) -> Callable[[], Body]:
    return lambda: person(**given)


REFUSED: list[tuple[str, Callable[[], Body], str, str]] = [
    ("a 19th digit", otherwise(number=NUMBER + "1"), "ID_NUMBER_WRONG", "sealed.number"),
    ("a wrong check digit", otherwise(number=NUMBER[:-1] + "1"), "ID_NUMBER_WRONG", "sealed.number"),
    ("another birth date", otherwise(birth_date="1980-02-28"), "ID_NUMBER_WRONG", "sealed.birth_date"),
    ("another sex", otherwise(sex="male"), "ID_NUMBER_WRONG", "sealed.sex"),
    ("somebody who is insured nowhere", otherwise(person_id="P9"), "UNKNOWN_PERSON", "person_id"),
    ("sealed for another person", lambda: person("P2").model_copy(update={"person_id": "P1"}),
     "SEAL_UNREADABLE", "sealed"),
    ("no identity", lambda: RegisterPerson(person_id="P1", sealed=sealed("identity P1", "{}")),
     "INVALID_FIELD", "sealed.name"),
    ("a card's wrong number", lambda: card(NUMBER[:-1] + "1", kind="02"), "ID_NUMBER_WRONG", "sealed"),
    ("a token of blanks", lambda: card("a b"), "INVALID_FIELD", "sealed"),
    ("an end before the beginning", lambda: card(valid_until=JANUARY), "DATE_NOT_POSSIBLE", "valid_until"),
    ("a revocation to come", lambda: revoke("0" * 32), "UNKNOWN_CREDENTIAL", "credential_id"),
    ("shown at an unknown place", lambda: show(institution_id="H51190000009"), "UNKNOWN_INSTITUTION",
     "institution_id"),
]  # fmt: skip


@pytest.mark.requirement("ENR-02")
async def test_what_is_wrong_is_refused_by_its_field_and_never_quoted(enrollment: Driver) -> None:
    bodies = [body() for _, body, _, _ in REFUSED]
    decisions = await enrollment.hear(*bodies, source="bazhong", day=MARCH_9)
    told = [(one.answer.code, one.answer.where) for one in decisions if one.answer]
    assert told == [(code, where) for _, _, code, where in REFUSED]
    assert not any(one.facts or one.rows for one in decisions)


async def test_an_old_number_finds_whom_the_new_one_names(enrollment: Driver) -> None:
    old = NUMBER[:6] + NUMBER[8:17]
    assert await answers(enrollment, person(number=old), show(NUMBER, "02"), show(old, "02")) == ["OK"] * 3


async def test_the_same_identity_is_no_news_and_another_one_is(enrollment: Driver) -> None:
    first, again, married = await enrollment.hear(
        person(), person(), person(name="钱无名"), source="bazhong", day=MARCH_9
    )
    assert [len(one.facts) for one in (first, again, married)] == [2, 0, 1]
    [revoked] = first.facts[1:]
    assert isinstance(revoked, CredentialChanged)
    assert await answers(enrollment, revoke(revoked.credential_id), person(name="孙无名")) == ["OK"] * 2
    assert await answers(enrollment, show(NUMBER, "02")) == ["CREDENTIAL_NOT_VALID"]  # it was lost, and is


@pytest.mark.requirement("SEC-12")
async def test_a_turned_key_encrypts_all_anew_page_by_page(enrollment: Driver) -> None:
    await answers(enrollment, person(), person("P2", document="passport", number="E1"))
    home, before = Settings().home, ring_of(Settings().home)
    under_way = person(name="钱无名")  # sealed with the key of before
    keep(home, before.with_fresh_key())
    assert await answers(enrollment, under_way, show(NUMBER, "02")) == ["OK", "OK"]
    async with enrollment.pool.acquire() as tx:
        assert await count_by_key(tx) == {"k1": 1, "k2": 1}
        assert [await turn_page(tx, ring_of(home), 1) for _ in range(2)] == [1, 0]
        assert await count_by_key(tx) == {"k2": 2}
    rows = await enrollment.fetch("SELECT person_id, key_id, content FROM person_identity ORDER BY 1")
    names = [ring_of(home).without("k1").decrypt(row[0], Encrypted(row[1], row[2])).decode() for row in rows]
    assert "钱无名" in names[0] and NAME in names[1]
