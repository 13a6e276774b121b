"""Which records a case's story is made of, and in what order."""

from collections.abc import Iterable

from services.audit.model import Head, Record
from services.audit.rules.case import Case
from services.audit.rules.trail import append
from shared.bus.message import Message
from shared.bus.wire import Undecoded

_UNREAD = Undecoded(code="NOT_JSON")
FACTS = "settlement.events"
# fmt: off
STORY = [  # topic, type, id, cause, case, minute, what it names
    ("realtime.filings", "SubmitFiling", "m1", "", "case-1", 1, {"filing_id": "F1"}),
    ("referral.events", "FilingAccepted", "e1", "m1", "case-1", 0, {"filing_id": "F1"}),
    ("realtime.encounters", "AdmitPatient", "m2", "", "case-2", 2, {"visit_id": "V1"}),
    (FACTS, "RequestRefused", "e2", "m2", "case-2", 3, {"request_id": "m2", "outcome": "TRY_AGAIN"}),
    (FACTS, "SettlementCompleted", "e3", "m3", "case-2", 9,
     {"visit_id": "V1", "settlement_id": "S1", "filing_id": "F1"}),
    (FACTS, "SettlementCompleted", "e4", "m4", "case-9", 9,
     {"visit_id": "V2", "settlement_id": "S2", "filing_id": "F1"}),
    ("monthly.batches", "BatchChunk", "e5", "m5", "case-7", 20, {"statement_id": "T1"}),
    ("clearing.events", "StatementPaid", "e6", "m6", "case-7", 21, {"statement_id": "T1"}),
]
# fmt: on
NESTED = {"e5": {"S1", "S2"}}


def records() -> list[tuple[Record, set[str]]]:
    """The trail of the story, each with the ids it is found by."""
    made = []
    for offset, (topic, kind, id, cause, case, minute, gist) in enumerate(STORY):
        time = f"2026-03-02T01:{minute:02}:00.000Z"
        message = Message(topic, 0, offset, "P1", "huaxi", id, f"yidi.{kind}.v1", _UNREAD, time=time)
        message.correlation_id, message.causation_id = case, cause
        named = {id, case, *(v for k, v in gist.items() if k != "outcome"), *NESTED.get(id, ())}
        made.append((append(Head(topic, 0), message, gist, ()), named))
    return made


def story(id: str) -> list[str]:
    """The ids of the messages that the story of `id` is made of."""
    case, asked = Case(id), {id}
    while asked:
        asked = case.add(find(asked))
    return [step.id for step in case.story()]


def find(asked: Iterable[str]) -> list[Record]:
    """What the index finds."""
    return [record for record, named in records() if named & set(asked)]


def test_a_visit_leads_to_its_filing_its_settlement_and_its_statement_and_to_no_other_visit() -> None:
    assert story("V1") == ["m1", "e1", "m2", "e2", "e3", "e5", "e6"]


def test_a_settlement_a_message_and_a_case_lead_to_the_same_story() -> None:
    assert story("S1") == story("V1")
    assert story("m2") == story("V1")


def test_a_filing_leads_to_every_visit_that_used_it() -> None:
    assert set(story("F1")) == {"m1", "e1", "m2", "e2", "e3", "e4", "e5", "e6"}


def test_a_statement_has_its_own_story_without_its_visits() -> None:
    assert story("T1") == ["e5", "e6"]


def test_nothing_is_told_of_an_unknown_id() -> None:
    assert story("V404") == []


def test_a_cause_is_told_before_what_it_led_to_whatever_the_clocks_said() -> None:
    assert story("F1").index("m1") < story("F1").index("e1")
