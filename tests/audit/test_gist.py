"""What the trail keeps of a body: business ids and an outcome, never a person's id or free text."""

import pytest

from services.audit.rules.gist import gist_of, mentions_of
from shared.bus.message import Message
from shared.bus.wire import Undecoded
from shared.messages.body import Body, MessageParked, RequestRefused
from shared.messages.clearing import BatchChunk, ClaimAdvances, ClaimLine
from shared.messages.settlement import ReverseSettlement
from tests.audit.facts import PLACE, page_received, settled, uploaded

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
# fmt: off
GISTS = [
    (settled(discharged=9, on=9), {"visit_id": "V1", "settlement_id": "S1", "filing_id": "F1"}),
    (settled(discharged=9, on=9, filing_id=None), {"visit_id": "V1", "settlement_id": "S1"}),
    (uploaded(on=3, heard=9), {"visit_id": "V1", "upload_id": "U1", "outcome": "late"}),
    (page_received(due=9, on=9), {"visit_id": "V1", "page_id": "G1", "outcome": "in time"}),
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
