"""The rules of manual reimbursement by themselves: prices at home, materials, the same care."""

from datetime import date
from typing import Any

import pytest

from services.settlement.model.claims.payment_order import PaymentOrder, paid
from services.settlement.parameters import CLAIM_DAYS
from services.settlement.reimbursements.materials import STANDARD_LIST, missing_materials, uploaded_materials
from services.settlement.reimbursements.price_comparison import allowed_limit_e6
from shared.benefit.lines import Level, Line, split_line
from shared.funds import ZERO, Funds
from shared.messages.settlement.reimbursement import ClaimReimbursement, Material, Reason
from tests.settlement.given.world import D1, D2, D3

YUAN = 10**6
PRICES: list[tuple[Level, int, int | None, int | None, int]] = [
    # level, paid, the catalogue's limit, the price at home (yuan), above both (fen)
    ("01", 100, None, 80, 2_000),
    ("01", 100, None, 100, 0),
    ("01", 100, None, 120, 0),  # cheaper than at home: as it is
    ("01", 100, None, None, 0),  # no price at home: as billed
    ("01", 100, 90, 80, 2_000),
    ("01", 100, 80, 90, 2_000),  # the catalogue's limit still holds
    ("02", 100, 90, None, 1_000),
    ("03", 100, None, 80, 0),  # the patient pays all of it anyway
]


@pytest.mark.requirement("MAN-01")
@pytest.mark.parametrize(("level", "price", "limit", "home", "over_fen"), PRICES)
def test_what_is_above_the_price_at_home_is_the_patients(
    level: Level, price: int, limit: int | None, home: int | None, over_fen: int
) -> None:
    limit_e6 = None if limit is None else limit * YUAN
    allowed = allowed_limit_e6(level, limit_e6, None if home is None else home * YUAN)

    part = split_line(Line("01", level, 10_000, price * YUAN, allowed))

    assert part.over_limit_fen == over_fen


PAPER: tuple[Material, ...] = ("invoice", "fee_list", "diagnosis_proof")
UPLOADED, UNDIAGNOSED = uploaded_materials(True), uploaded_materials(False)
RESCUE: tuple[Material, ...] = ("emergency_receipt", "medical_record")
MATERIALS: list[tuple[Any, Reason, tuple[Material, ...], list[str]]] = [
    # kind, reason, what is held, what is missing
    ("inpatient", "01", PAPER, []),
    ("inpatient", "01", (), ["invoice", "fee_list", "diagnosis_proof"]),
    ("inpatient", "01", UPLOADED, []),
    ("inpatient", "01", UNDIAGNOSED, ["diagnosis_proof"]),
    ("outpatient_general", "03", ("invoice",), ["fee_list", "diagnosis_proof"]),
    ("pharmacy", "02", UNDIAGNOSED, []),
    ("inpatient", "04", UPLOADED, ["emergency_receipt", "medical_record"]),
    ("outpatient_general", "04", (*PAPER, "medical_record"), ["emergency_receipt"]),
    ("inpatient", "04", (*UPLOADED, *RESCUE), []),
]


@pytest.mark.requirement("MAN-05")
@pytest.mark.requirement("MAN-10")
@pytest.mark.parametrize(("kind", "reason", "held", "missing"), MATERIALS)
def test_one_list_of_materials_holds_for_all(
    kind: Any, reason: Reason, held: tuple[Material, ...], missing: list[str]
) -> None:
    assert missing_materials(kind, reason, held) == missing


@pytest.mark.requirement("MAN-05")
def test_no_stamp_is_asked_for_and_every_figure_has_its_source() -> None:
    named = {*ClaimReimbursement.model_fields, *(one.material for one in STANDARD_LIST)}
    assert not [name for name in named if "stamp" in name or "seal" in name]
    assert all(one.source for one in STANDARD_LIST)
    assert "no document gives a figure" in CLAIM_DAYS.source


def order(number: int, pool_fen: int, paid_on: date | None) -> PaymentOrder:
    return PaymentOrder(
        f"O{number}", "V", number, "Lin", 1, D1, "health_card", "t", pool_fen, 0, 0, 0, paid_on
    )


def test_what_was_paid_is_less_what_came_back_and_nothing_that_waits() -> None:
    assert paid([]) == ZERO
    assert paid([order(1, 100, D2), order(2, -30, D3), order(3, 50, None)]) == Funds(70)
