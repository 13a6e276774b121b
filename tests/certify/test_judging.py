"""What is judged without a broker: sights that no adapter of ours gives."""

from typing import Any

import pytest

from shared.bus.partition import partition_of
from shared.certify.cases.catalogue import CATALOGUE
from shared.certify.cases.document import visit_of, write
from shared.certify.cases.steps import BED, FIRST, SCAN
from shared.certify.judging.amounts import amounts
from shared.certify.judging.expected import bill_of
from shared.certify.judging.fees import fees
from shared.certify.judging.judge import judge
from shared.certify.judging.money import claims, confirmations
from shared.certify.judging.outcome import visits
from shared.certify.judging.requests import effects, refusals, wrong_topics
from shared.certify.seen import Answered, Asked, Seen, Telling
from tests.certify.test_catalogue import SCENE

DESK, PERSON = "realtime.encounters", "CERT-r-12-A"
RIGHT = partition_of(PERSON, 6)
ADMIT = Asked(1, DESK, RIGHT, PERSON, "a", "AdmitPatient", "vendor", {})
REFUSED = Answered("a", "refused", "UNKNOWN_PERSON", PERSON, {})
LINES = "its lines are not those of the document"
STOPPED = Telling(went_through=False, amounts={})
GOOD = Seen((ADMIT,), (REFUSED,), (STOPPED,), {"A": None}, 6, unlucky=False)


def test_a_refusal_that_the_desk_is_told_of_is_right() -> None:
    assert judge(CATALOGUE[12], GOOD) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"asked": (), "answered": ()}, "never met"),
        ({"answered": ()}, "got no answer"),
        ({"asked": (ADMIT._replace(source="other"),), "answered": ()}, "(ce_source other) got no answer"),
        ({"tellings": (Telling(went_through=True, amounts={}),)}, "was not told"),
        ({"asked": (ADMIT._replace(partition=RIGHT + 1),)}, "murmur2"),
        ({"asked": (ADMIT, ADMIT._replace(body={"x": 1}))}, "different requests"),
        ({"asked": (ADMIT._replace(id=""),), "answered": (REFUSED._replace(id=""),)}, "different requests"),
        ({"answered": (REFUSED._replace(code="INVALID_FIELD"),)}, "was refused: INVALID_FIELD"),
        ({"answered": (Answered("a", "accepted", "OK", "", {}),)}, "took effect 1 times, 0 are right"),
        ({"visits": {"A": {"state": "announced"}}}, "announced"),
        (
            {"asked": (ADMIT, ADMIT._replace(id="b")), "answered": (REFUSED, REFUSED._replace(id="b"))},
            "2 ids",
        ),
        ({"tellings": (STOPPED._replace(broke_off="signal SIGSEGV"),)}, "SIGSEGV"),
    ],
)
def test_what_is_wrong_is_named(changed: dict[str, Any], expected: str) -> None:
    assert any(expected in finding.en for finding in judge(CATALOGUE[12], GOOD._replace(**changed)))


def test_bad_luck_that_could_not_happen_shows_nothing() -> None:
    seen = Seen((), (), (STOPPED,), {"A": None}, 6, unlucky=False)
    assert "bad luck could not happen" in judge(CATALOGUE[8], seen)[0].en


def seen_of(number: int, *exchanges: tuple[Asked, Answered], told: Any = None) -> Seen:
    """What was seen of a case in which only this was asked and answered, and told of the first sitting."""
    case = CATALOGUE[number]
    documents = tuple(write(case, sitting, SCENE) for sitting in range(1, len(case.sittings) + 1))
    asked, answered = zip(*exchanges, strict=True)
    telling = Telling(went_through=True, amounts=told or {})
    return Seen(asked, answered, (telling,), {}, 6, unlucky=True, documents=documents)


def exchange(id: str, kind: str, body: Any, result: Any) -> tuple[Asked, Answered]:
    """A request and its accepted answer."""
    named = {"visit_id": visit_of(SCENE.mark, "A")} | body
    asked = Asked(1, DESK, RIGHT, PERSON, id, kind, "vendor", named)
    return asked, Answered(id, "accepted", "OK", "", result)


def paid(fen: int) -> Any:
    """The result of a settlement of which the person pays so much."""
    return {"payments": {"personal_fen": fen}}


@pytest.mark.parametrize("told", [None, [1], {"a": 1}, "500", 500.0, True])
def test_a_program_may_tell_anything_and_only_the_amount_is_right(told: Any) -> None:
    bill = exchange("b", "SettleOutpatient", {}, paid(500))
    assert not list(amounts(CATALOGUE[2], seen_of(2, bill, told={2: {"personal_fen": 500}})))
    assert len(list(amounts(CATALOGUE[2], seen_of(2, bill, told={2: {"personal_fen": told}})))) == 1


