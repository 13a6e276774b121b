"""What a claim must bring along (报销材料): one list for all, by kind and reason; never a stamp (003 二)."""

from collections.abc import Collection
from typing import NamedTuple

from shared.benefit.bill import VisitKind
from shared.messages.settlement.reimbursement import Material, Reason

EMERGENCY: Reason = "04"
_ALL: tuple[VisitKind, ...] = ("inpatient", "outpatient_general", "outpatient_chronic", "pharmacy")
_TREATED: tuple[VisitKind, ...] = ("inpatient", "outpatient_general", "outpatient_chronic")
_ANY: tuple[Reason, ...] = ("01", "02", "03", "04", "05", "06", "07")


class Required(NamedTuple):
    """A required material (报销材料), for which kinds of care and which reasons, and the source of that."""

    material: Material
    kinds: tuple[VisitKind, ...]
    reasons: tuple[Reason, ...]
    source: str


STANDARD_LIST = (
    Required("invoice", _ALL, _ANY, "003 二 asks for a list; what was paid: 000 三(三)3"),
    Required("fee_list", _ALL, _ANY, "003 二 asks for a list; the lines: 001 (十五)"),
    Required("diagnosis_proof", _TREATED, _ANY, "003 二 asks for a list; the diagnoses: 001 (十五)"),
    Required("emergency_receipt", _ALL, (EMERGENCY,), "004-2 三, 004-4 二(一)"),
    Required("medical_record", _ALL, (EMERGENCY,), "004-2 三, 004-4 二(一)"),
)


def uploaded_materials(diagnosed: bool) -> tuple[Material, ...]:
    """The materials that an institution's upload replaces on paper; `diagnosed`: it has the diagnoses."""
    return ("invoice", "fee_list", "diagnosis_proof") if diagnosed else ("invoice", "fee_list")


def missing_materials(kind: VisitKind, reason: Reason, held: Collection[Material]) -> list[Material]:
    """The materials that a claim lacks, in the order of the list."""
    return [
        one.material
        for one in STANDARD_LIST
        if kind in one.kinds and reason in one.reasons and one.material not in held
    ]
