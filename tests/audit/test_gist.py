"""What the trail keeps of a body: business ids and an outcome, never a person's id or free text."""

from collections.abc import Iterator

import pytest
from pydantic import TypeAdapter

from services.audit.rules.gist import UNFOUND, bodies_in, digest_of, gist_of, is_case_id, mentions_of
from shared.bus.message import Message
from shared.bus.wire import Undecoded
from shared.messages.answer import Answer
from shared.messages.body import Body, Identifier, MessageParked, RequestRefused
from shared.messages.clearing.batches import BatchChunk
from shared.messages.clearing.months import ClaimAdvances, ClaimLine
from shared.messages.settlement.corrections import VerificationOpened
from shared.messages.settlement.visits import ReverseSettlement
from shared.messages.wire_types import TYPES
from tests.audit.given.facts import (
    PLACE,
    SUBJECT,
    confirmed,
    march,
    page_overdue,
    page_received,
    paid,
    settled,
    uploaded,
)

REVERSE = ReverseSettlement(
    visit_id="V1", person_id="P1", institution_id=PLACE, settlement_id="S1", reason="wrong patient: Li Si"
)
REFUSED = RequestRefused(
    subject_id="P1",
    request_id="M1",
    request_type="yidi.SettleVisit.v1",
    node_id="huaxi",
    code="CONTROL_TOTAL",
)
PARKED = MessageParked(
    origin_key="P1",
    origin_topic="daily.costs",
    origin_partition=1,
    origin_offset=9,
    reason="UNKNOWN_TYPE yidi.X",
)
VERIFICATION = VerificationOpened(
    **SUBJECT,
    task_id="K1",
    settlement_id="S1",
    treatment_area="510100",
    liability_statement_id="L1",
    fund_fen=1,
    opened_on=march(9),
)
ON_THE_9TH = f"{PLACE} 510100 2026-03-09 2026-03-09"
PAGE = "case_page V1/2026-03-09"
# fmt: off
GISTS = [
    (settled(discharged=9, on=9),
     {"visit_id": "V1", "settlement_id": "S1", "filing_id": "F1", "deadline": f"at_once S1 {ON_THE_9TH}"}),
    (settled(discharged=9, on=9, filing_id=None),
     {"visit_id": "V1", "settlement_id": "S1", "deadline": f"at_once S1 {ON_THE_9TH}"}),
    (uploaded(on=8, heard=9),
     {"visit_id": "V1", "upload_id": "U1", "outcome": "in time", "deadline": f"daily V1/U1 {ON_THE_9TH}"}),
    (page_received(due=9, on=9),
     {"visit_id": "V1", "page_id": "G1", "outcome": "in time", "deadline": f"{PAGE} {ON_THE_9TH}"}),
    (page_overdue(due=9), {"visit_id": "V1", "deadline": f"{PAGE} {PLACE} 510100 2026-03-09 -"}),
    (confirmed(pay_by=9), {"statement_id": "T1", "mentions": digest_of(()), "payment": "pay_by=2026-03-09"}),
    (paid(on=9), {"statement_id": "T1", "payment": "paid_on=2026-03-09 booked_on=-"}),
    (VERIFICATION,
     {"visit_id": "V1", "task_id": "K1", "settlement_id": "S1", "liability_statement_id": "L1"}),
    (REVERSE, {"visit_id": "V1", "settlement_id": "S1"}),
    (REFUSED, {"request_id": "M1", "outcome": "CONTROL_TOTAL"}),
    (PARKED, {"outcome": "UNKNOWN_TYPE"}),
    (Undecoded(code="NOT_JSON"), {}),
]
# fmt: on


@pytest.mark.parametrize(("body", "gist"), GISTS)
def test_a_gist_names_the_business_and_not_the_person(body: Body, gist: dict[str, str]) -> None:
    assert gist_of(body) == gist


def message(body: Body) -> Message:
    """A body as it was said."""
    return Message("t", 0, 0, "k", "n", "M1", "", body, correlation_id="case", causation_id="M0")


def test_a_claim_is_found_by_each_settlement_in_it() -> None:
    lines = (ClaimLine(settlement_id="S1", fund_fen=1), ClaimLine(settlement_id="S2", fund_fen=1))
    claim = ClaimAdvances(claim_id="C1", institution_id=PLACE, month="2026-02", lines=lines, fund_fen=2)
    assert set(mentions_of(message(claim), gist_of(claim))) == {"M1", "case", "C1", "S1", "S2"}


def test_an_outcome_is_no_id() -> None:
    assert set(mentions_of(message(REFUSED), gist_of(REFUSED))) == {"M1", "case"}


def test_an_empty_chunk_is_found_by_its_statement() -> None:
    chunk = BatchChunk(statement_id="T1", number=0, lines=())
    assert set(mentions_of(message(chunk), gist_of(chunk))) == {"M1", "case", "T1"}


WORDS_NO_CASE_IS_FOUND_BY = {  # fields with the form of an id that name no case, and what they name
    "item": "an entry of a catalogue",
    "local_item": "an entry of a catalogue",
    "line": "a line within an upload",
    "covers": "lines within a bill",
    "disease": "a disease",
    "diseases": "diseases",
    "diagnoses": "diseases",
    "ward": "a ward of a hospital",
    "external_causes": "causes of an injury",
    "pathology": "findings",
    "procedure": "a procedure",
    "pages": "pages of a register",
    "main_diagnosis": "a disease",
    "other_diagnoses": "diseases",
    "officer": "an officer",
    "drafted_by": "an officer",
    "approved_by": "an officer",
    "asked_by": "an officer",
    "admitted_by": "an officer",
    "verified_by": "an officer",
}
_FORM = TypeAdapter(Identifier).json_schema()["pattern"]


def id_like(kind: type[Body], seen: set[type[Body]]) -> Iterator[str]:
    """The fields of a message, and of what stands in it, that are named or formed like an id."""
    seen.add(kind)
    for name, field in kind.model_fields.items():
        if name.endswith("_id") or _FORM in repr(field):
            yield name
        for inner in bodies_in(field.annotation):
            if inner not in seen:
                yield from id_like(inner, seen)


@pytest.mark.parametrize("kind", [k for k in TYPES.values() if k is not Answer], ids=lambda k: k.__name__)
def test_every_id_of_a_message_finds_its_case_or_says_why_not(kind: type[Body]) -> None:
    unfound = UNFOUND.keys() | WORDS_NO_CASE_IS_FOUND_BY.keys()
    assert {name for name in id_like(kind, set()) if not is_case_id(name)} <= unfound
    assert not any(is_case_id(name) for name in unfound)


def test_the_ids_by_which_cases_are_found_are_these() -> None:
    found = {name for kind in TYPES.values() for name in id_like(kind, set()) if is_case_id(name)}
    assert found >= {"visit_id", "settlement_id", "task_id", "invoice_id", "certificate_id", "line_id"}
    assert not any("person" in name or "name" in name for name in found)
