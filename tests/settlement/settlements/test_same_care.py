"""The same care is not paid twice, whatever its kind, sum, visit id or way; what is doubtful is told."""

from datetime import date
from typing import Any

import pytest

from services.settlement.model.same_care import Care, compare
from services.settlement.parameters import ALIKE_FEN
from services.settlement.settlements.paid_twice import MOST_TOLD
from shared.bus.message import Decision
from shared.messages.audit.supervision import CareInDoubt
from shared.messages.body import Body
from tests.settlement.given.by_hand import center, claim, open_by_hand, paid_stay, self_paid
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import (  # fmt: skip
    D1,
    D2,
    D3,
    D4,
    D5,
    D9,
    NODE,
    PHARMACY,
    PUREN,
    DriverFor,
    accepted,
    admit,
    ask,
    bed,
    discharge,
    institution,
    line,
    open_world,
    outpatient,
    quote,
    result,
    reverse,
    settle,
    stay,
)

THIRD = "H51010000003"


def nights(start: date, end: date, place: str = "A", total_fen: int = 900, manual: bool = False) -> Care:
    return Care("V", place, "inpatient", start, end, total_fen, manual)


def bill(
    total_fen: int = 900,
    kind: Any = "outpatient_general",
    day: date = D2,
    place: str = "A",
    manual: bool = False,
) -> Care:
    return Care("V", place, kind, day, day, total_fen, manual)


PAIRS: list[tuple[Care, Care, str | None]] = [
    # stays
    (nights(D1, D3), nights(D1, D3, total_fen=901), "paid_twice"),
    (nights(D1, D3), nights(D1, D3, manual=True), "paid_twice"),
    (nights(D1, D3), nights(D2, D4), "paid_twice"),
    (nights(D1, D5), nights(D2, D2), "paid_twice"),
    (nights(D1, D1), nights(D1, D1), "paid_twice"),
    (nights(D1, D1), nights(D1, D3), None),  # discharged in the morning, admitted again in the afternoon
    (nights(D1, D3), nights(D3, D3), None),
    (nights(D1, D3), nights(D3, D5), None),
    (nights(D1, D3), nights(D4, D5), None),
    (nights(D1, D3), nights(D2, D4, place="B"), "overlapping_stays"),
    (nights(D1, D3), nights(D2, D4, place="B", manual=True), "overlapping_stays"),
    (nights(D1, D1), nights(D1, D1, place="B"), "overlapping_stays"),
    (nights(D1, D3), nights(D3, D5, place="B"), None),  # transferred
    # a bill beside a stay
    (nights(D1, D3), bill(), "bill_during_stay"),
    (nights(D1, D3), bill(place="B", kind="pharmacy", manual=True), "bill_during_stay"),
    (nights(D2, D4), bill(), None),  # the clinic sent the patient in
    (nights(D1, D2), bill(), None),
    # bills
    (bill(), bill(manual=True), "paid_twice"),
    (bill(), bill(901, manual=True), "paid_twice"),
    (bill(), bill(900 + ALIKE_FEN.value, manual=True), "paid_both_ways"),
    (bill(), bill(), "alike_bills"),
    (bill(), bill(901), "alike_bills"),
    (bill(manual=True), bill(manual=True), "alike_bills"),
    (bill(), bill(kind="outpatient_chronic"), "alike_bills"),
    (bill(), bill(5_000), None),  # two departments
    (bill(), bill(5_000, kind="outpatient_chronic"), None),
    (bill(), bill(day=D3), None),
    (bill(), bill(place="B"), "two_places"),
    (bill(), bill(5_000, place="B", kind="outpatient_chronic"), "two_places"),
    (bill(), bill(place="B", kind="pharmacy"), None),  # what was prescribed is fetched
]


@pytest.mark.requirement("MAN-07")
@pytest.mark.parametrize(("one", "other", "verdict"), PAIRS)
def test_two_bills_are_compared_whoever_comes_first(one: Care, other: Care, verdict: str | None) -> None:
    assert (compare(one, other), compare(other, one)) == (verdict, verdict)


def doubts(decision: Decision) -> list[tuple[str, str]]:
    """The other visit and the doubt, of what supervision is told."""
    facts = [fact for fact in decision.facts if isinstance(fact, CareInDoubt)]
    return [(fact.other_visit_id, fact.doubt) for fact in facts]


def elsewhere(visit_id: str) -> dict[str, Any]:
    return {"visit_id": visit_id, "institution_id": PUREN}


@pytest.mark.requirement("MAN-07")
async def test_a_stay_under_two_visit_ids_is_settled_directly_once(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, *stay(visit_id="V1"), settle(1, 100_000))
    await accepted(driver, *stay(1500, visit_id="V2"))

    asked: list[Body] = [quote(1, 150_000, visit_id="V2"), settle(1, 150_000, visit_id="V2")]
    answers = [await ask(driver, body) for body in asked]

    assert [(answer.code, answer.where) for answer in answers] == [("PAID_TWICE", "V1")] * 2


