"""Persons review claims, on a real database: verdicts in one step and two, questions, the way back."""

from asyncio import gather
from datetime import date

import pytest

from shared.messages.clearing.claims import ClaimLinesReviewed, ClaimWithdrawn, LineVerdict, ReviewAnswered
from shared.messages.clearing.months import AdvancePaid, AdvanceReviewed, StatementIssued
from shared.messages.clearing.notices import InstitutionPaid, ReviewDue
from tests.clearing.given.claims import (
    amounts,
    answer,
    code,
    doubt,
    found,
    reserve_agreement,
    review,
    reviewed_agreement,
    said_of,
    withdraw_claim,
)
from tests.clearing.given.desk import DriverFor, assert_books_agree, balance, open_books, said, sort
from tests.clearing.given.facts import (
    CHONGQING,
    HUAXI,
    INSURED_CENTER,
    OTHER_CENTER,
    TREATMENT_CENTER,
    advanced,
    agreement,
    case_page,
    claim,
    reversed_,
    settled,
)
from tests.given.driver import Driver

MARCH_5, MARCH_31, APRIL_1 = date(2026, 3, 5), date(2026, 3, 31), date(2026, 4, 1)
APRIL_2, APRIL_3, MAY_1 = date(2026, 4, 2), date(2026, 4, 3), date(2026, 5, 1)


async def _claimed(driver_for: DriverFor, review_: str, *ids: str) -> Driver:
    """A claim `c1` of settlements of 1 000 fen each, waiting for its first center."""
    driver = await open_books(driver_for, reviewed_agreement(review_))
    bodies = [advanced(id, MARCH_5, 1_000) for id in ids]
    await driver.hear(*bodies, *map(case_page, bodies), source="settlement", day=MARCH_5)
    await driver.hear(claim("c1", *((id, 1_000) for id in ids)), source="chongqing", day=MARCH_31)
    return driver


@pytest.mark.requirement("AUD-14")
@pytest.mark.requirement("CLR-14")
@pytest.mark.requirement("CLR-22")
async def test_what_the_treatment_center_deducts_is_paid_to_nobody_and_owed_by_nobody(
    driver_for: DriverFor,
) -> None:
    driver = await _claimed(driver_for, "ONE_STEP", "whole", "less", "none", "open")
    await sort(driver, APRIL_1)
    verdicts = said_of("whole", "accept"), said_of("less", "deduct", 700), said_of("none", "deduct", 0)
    decision = await review(driver, "c1", OTHER_CENTER, APRIL_2, *verdicts)
    assert decision.answer
    assert decision.answer.result.model_dump(include={"accepted_fen", "open_lines"}) == {  # type: ignore[union-attr]
        "accepted_fen": 1_700,
        "open_lines": 1,
    }
    [fact] = said([decision], ClaimLinesReviewed)
    assert {notice.node_id for notice in decision.notices} == {"chongqing", "bazhong-center"}
    assert [one.line_state for one in fact.reviewed] == ["REVIEWED"] * 3
    decisions = await sort(driver, MAY_1)
    [paid] = said(decisions, AdvancePaid)
    [issued] = said(decisions, StatementIssued)
    assert (paid.paid_fen, issued.sums.due_fen, issued.sums.lines) == (1_700, 1_700, 3)
    assert await balance(driver, "advance", CHONGQING) == -1_000  # of the line that is open
    assert await balance(driver, "fund_payable") == -2_700
    await assert_books_agree(driver)


