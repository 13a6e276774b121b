"""Each exchange says whether it stays at home, within the province, or crosses provinces."""

from datetime import date
from typing import Any

import pytest

from shared.messages.body import Body
from shared.messages.clearing.batches import COLUMNS, StatementHead
from shared.messages.clearing.months import LineSetAside
from shared.messages.scope import scope_of
from shared.messages.settlement.insured import InsuredVisit
from shared.messages.settlement.visits import SettlementCompleted, SettlementReversed, VisitAdmitted
from tests.settlement.given.memory import Memory
from tests.settlement.given.world import (
    BAZHONG,
    HUAXI,
    NODE,
    agreement,
    coverage,
    filing,
    institution,
    policy,
    quote,
    reverse,
    settle,
    stay,
    tiers,
)

# Insured, treated, what pools for the person, what pools for the place; the scope.
SCOPES = [
    ("511900", "511902", None, None, "at_home"),
    ("511902", "511903", "511900", None, "at_home"),
    ("511902", "511903", "511900", "511903", "in_province"),
    ("511900", "510100", None, None, "in_province"),
    ("510000", "510100", None, None, "at_home"),
    ("511900", "520100", None, None, "cross_province"),
    ("510000", "520100", "510000", "520000", "cross_province"),
]


@pytest.mark.requirement("HUB-11")
@pytest.mark.parametrize(("insured", "treated", "own", "pool", "expected"), SCOPES)
def test_the_scope_follows_from_both_places(
    insured: str, treated: str, own: str | None, pool: str | None, expected: str
) -> None:
    assert scope_of(insured, treated, own, pool) == expected


# Where Lin is insured, where the stay is, and its scope.
STAYS = [
    ("511900", BAZHONG, "at_home"),
    ("511900", HUAXI, "in_province"),
    ("520100", HUAXI, "cross_province"),
]


@pytest.mark.requirement("HUB-11")
@pytest.mark.parametrize(("insured", "hospital", "expected"), STAYS)
def test_a_stay_says_its_scope_from_admission_to_reversal(insured: str, hospital: str, expected: str) -> None:
    memory = Memory(
        institution(BAZHONG, node=NODE),
        coverage("Yu", area=insured),
        policy("other", area="520100"),
        tiers(area="520100"),
        agreement("520100"),
        filing("F2", person_id="Yu", insured_area=insured),
    )
    names: dict[str, Any] = {"person_id": "Yu", "institution_id": hospital}
    admitted, uploaded, left = stay(**names)
    facts: list[Any] = []
    answers: list[Any] = []
    for body in (
        admitted,
        uploaded.model_copy(update=names),
        left.model_copy(update=names),
        quote(1, 100_000, **names),
        settle(1, 100_000, **names),
    ):
        decision = memory.decide(memory.message(body))
        assert decision.answer and decision.answer.accepted, decision.answer
        facts += decision.facts
        answers += [getattr(decision.answer.result, "scope", None)]
    [settled] = [fact for fact in facts if isinstance(fact, SettlementCompleted)]
    facts += memory.decide(memory.message(reverse(settled.settlement_id, **names))).facts
    told = VisitAdmitted, SettlementCompleted, SettlementReversed
    assert [fact.scope for fact in facts if isinstance(fact, told)] == [expected] * 3
    assert [one for one in answers if one] == [expected] * 2


def _head(**more: Any) -> Body:
    areas: dict[str, Any] = {"insured_area": "511900", "treatment_area": "520000"}
    centers: dict[str, Any] = {"insured_center": "510000", "treatment_center": "520000"}
    kept: dict[str, Any] = {
        "agreement_id": "A",
        "funding_mode": "AGENCY_PREFUND",
        "scheme": "390",
        "month": "2026-03",
    }
    return StatementHead(statement_id="S", **centers, **areas, **kept, **more)


@pytest.mark.requirement("HUB-11")
def test_what_was_told_before_has_its_scope_too_and_a_statements_file_stays_as_it_is() -> None:
    fields = _head().model_dump(mode="json")
    assert fields.pop("scope") == "cross_province"
    assert StatementHead.model_validate(fields, strict=False).scope == "cross_province"
    assert "scope" not in COLUMNS
    aside: dict[str, Any] = {
        "line_id": "L",
        "settlement_id": "S",
        "institution_id": HUAXI,
        "scheme": "390",
        "fund_fen": 1,
    }
    areas: dict[str, Any] = {"insured_area": "511900", "treatment_area": "510100"}
    assert LineSetAside(**aside, **areas, business_on=date(2026, 3, 2)).scope == "in_province"
    assert "scope" in InsuredVisit.model_fields