@pytest.mark.requirement("MAN-07")
async def test_a_stay_that_comes_whole_in_one_batch_is_compared_too(driver_for: DriverFor) -> None:
    driver = await open_world(driver_for)
    await accepted(driver, *stay(), settle(1, 100_000))

    whole = [*stay(visit_id="V2"), settle(1, 100_000, visit_id="V2")]
    [*_, decided] = await driver.hear(*whole, day=D3, source=NODE)

    assert decided.answer and (decided.answer.code, decided.answer.where) == ("PAID_TWICE", "V1")


@pytest.mark.parametrize("together", [True, False])
async def test_overlapping_nights_in_two_hospitals_are_settled_and_told(
    driver_for: DriverFor, together: bool
) -> None:
    """Two directly, a third by hand; in one batch as in several."""
    driver = await open_by_hand(driver_for, institution(THIRD))
    there: dict[str, Any] = {"institution_id": THIRD}
    opened: list[Body] = [*stay(visit_id="V1"), *stay(**elsewhere("V2")), paid_stay(visit_id="V3", **there)]
    settled: list[Body] = [
        settle(1, 100_000),
        settle(1, 100_000, **elsewhere("V2")),
        claim(visit_id="V3", **there),
    ]

    if together:
        decisions = (await accepted(driver, *opened, *settled))[-3:]
    else:
        await accepted(driver, *opened)
        decisions = [(await accepted(driver, body))[0] for body in settled]

    overlap = "overlapping_stays"
    assert [doubts(one) for one in decisions] == [[], [("V1", overlap)], [("V1", overlap), ("V2", overlap)]]


@pytest.mark.requirement("MAN-07")
@pytest.mark.parametrize("fen", [10_000, 10_001])
async def test_what_was_settled_directly_is_not_claimed_for_a_fen_more(
    driver_for: DriverFor, fen: int
) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, outpatient(line(1), total_fen=10_000, visit_id="O1"))
    by_hand: dict[str, Any] = {"kind": "outpatient_general", "discharged_on": None}
    dearer = line(1, price=f"{fen // 100}.{fen % 100:02}")
    await accepted(driver, self_paid(dearer, total_fen=fen, visit_id="O2", **by_hand))

    answer = await ask(driver, claim(visit_id="O2"))

    assert (answer.code, answer.where) == ("PAID_TWICE", "O1")


async def test_a_bill_that_comes_with_its_claim_in_one_batch_is_compared_too(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)
    await accepted(driver, *stay(), settle(1, 100_000))

    [*_, decided] = await driver.hear(paid_stay(visit_id="V2"), claim(visit_id="V2"), day=D3, source=NODE)

    assert decided.answer and (decided.answer.code, decided.answer.where) == ("PAID_TWICE", "V1")


async def test_a_day_case_and_a_readmission_on_its_day_are_both_settled(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)
    morning: list[Body] = [admit(), bed("U1", 1000), discharge(discharged_on=D1)]

    decisions = await accepted(
        driver, *morning, settle(1, 100_000), *stay(visit_id="V2"), settle(1, 100_000, visit_id="V2")
    )

    assert not [doubt for decision in decisions for doubt in doubts(decision)]


async def test_two_visits_of_a_day_are_two_and_a_purchase_during_a_stay_is_told(
    driver_for: DriverFor,
) -> None:
    driver = await open_by_hand(driver_for)
    bought: dict[str, Any] = {"kind": "pharmacy", "institution_id": PHARMACY, "service_on": D2}
    bodies: list[Body] = [
        *stay(),
        settle(1, 100_000),
        outpatient(line(1), total_fen=10_000, visit_id="O1"),
        outpatient(line(1, quantity="2"), total_fen=20_000, visit_id="O2"),
        outpatient(line(1, quantity="2"), total_fen=20_000, visit_id="O3"),
        outpatient(line(1), total_fen=10_000, visit_id="O4", **bought),
    ]

    *_, first, second, third, fourth = await accepted(driver, *bodies)

    assert [doubts(one) for one in (first, second)] == [[], []]
    assert (doubts(third), doubts(fourth)) == ([("O2", "alike_bills")], [("V1", "bill_during_stay")])


async def test_care_that_was_taken_back_is_paid_for_again(driver_for: DriverFor) -> None:
    driver = await open_by_hand(driver_for)
    *_, settled = await accepted(driver, *stay(visit_id="V1"), *stay(visit_id="V2"), settle(1, 100_000))
    taken_back = reverse(result(settled.answer).settlement_id)

    codes = [
        (await ask(driver, body, day=D9)).code
        for body in (settle(1, 100_000, visit_id="V2"), taken_back, settle(1, 100_000, visit_id="V2"))
    ]

    assert codes == ["PAID_TWICE", "OK", "OK"]
    assert (await ask(driver, settle(1, 100_000))).where == "V2"


def test_no_more_doubts_are_told_of_one_settlement_than_can_be_looked_at() -> None:
    memory = Memory(center())
    for number in range(MOST_TOLD + 5):
        memory.accepted(outpatient(line(1), total_fen=10_000, visit_id=f"O{number}", service_on=D5))

    decision = memory.decide(memory.message(outpatient(line(1), total_fen=10_000, service_on=D5)))

    assert len(doubts(decision)) == MOST_TOLD