@pytest.mark.requirement("AUD-15")
@pytest.mark.requirement("CLR-26")
async def test_under_a_reserve_two_centers_review_and_both_verdicts_stand_in_the_claim(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for, reserve_agreement())
    bodies = [settled(id, MARCH_5, 1_000, account) for id, account in (("a", 0), ("b", 40), ("back", 0))]
    await driver.hear(*bodies, *map(case_page, bodies), source="settlement", day=MARCH_5)
    asked = claim("c1", ("a", 1_000), ("b", 1_040), ("back", 1_000), institution_id=HUAXI)
    [decision] = await driver.hear(asked, source="huaxi", day=MARCH_31)
    assert [(one.node_id, type(one.body)) for one in decision.notices] == [("bazhong-center", ReviewDue)]
    verdicts = said_of("a", "deduct", 800), said_of("b", "deduct", 900, 40), said_of("back", "accept")
    first = await review(driver, "c1", INSURED_CENTER, APRIL_1, *verdicts, institution_id=HUAXI)
    assert {one.node_id for one in first.notices} == {"huaxi", "sichuan-center"}
    assert await driver.fetch("SELECT FROM review") == []
    again = said_of("a", "accept"), said_of("b", "deduct", 1_000, 30), said_of("back", "accept")
    last = await review(driver, "c1", TREATMENT_CENTER, APRIL_2, *again, officer="wang", institution_id=HUAXI)
    assert [one.accepted for one in said([last], ClaimLinesReviewed)[0].reviewed] == [
        amounts(800), amounts(1_000, 30), amounts(1_000),
    ]  # fmt: skip
    lines = {one.settlement_id: one for one in (await found(driver, "c1", institution_id=HUAXI)).lines}
    assert [(one.center_id, one.verdict, one.accepted) for one in lines["a"].opinions] == [
        (INSURED_CENTER, "deduct", amounts(800)),
        (TREATMENT_CENTER, "accept", amounts(800)),
    ]
    await driver.hear(reversed_(bodies[2], APRIL_3), source="settlement", day=APRIL_3)
    decisions = await sort(driver, MAY_1)
    [issued] = said(decisions, StatementIssued)
    paid = [one.body for each in decisions for one in each.notices if isinstance(one.body, InstitutionPaid)]
    assert ([one.paid_fen for one in paid], issued.sums.due_fen) == ([1_830], 1_830)
    assert await balance(driver, "institution_payable", HUAXI) == 0
    await assert_books_agree(driver)


async def test_a_center_asks_the_hospital_answers_and_the_center_accepts(driver_for: DriverFor) -> None:
    driver = await _claimed(driver_for, "TWO_STEP", "s1")
    states = []
    for step in (
        review(driver, "c1", INSURED_CENTER, APRIL_1, said_of("s1", "ask")),
        answer(driver, "c1", "s1", APRIL_2),
        review(driver, "c1", INSURED_CENTER, APRIL_2, said_of("s1", "accept")),
        review(driver, "c1", OTHER_CENTER, APRIL_2, said_of("s1", "ask"), officer="li"),
        review(driver, "c1", OTHER_CENTER, APRIL_3, said_of("s1", "accept"), officer="wang"),
    ):
        decision = await step
        assert code(decision) == "OK"
        [line] = (await found(driver, "c1")).lines
        states.append((line.line_state, sorted(one.node_id for one in decision.notices)))
    assert states == [
        ("ASKED_BY_INSURED", ["chongqing", "chongqing-center"]),
        ("WITH_INSURED", ["bazhong-center"]),
        ("WITH_TREATMENT", ["chongqing", "chongqing-center"]),
        ("ASKED_BY_TREATMENT", ["bazhong-center", "chongqing"]),
        ("REVIEWED", ["bazhong-center", "chongqing"]),  # without the answer
    ]
    rows = await driver.fetch("SELECT reason, evidence FROM reviewing WHERE step = 'answer'")
    assert [tuple(row) for row in rows] == [("医嘱见附件", ["医嘱单 7"])]
    assert [tuple(row) for row in await driver.fetch("SELECT reviewed_on FROM review")] == [(APRIL_3,)]


