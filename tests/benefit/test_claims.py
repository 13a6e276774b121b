"""What a claim must bring along and which limit its prices have: every kind and reason, by hand."""

import pytest

from services.settlement.reimbursements.materials import missing_materials, uploaded_materials
from services.settlement.reimbursements.price_comparison import allowed_limit_e6
from shared.benefit.bill import VisitKind
from shared.benefit.lines import Level
from shared.messages.settlement.reimbursement import Material, Reason

PAID: list[Material] = ["invoice", "fee_list"]
TREATED: list[Material] = [*PAID, "diagnosis_proof"]
RESCUED: list[Material] = ["emergency_receipt", "medical_record"]
REASONS: list[tuple[Reason, list[Material]]] = [
    ("01", []),
    ("02", []),
    ("03", []),
    ("04", RESCUED),
    ("05", []),
    ("06", []),
    ("07", []),
]
KINDS: list[tuple[VisitKind, list[Material]]] = [
    ("inpatient", TREATED),
    ("outpatient_general", TREATED),
    ("outpatient_chronic", TREATED),
    ("pharmacy", PAID),
]


@pytest.mark.parametrize(("reason", "by_reason"), REASONS)
@pytest.mark.parametrize(("kind", "by_kind"), KINDS)
def test_a_claim_that_brings_nothing_lacks_what_its_kind_and_its_reason_ask_for(
    kind: VisitKind, by_kind: list[Material], reason: Reason, by_reason: list[Material]
) -> None:
    assert missing_materials(kind, reason, ()) == by_kind + by_reason


@pytest.mark.parametrize(("diagnosed", "materials"), [(True, TREATED), (False, PAID)])
def test_an_upload_stands_for_the_papers_it_replaces(diagnosed: bool, materials: list[Material]) -> None:
    assert list(uploaded_materials(diagnosed)) == materials


# level, the catalogue's limit, the price at home, the limit
LIMITS: list[tuple[Level, int | None, int | None, int | None]] = [
    ("01", None, None, None),
    ("01", 90, None, 90),
    ("01", None, 80, 80),
    ("02", 90, 80, 80),
    ("02", 80, 90, 80),
    ("03", None, 80, None),
    ("03", 90, 80, 90),
]


@pytest.mark.parametrize(("level", "catalogue_e6", "home_e6", "limit_e6"), LIMITS)
def test_the_lower_limit_holds_and_what_the_patient_pays_anyway_keeps_its_own(
    level: Level, catalogue_e6: int | None, home_e6: int | None, limit_e6: int | None
) -> None:
    assert allowed_limit_e6(level, catalogue_e6, home_e6) == limit_e6
