"""The settlement slip (结算单) of a visit as its institution has it, to be printed or shown."""

from shared.messages.settlement.found import VisitFound
from shared.statements.slip.slip import Slip

UNKNOWN_REVERSAL = ""
"""The answer to a query says that a settlement is taken back, and not by which reversal."""


def slip_of(
    found: VisitFound, person_id: str, institution_id: str, institution_name: str = ""
) -> Slip | None:
    """The slip of a visit's newest settlement; None where there is none."""
    held = found.settlement
    if held is None:
        return None
    tier = held.hospital_tier or ""
    return Slip(
        settlement_id=held.settlement_id,
        settled_on=held.settled_on,
        visit_id=found.visit_id,
        person_id=person_id,
        kind=found.kind,
        institution_id=institution_id,
        institution_name=institution_name,
        hospital_tier=tier,
        home_tier=held.home_tier or tier,
        treatment_area=held.treatment_area or institution_id[1:7],
        insured_area=found.insured_area,
        scheme=found.scheme,
        service_on=found.service_on,
        discharged_on=found.discharged_on,
        stay_part=found.stay_part,
        filing=held.filing,
        filing_id=held.filing_id,
        policy_id=held.policy_id,
        calculator=held.calculator,
        reversal_id=None if held.in_force else UNKNOWN_REVERSAL,
        payments=held.payments,
        by_category=held.by_category,
        steps=held.steps,
    )