async def test_a_claim_that_is_withdrawn_gives_its_settlements_free_to_be_claimed_again(
    driver_for: DriverFor,
) -> None:
    driver = await _claimed(driver_for, "ONE_STEP", "s1", "s2")
    await review(driver, "c1", OTHER_CENTER, APRIL_1, said_of("s1", "ask"))
    [again] = said(
        await driver.hear(claim("c2", ("s1", 1_000)), source="chongqing", day=APRIL_1), AdvanceReviewed
    )
    assert [one.code for one in again.verdicts] == ["ALREADY_CLAIMED"]
    decision = await withdraw_claim(driver, "c1", APRIL_2)
    assert [type(one) for one in decision.facts] == [ClaimWithdrawn]
    assert [one.node_id for one in decision.notices] == ["chongqing-center"]
    stands = await found(driver, "c1")
    assert (stands.withdrawn_on, stands.open_lines) == (APRIL_2, 0)
    assert {one.line_state for one in stands.lines} == {"WITHDRAWN"}
    await driver.hear(claim("c3", ("s1", 1_000), ("s2", 1_000)), source="chongqing", day=APRIL_2)
    await review(driver, "c3", OTHER_CENTER, APRIL_3, said_of("s1", "accept"), said_of("s2", "deduct", 1))
    assert (await found(driver, "c3")).accepted_fen == 1_001
    refused = [
        code(await withdraw_claim(driver, "c1", APRIL_3)),
        code(await withdraw_claim(driver, "c3", APRIL_3)),
        code(await review(driver, "c1", OTHER_CENTER, APRIL_3, said_of("s1", "accept"))),
    ]
    assert refused == ["CLAIM_STATE", "NOT_CANCELLABLE", "CLAIM_STATE"]
    await assert_books_agree(driver)


async def test_a_settlement_taken_back_while_it_waits_is_reviewed_no_more(driver_for: DriverFor) -> None:
    driver = await _claimed(driver_for, "ONE_STEP", "s1", "s2")
    await driver.hear(reversed_(advanced("s1", MARCH_5, 1_000), APRIL_1), source="settlement", day=APRIL_1)
    stands = await found(driver, "c1")
    assert [one.line_state for one in stands.lines] == ["REVERSED", "WITH_TREATMENT"]
    assert stands.open_lines == 1
    refused = await review(
        driver, "c1", OTHER_CENTER, APRIL_2, said_of("s2", "accept"), said_of("s1", "accept")
    )
    assert (code(refused), await driver.fetch("SELECT FROM review")) == ("CLAIM_STATE", [])
    await sort(driver, MAY_1)
    assert await balance(driver, "institution_payable", CHONGQING) == 0
    await assert_books_agree(driver)


async def test_a_line_reviewed_while_its_settlement_is_reversed_is_refused_or_taken_back(
    driver_for: DriverFor,
) -> None:
    ids = [f"s{n}" for n in range(12)]
    driver = await _claimed(driver_for, "ONE_STEP", *ids)
    backs = [reversed_(advanced(id, MARCH_5, 1_000), APRIL_2) for id in ids]
    reviews = [review(driver, "c1", OTHER_CENTER, APRIL_2, said_of(id, "accept")) for id in ids]
    reversals = [driver.hear(body, source="settlement", day=APRIL_2) for body in backs]
    done, _ = await gather(gather(*reviews), gather(*reversals))
    assert {code(one) for one in done} <= {"OK", "CLAIM_STATE"}
    assert (await found(driver, "c1")).open_lines == 0
    await sort(driver, MAY_1)
    assert await balance(driver, "institution_payable", CHONGQING) == 0
    await assert_books_agree(driver)


async def test_by_rule_nothing_waits_and_a_claim_is_withdrawn_only_if_nothing_was_accepted(
    driver_for: DriverFor,
) -> None:
    driver = await _claimed(driver_for, "BY_RULE", "s1")
    await driver.hear(claim("c2", ("s1", 1_000)), claim("c3"), source="chongqing", day=APRIL_1)
    codes = [code(await withdraw_claim(driver, id, APRIL_2)) for id in ("c1", "c2", "c3")]
    assert codes == ["NOT_CANCELLABLE", "OK", "OK"]
    [line] = (await found(driver, "c1")).lines
    assert (line.code, line.line_state, line.accepted) == ("ACCEPTED", "REVIEWED", amounts(1_000))
    assert code(await review(driver, "c1", OTHER_CENTER, APRIL_2, said_of("s1", "accept"))) == (
        "UNKNOWN_SETTLEMENT"
    )


