"""What a settlement slip (结算单) is made of: one settlement, as whoever prints it knows it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from shared.benefit.bill import VisitKind
from shared.benefit.policy.form import Calculator, FilingUsed
from shared.messages.amounts import CategoryAmounts, Payments
from shared.messages.settlement.found import StayPart


class SlipStep(Protocol):
    """A step of the derivation (计算步骤), of the engine or from an answer."""

    @property
    def step(self) -> str:
        """Its stable name."""

    @property
    def text(self) -> str:
        """What happened, in both languages."""

    @property
    def clause(self) -> str:
        """Document and clause (依据)."""

    @property
    def amount_fen(self) -> int:
        """Its amount."""


class Slip(NamedTuple):
    """A settlement to be printed (结算单), amounts in fen; `institution_name` is empty where it is not known.

    `stay_part`: which part of a stay settled in between (中途结算) it is. `home_tier`: what the hospital's
    tier counted as where the patient is insured. `reversal_id` names what took the settlement back, and
    is empty where it was and nobody knows by what; None while it is in force.
    """

    settlement_id: str
    settled_on: date
    visit_id: str
    person_id: str
    kind: VisitKind
    institution_id: str
    institution_name: str
    hospital_tier: str
    home_tier: str
    treatment_area: str
    insured_area: str
    scheme: str
    service_on: date
    discharged_on: date | None
    stay_part: StayPart | None
    filing: FilingUsed
    filing_id: str | None
    policy_id: str
    calculator: Calculator | None
    reversal_id: str | None
    payments: Payments
    by_category: Mapping[str, CategoryAmounts]
    steps: Sequence[SlipStep]
