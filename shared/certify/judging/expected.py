"""What a case's steps must come to (应有结果): which requests take effect, each visit's bill. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from shared.adapter.control import control_of
from shared.certify.cases.case import Case, Sitting, Step
from shared.messages.settlement.visits import FeeLine

UNDO = "undo"
# What a step asks for. An undoing may be asked for in several ways, which count as one.
EFFECTS = {
    "file": "SubmitFiling",
    "admit": "AdmitPatient",
    "undo_admission": UNDO,
    "upload": "UploadCosts",
    "charge": "UploadCosts",
    "withdraw": UNDO,
    "discharge": "DischargePatient",
    "undo_discharge": UNDO,
    "settle": "SettleVisit",
    "bill": "SettleOutpatient",
    "reverse": UNDO,
    "page": "SubmitCasePage",
    "claim": "ClaimAdvances",
    "confirm": "ConfirmStatement",
}
UNDOES = frozenset({"CancelRequest", "WithdrawUpload", "CancelDischarge", "ReverseSettlement"})
KINDS = frozenset(EFFECTS.values()) - {UNDO}
SETTLES = ("settle", "bill")


class Bill(NamedTuple):
    """The fee lines of a visit that count: how many, and their sum."""

    lines: int
    total_fen: int


def group_of(kind: str) -> str:
    """The group in which an effect is counted; "" for what changes nothing that a case counts."""
    return UNDO if kind in UNDOES else kind if kind in KINDS else ""


def effects_of(sitting: Sitting) -> Counter[str]:
    """How many requests of each group must take effect in a sitting."""
    done = sitting.steps[: sitting.refused_at - 1] if sitting.refused_at else sitting.steps
    return Counter(EFFECTS[step.do] for step in done for _ in range(_requests(step)) if step.do in EFFECTS)


def _requests(step: Step) -> int:
    return len(step.fields.get("uploads", (None,)))


def steps_of(case: Case, visit: str) -> list[Step]:
    """All steps about a visit."""
    return [step for sitting in case.sittings for step in sitting.steps if step.visit == visit]


def bill_of(case: Case, visit: str) -> Bill:
    """What the lines of a visit come to, without what was withdrawn."""
    steps = steps_of(case, visit)
    taken_back = {step.fields["upload"] for step in steps if step.do == "withdraw"}
    lines = [line for name, lines in _uploads(steps) if name not in taken_back for line in lines]
    control = control_of(FeeLine.model_validate(line) for line in lines)
    return Bill(control.lines, control.total_fen)


def _uploads(steps: list[Step]) -> Iterator[tuple[str, Any]]:
    for step in steps:
        for one in step.fields.get("uploads", ()):
            yield one["upload"], one["lines"]
        if step.do == "bill":
            yield "", step.fields["lines"]


def settlements_of(case: Case, visit: str) -> int:
    """How many settlements a visit has in the end, those taken back among them."""
    return sum(step.do in SETTLES for step in steps_of(case, visit))


def filing_of(case: Case, visit: str, kinds: Mapping[str, str]) -> str:
    """The filing that must count in a visit's settlement; `kinds` says which kind a scheme files."""
    filed = any(step.do == "file" for step in steps_of(case, visit))
    meanwhile = any("filed" in sitting.after for sitting in case.sittings)
    return kinds[case.scheme] if filed or meanwhile else "none"