@pytest.mark.requirement("AUD-25")
async def test_a_settlement_in_doubt_is_accepted_by_a_person_even_where_the_rules_review(
    driver_for: DriverFor,
) -> None:
    driver = await open_books(driver_for, reviewed_agreement("BY_RULE"))
    bodies = [advanced(id, MARCH_5, 1_000) for id in ("plain", "early", "late")]
    doubts = [doubt(bodies[1]), doubt(bodies[1]), doubt(bodies[1], "third", doubt="bill_during_stay")]
    await driver.hear(doubts[0], *bodies, *doubts[1:], source="settlement", day=MARCH_5)  # in any order
    await driver.hear(*map(case_page, bodies), source="settlement", day=MARCH_5)
    asked = claim("c1", *((body.settlement_id, 1_000) for body in bodies))
    told = driver.message(doubt(bodies[2]), source="settlement", day=MARCH_31)
    claimed = driver.message(asked, source="chongqing", day=MARCH_31)
    _, decision = await driver.hear(told, claimed)  # in one batch
    [fact] = said([decision], AdvanceReviewed)
    assert [one.settlement_id for one in fact.to_review] == ["early", "late"]
    assert [(one.node_id, type(one.body)) for one in decision.notices] == [("chongqing-center", ReviewDue)]
    verdicts = said_of("early", "deduct", 0), said_of("late", "accept")
    assert code(await review(driver, "c1", OTHER_CENTER, APRIL_2, *verdicts)) == "OK"
    [paid] = said(await sort(driver, MAY_1), AdvancePaid)
    assert (paid.paid_fen, await balance(driver, "institution_payable", CHONGQING)) == (2_000, 0)
    await assert_books_agree(driver)


async def test_what_was_claimed_before_a_renewal_is_reviewed_as_it_was_agreed_then(
    driver_for: DriverFor,
) -> None:
    driver = await _claimed(driver_for, "TWO_STEP", "s1")
    renewed = reviewed_agreement("BY_RULE", in_force_from=APRIL_1)
    await driver.hear(renewed, source="enrollment", day=APRIL_1)
    later = advanced("s2", MARCH_5, 1_000)
    await driver.hear(later, case_page(later), source="settlement", day=APRIL_1)
    await driver.hear(claim("c2", ("s2", 1_000)), source="chongqing", day=APRIL_1)
    states = [[one.line_state for one in (await found(driver, id)).lines] for id in ("c1", "c2")]
    assert states == [["WITH_INSURED"], ["REVIEWED"]]


async def test_a_long_claim_is_told_page_by_page(driver_for: DriverFor) -> None:
    driver = await _claimed(driver_for, "ONE_STEP", *(f"s{n:03}" for n in range(101)))
    first, last = await found(driver, "c1"), await found(driver, "c1", skip=100)
    assert (len(first.lines), first.more, len(last.lines), last.more) == (100, True, 1, False)
    assert (await found(driver, "c1", skip=10**9)).lines == ()


WHOLE = said_of("s1", "accept")
REFUSALS: list[tuple[str, dict[str, object], str]] = [
    ("no day is open", {"day": None}, "NO_DAY_OPEN"),
    ("another center", {"center_id": TREATMENT_CENTER}, "CENTER_NOT_YOURS"),
    ("another center's node", {"source": "sichuan-center"}, "CENTER_NOT_YOURS"),
    ("the insured center again", {"center_id": INSURED_CENTER, "officer": "chen"}, "CLAIM_STATE"),
    ("no such claim", {"claim_id": "c9"}, "UNKNOWN_CLAIM"),
    ("another hospital's claim", {"institution_id": HUAXI}, "UNKNOWN_CLAIM"),
    ("no such line", {"verdict": said_of("s9", "accept")}, "UNKNOWN_SETTLEMENT"),
    ("the officer of the first verdict", {"officer": "li"}, "SAME_OFFICER"),
    ("more than was claimed", {"verdict": said_of("s1", "deduct", 1_001)}, "ACCEPTED_NOT_POSSIBLE"),
    ("of another fund", {"verdict": said_of("s1", "deduct", 0, 1)}, "ACCEPTED_NOT_POSSIBLE"),
    ("below nothing", {"verdict": said_of("s1", "deduct", -1)}, "ACCEPTED_NOT_POSSIBLE"),
    ("nothing deducted", {"verdict": said_of("s1", "deduct", 1_000)}, "ACCEPTED_NOT_POSSIBLE"),
    ("without the amounts", {"verdict": said_of("s1", "deduct")}, "ACCEPTED_NOT_POSSIBLE"),
    (
        "accepted with amounts",
        {"verdict": WHOLE.model_copy(update={"accepted": amounts(5)})},
        "ACCEPTED_NOT_POSSIBLE",
    ),
    ("without a reason", {"verdict": said_of("s1", "deduct", 5, reason=" ")}, "INVALID_FIELD"),
    ("asked for nothing", {"verdict": said_of("s1", "ask", reason="")}, "INVALID_FIELD"),
    ("a line twice", {"twice": True}, "INVALID_FIELD"),
    ("the second center, another officer", {}, "OK"),
]