def test_each_settlement_is_told_with_its_own_amount() -> None:
    upload = [
        exchange(f"u{n}", "UploadCosts", {"upload_id": f"r-07-Au{n}"}, {"amounts": {"total_fen": n}})
        for n in (1, 2)
    ]
    seen = seen_of(
        6, *upload, exchange("s1", "SettleVisit", {}, paid(5)), exchange("s2", "SettleVisit", {}, paid(7))
    )

    def steps_wrong(first: int, second: int, name: str = "r-07-Au1") -> list[str]:
        told: dict[int, Any] = {
            3: {"uploads": {name: 1}},
            5: {"personal_fen": first},
            7: {"uploads": {"r-07-Au2": 2}},
        }
        telling = Telling(went_through=True, amounts={**told, 8: {"personal_fen": second}})
        found = amounts(CATALOGUE[6], seen._replace(tellings=(telling,)))
        return [finding.en.split()[3] for finding in found]

    assert steps_wrong(5, 7) == []
    assert steps_wrong(7, 5) == ["5", "8"]
    assert steps_wrong(5, 7, "r-07-Au2") == ["3"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"cost_on": "2026-01-01"}, ["cost_on is 2026-01-01, 2025-12-31 is right"]),
        ({"lines": [{**dict(BED), "quantity": "3.0"}, dict(SCAN)]}, []),
        (
            {"lines": [{**dict(BED), "quantity": "4"}, dict(SCAN)]},
            [LINES],
        ),
        ({"upload_id": "mine"}, ["no upload mine stands in the document"]),
    ],
)
def test_fees_are_those_that_the_desk_booked(changed: Any, expected: list[str]) -> None:
    body = {"upload_id": "r-07-Au1", "cost_on": "2025-12-31", "lines": [dict(line) for line in FIRST]}
    found = fees(CATALOGUE[16], seen_of(16, exchange("u", "UploadCosts", body | changed, {})))
    assert [one.en.removeprefix("r-07-Au1: ") for one in found] == expected


@pytest.mark.parametrize(
    ("claimed", "code", "expected"),
    [
        ("A", "ACCEPTED", ""),
        ("AX", "ACCEPTED", ""),
        ("", "ACCEPTED", "the claim lacks A"),
        ("AB", "ACCEPTED", "the claim holds B"),
        ("AC", "ACCEPTED", "the claim holds C"),
        ("A", "NO_CASE_PAGE", "not accepted: NO_CASE_PAGE"),
    ],
)
def test_a_claim_is_judged_by_the_settlements_of_its_own_case(claimed: str, code: str, expected: str) -> None:
    verdicts = [{"settlement_id": one, "code": code} for one in claimed]
    body = {"lines": [{"settlement_id": one} for one in claimed]}
    seen = seen_of(17, exchange("c", "ClaimAdvances", body, {"verdicts": verdicts}))
    visits = {letter: {"settlement": {"settlement_id": letter}} for letter in "ABC"}
    found = [one.en for one in claims(CATALOGUE[17], seen._replace(visits=visits))]
    assert len(found) == bool(expected)
    assert not expected or expected in found[0]


def test_a_confirmation_disputes_nothing() -> None:
    body = {"disputed": [{"line_id": "l", "reason": ""}]}
    seen = seen_of(18, exchange("c", "ConfirmStatement", body, {}))
    assert len(list(confirmations(CATALOGUE[18], seen))) == 1


def test_a_refused_question_is_no_fault_and_a_refused_request_is() -> None:
    def refused(kind: str) -> Seen:
        [asked, answered] = exchange("q", kind, {}, {})
        return seen_of(1, (asked, answered._replace(outcome="refused", code="UNKNOWN_VISIT")))

    assert not list(refusals(CATALOGUE[1], refused("QueryVisit")))
    assert len(list(refusals(CATALOGUE[1], refused("DischargePatient")))) == 1


@pytest.mark.parametrize(("topic", "count"), [(DESK, 0), ("daily.costs", 1)])
def test_the_last_fees_before_a_settlement_go_to_the_desk(topic: str, count: int) -> None:
    asked, answered = exchange("u", "UploadCosts", {"upload_id": "r-07-Au2"}, {})
    assert len(list(wrong_topics(CATALOGUE[1], seen_of(1, (asked._replace(topic=topic), answered))))) == count


def test_a_page_that_is_never_sent_and_a_bill_with_what_was_withdrawn_are_found() -> None:
    payments = {"total_fen": bill_of(CATALOGUE[1], "A").total_fen}
    right = {"payments": payments, "attempt": 1, "filing": "other_temporary"}
    visit = {"state": "settled", "settlement": right, "received_on": "2026-01-01"}
    seen = seen_of(1, exchange("p", "SubmitCasePage", {}, {}))
    assert not list(visits(CATALOGUE[1], seen._replace(visits={"A": visit})))
    assert not [one for one in effects(CATALOGUE[1], seen) if "SubmitCasePage" in one.en]
    without = seen_of(1, exchange("q", "QuoteVisit", {}, {}))
    assert [one for one in effects(CATALOGUE[1], without) if "SubmitCasePage took effect 0 times" in one.en]
    wrong = {**right, "payments": {"total_fen": 1}}
    found = visits(
        CATALOGUE[1], seen._replace(visits={"A": visit | {"settlement": wrong, "received_on": None}})
    )
    assert [one.en.split(":")[1].split()[0] for one in found] == ["total", "case"]
