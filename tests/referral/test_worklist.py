"""A referred patient reaches the worklist of the institution that receives him, and is answered."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from services.referral import SERVICE
from shared.bus.message import Decision, Notice, Original
from shared.bus.service import Service
from shared.messages.body import Body, CancelRequest
from shared.messages.enrollment.registers import InstitutionPublished
from shared.messages.referral.lists import FilingsFound, QueryFilings
from shared.messages.referral.worklist import (
    AcknowledgeReferral,
    AnnounceReferral,
    QueryReferrals,
    ReferralAcknowledged,
    ReferralAnnounced,
    ReferralsFound,
    ReferralWithdrawn,
)
from tests.given.driver import Driver
from tests.referral.given.desk import Desk, told
from tests.referral.given.nodes import AGENCIES, HOSPITALS, hospital
from tests.referral.test_filings import DAY, MARCH_1, SEPTEMBER_1, code, coverage, end, submit

HUAXI, ZHENGZHOU, HOME = "H51010400001", "H41010000001", "H51190200001"
SHUT = hospital("510104", "shut", 2).model_copy(update={"services": ("outpatient",)})
MARCH_3 = date(2026, 3, 3)


def announce(institution_id: str = HUAXI, filing: str = "F1") -> AnnounceReferral:
    return AnnounceReferral(filing_id=filing, person_id="P1", institution_id=institution_id, note="支架术后")


def answer(reception: Any, institution_id: str = HUAXI, filing: str = "F1") -> AcknowledgeReferral:
    given = {"filing_id": filing, "person_id": "P1", "institution_id": institution_id}
    return AcknowledgeReferral(**given, reception=reception, officer="Q", opinion="bed 12")


def referred(*more: InstitutionPublished) -> Desk:
    """A desk where nanlong has referred P1 to Chengdu."""
    desk = told(coverage(), *AGENCIES, *HOSPITALS, *more)
    desk.hear(submit(), source="nanlong")
    return desk


@pytest.mark.requirement("REF-27")
def test_the_institution_that_receives_a_patient_is_told_at_once() -> None:
    desk = referred()
    said = desk.hear(announce(), source="nanlong")
    fact = ReferralAnnounced(
        filing_id="F1",
        person_id="P1",
        institution_id=HUAXI,
        kind="referral",
        insured_area="511900",
        scheme="390",
        starts_on=MARCH_1,
        ends_on=SEPTEMBER_1,
        announced_on=DAY,
        note="支架术后",
        referring_tier="3",
        receiving_tier="3",
        direction="level",
    )
    assert code(said) == "OK" and list(said.facts) == [fact]
    assert list(said.notices) == [Notice("huaxi", fact)]


ANNOUNCED = [
    ("by who filed", announce(), "nanlong", "OK"),
    ("by the insured agency", announce(), "bazhong", "OK"),
    ("by a hospital that did not file", announce(), "huaxi", "FILING_NOT_YOURS"),
    ("by another area's agency", announce(), "henan", "FILING_NOT_YOURS"),
    ("to where the filing does not lead", announce(ZHENGZHOU), "nanlong", "WRONG_AREA"),
    ("to one at home", announce(HOME), "nanlong", "WRONG_AREA"),
    ("to one without inpatient care", announce(SHUT.institution_id), "nanlong", "NOT_OPENED"),
    ("to one that nobody registered", announce("H51010400009"), "nanlong", "UNKNOWN_INSTITUTION"),
    ("of a filing that nobody made", announce(filing="F9"), "nanlong", "UNKNOWN_FILING"),
]


@pytest.mark.parametrize(("case", "body", "source", "expected"), ANNOUNCED, ids=[c[0] for c in ANNOUNCED])
def test_a_referral_is_announced_by_whose_it_is_to_who_may_receive_it(
    case: str, body: Body, source: str, expected: str
) -> None:
    assert code(referred(SHUT).hear(body, source=source)) == expected, case


@pytest.mark.requirement("REF-28")
def test_an_institution_answers_a_referral_and_may_mend_its_answer() -> None:
    desk = referred()
    assert code(desk.hear(answer("received"), source="huaxi")) == "UNKNOWN_FILING"
    desk.hear(announce(), source="nanlong")
    assert code(desk.hear(announce(), source="nanlong")) == "ALREADY_DONE"
    assert code(desk.hear(answer("received"), source="nanlong")) == "INSTITUTION_NOT_YOURS"
    first = desk.hear(answer("received"), source="huaxi")
    [fact] = first.facts
    assert isinstance(fact, ReferralAcknowledged) and fact.acknowledged_on == DAY
    assert list(first.notices) == [Notice("nanlong", fact)]
    assert code(desk.hear(answer("received"), source="huaxi")) == "ALREADY_DONE"
    assert code(desk.hear(answer("declined"), source="huaxi")) == "OK"
    assert code(desk.hear(answer("received"), source="huaxi")) == "OK"
    desk.hear(end(), source="nanlong")
    assert code(desk.hear(answer("declined"), source="huaxi")) == "FILING_STATE"


def take_back(desk: Desk, original: str = "m-1") -> Decision:
    body = CancelRequest(subject_id="P1", original_id=original)
    kind = AnnounceReferral.wire_type()
    return desk.hear(body, source="nanlong", original=Original(original, kind, True))


def test_an_announcement_is_undone_until_it_is_answered_and_made_anew() -> None:
    desk = referred()
    desk.hear(announce(), source="nanlong", id="m-1")
    undone = take_back(desk)
    [fact] = undone.facts
    assert isinstance(fact, ReferralWithdrawn) and list(undone.notices) == [Notice("huaxi", fact)]
    assert code(take_back(desk)) == "NOT_CANCELLABLE"
    assert code(desk.hear(answer("received"), source="huaxi")) == "UNKNOWN_FILING"
    assert code(desk.hear(announce(), source="nanlong", id="m-2")) == "OK"
    desk.hear(answer("received"), source="huaxi")
    assert code(take_back(desk, "m-2")) == "NOT_CANCELLABLE"


SEEN = [
    ("the insured agency", "bazhong", ["F1", "F2"]),
    ("a hospital where the person is insured", "nanlong", ["F1", "F2"]),
    ("a hospital where one leads", "huaxi", ["F1"]),
    ("another hospital where one leads", "zhengzhou", ["F2"]),
    ("another agency", "henan", "PERSON_NOT_YOURS"),
    ("nobody's node", "stranger", "PERSON_NOT_YOURS"),
]


@pytest.mark.requirement("REF-27")
@pytest.mark.parametrize(("case", "source", "expected"), SEEN, ids=[case[0] for case in SEEN])
def test_a_persons_filings_are_shown_to_who_insures_or_receives_the_person(
    case: str, source: str, expected: list[str] | str
) -> None:
    desk = referred()
    desk.hear(submit("F2", to="410100"), source="nanlong")
    found = desk.hear(QueryFilings(person_id="P1"), source=source)
    assert found.answer
    if isinstance(found.answer.result, FilingsFound):
        assert [one.filing_id for one in found.answer.result.filings] == expected, case
    else:
        assert found.answer.code == expected, case


@pytest.mark.requirement("REF-28")
async def test_a_worklist_has_what_holds_and_was_not_declined_in_order(
    driver_for: Callable[[Service], Awaitable[Driver]],
) -> None:
    driver = await driver_for(SERVICE)
    await driver.hear(coverage(), *AGENCIES, *HOSPITALS, source="enrollment", day=DAY)
    filings = [submit(f"F{n}") for n in range(1, 5)]
    await driver.hear(*filings, source="nanlong", day=DAY)
    await driver.hear(*(announce(filing=f"F{n}") for n in (4, 2, 3)), source="nanlong", day=DAY)
    last = await driver.hear(announce(filing="F1"), source="nanlong", day=MARCH_3, id="m-1")
    assert [code(one) for one in last] == ["OK"]
    await driver.hear(
        answer("declined", filing="F2"), answer("received", filing="F4"), source="huaxi", day=DAY
    )
    await driver.hear(end("F3"), source="nanlong", day=DAY)

    async def listed(source: str = "huaxi", **after: Any) -> list[tuple[str, str]] | str:
        [found] = await driver.hear(QueryReferrals(institution_id=HUAXI, **after), source=source, day=MARCH_3)
        assert found.answer
        if not isinstance(found.answer.result, ReferralsFound):
            return found.answer.code
        return [(one.filing_id, one.reception) for one in found.answer.result.referrals]

    assert await listed() == [("F4", "received"), ("F1", "waiting")]
    assert await listed(after_on=DAY, after_filing_id="F4") == [("F1", "waiting")]
    assert await listed("zhengzhou") == "INSTITUTION_NOT_YOURS"
    body = CancelRequest(subject_id="P1", original_id="m-1")
    original = Original("m-1", AnnounceReferral.wire_type(), True)
    [undone] = await driver.hear(
        body, source="nanlong", day=MARCH_3, topic="realtime.filings", original=original
    )
    assert code(undone) == "OK" and await listed() == [("F4", "received")]