async def test_a_verdict_that_cannot_be_given_is_refused_and_changes_nothing(driver_for: DriverFor) -> None:
    driver = await _claimed(driver_for, "TWO_STEP", "s1")
    early = await review(driver, "c1", OTHER_CENTER, APRIL_1, WHOLE)
    assert code(early) == "CLAIM_STATE"
    await review(driver, "c1", INSURED_CENTER, APRIL_1, WHOLE, officer="li")
    for case, changed, expected in REFUSALS:
        assert await driver.fetch("SELECT FROM review") == [], case
        given: dict[str, object] = {
            "claim_id": "c1",
            "center_id": OTHER_CENTER,
            "day": APRIL_2,
            "officer": "wang",
            **changed,
        }
        verdict = given.pop("verdict", WHOLE)
        assert isinstance(verdict, LineVerdict)
        verdicts = [verdict] * (2 if given.pop("twice", False) else 1)
        claim_id, center_id, day = (given.pop(name) for name in ("claim_id", "center_id", "day"))
        decision = await review(driver, claim_id, center_id, day, *verdicts, **given)  # type: ignore[arg-type]
        assert code(decision) == expected, case
    again = await review(driver, "c1", OTHER_CENTER, APRIL_2, WHOLE, officer="zhao")
    assert code(again) == "CLAIM_STATE"


async def test_only_its_hospital_answers_withdraws_and_asks_about_a_claim(driver_for: DriverFor) -> None:
    driver = await _claimed(driver_for, "ONE_STEP", "s1")
    codes = [
        code(await answer(driver, "c1", "s1", APRIL_1)),  # nobody has asked
        code(await answer(driver, "c1", "s1", APRIL_1, source="huaxi")),
        code(await withdraw_claim(driver, "c1", APRIL_1, source="huaxi")),
        code(await answer(driver, "c1", "s9", APRIL_1)),
        code(await withdraw_claim(driver, "c9", APRIL_1)),
    ]
    not_its_own = ["INSTITUTION_NOT_YOURS"] * 2
    assert codes == ["CLAIM_STATE", *not_its_own, "UNKNOWN_SETTLEMENT", "UNKNOWN_CLAIM"]
    asked = await review(driver, "c1", OTHER_CENTER, APRIL_1, said_of("s1", "ask"))
    decision = await answer(driver, "c1", "s1", APRIL_2)
    assert [type(one) for one in (*asked.facts, *decision.facts)] == [ClaimLinesReviewed, ReviewAnswered]


async def test_where_claims_are_not_required_nothing_is_claimed(driver_for: DriverFor) -> None:
    driver = await open_books(driver_for, agreement())
    body = settled("s1", MARCH_5, 1_000)
    await driver.hear(body, case_page(body), source="settlement", day=MARCH_5)
    asked = claim("c1", ("s1", 1_000), institution_id=HUAXI)
    [reviewed] = said(await driver.hear(asked, source="huaxi", day=MARCH_31), AdvanceReviewed)
    assert [one.code for one in reviewed.verdicts] == ["NOT_ADVANCED"]
