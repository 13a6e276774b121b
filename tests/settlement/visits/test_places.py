"""What the treatment place decides of a bill, and what the insured place; and what the patient is told."""

from typing import Any

import pytest

from shared.messages.amounts import Payments
from shared.messages.enrollment.registers import CataloguePublished
from tests.settlement.given.memory import SERIOUS, Memory
from tests.settlement.given.world import (
    agreement,
    catalogue,
    coverage,
    institution,
    line,
    outpatient,
    policy,
    result,
    settle,
    stay,
    tiers,
)

FAR = "H50010000001"
PARTS = ("pool_fen", "large_amount_fen", "serious_illness_fen", "assistance_fen")


def listed(area: str, **levels: Any) -> CataloguePublished:
    return catalogue(f"C{area}", **levels).model_copy(update={"area": area})


@pytest.mark.requirement("SET-01")
@pytest.mark.requirement("SET-30")
def test_the_same_item_is_split_as_the_place_of_treatment_lists_it() -> None:
    memory = Memory(
        institution(FAR),
        agreement(treatment="500000"),
        listed("500000", BED="03"),
        listed("511900", BED="02"),
    )

    paid: list[Payments] = [
        result(memory.ask(outpatient(line(1), total_fen=10_000, visit_id=name, **where))).payments
        for name, where in (("O1", {}), ("O2", {"institution_id": FAR}))
    ]

    assert [(one.in_scope_fen, one.full_self_pay_fen) for one in paid] == [(10_000, 0), (0, 10_000)]


@pytest.mark.requirement("SET-02")
@pytest.mark.requirement("SET-31")
def test_the_same_bill_is_paid_as_the_place_of_insurance_says() -> None:
    generous = {"3": {"deductible_fen": 20_000, "ratio_bp": 9000}}
    other = policy("510600-390", area="510600", inpatient={**policy().policy["inpatient"], "tiers": generous})
    places = (agreement(insured="510600"), tiers(area="510600"), coverage("Wu", area="510600"))
    memory = Memory(other, *places)
    wu: dict[str, Any] = {"person_id": "Wu", "visit_id": "W1"}
    memory.accepted(*stay(), *(body.model_copy(update=wu) for body in stay()))

    answers = memory.accepted(settle(1, 100_000), settle(1, 100_000, **wu))

    paid: list[Payments] = [result(answer).payments for answer in answers]
    assert [(one.in_scope_fen, one.deductible_fen, one.ratio_bp) for one in paid] == [
        (100_000, 65_000, 5500),
        (100_000, 20_000, 8000),
    ]
    assert [result(answer).policy_id for answer in answers] == ["511900-390", "510600-390"]


@pytest.mark.requirement("SET-13")
@pytest.mark.requirement("SET-15")
@pytest.mark.requirement("SET-33")
def test_the_patient_is_told_what_each_fund_pays_and_pays_the_rest_from_account_and_cash() -> None:
    aid = {"low_income": {"ratio_bp": 7000, "deductible_fen": 0, "cap_fen": 5_000_000}}
    lin = coverage("Lin", identities=("low_income",), account_balance_fen=5_000)
    memory = Memory(lin, held=policy(serious_illness=SERIOUS, assistance=aid))
    memory.accepted(*stay(8000))

    [answer] = memory.accepted(settle(1, 800_000, use_account=True))

    paid: Payments = result(answer).payments
    # (8000 - 650) x 55 %; 60 % of what is above 1000 of the other 3957.50; 70 % of what is left.
    assert [getattr(paid, part) for part in PARTS] == [404_250, 0, 177_450, 152_810]
    assert paid.fund_fen == 404_250 + 177_450 + 152_810
    assert (paid.account_fen, paid.cash_fen) == (5_000, 800_000 - paid.fund_fen - 5_000)
    assert paid.personal_fen == paid.account_fen + paid.cash_fen
