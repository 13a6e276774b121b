"""Who may do what to a filing (备案).

| | file, see | end, replace | review | audit, set rules |
| --- | --- | --- | --- | --- |
| the agency of the insured area, its city, its province | for its persons | its persons' | yes | yes |
| a hospital where the person is insured | for who is referred | what it filed | its steps | no |
| a hospital where the filing leads | for who comes to it | what it filed | no | no |
| an operator, who runs the national channels | for all | all | yes | yes |

Each undoes what it filed itself, on its day. A hospital's say is taken for whom it has in hand:
referral hears of no admissions.
"""

from services.referral.model.chain import HOSPITAL_STEPS
from services.referral.model.filing import Filing
from services.referral.model.known import Known
from shared.areas import covers
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.referral.reviews import Step


def not_yours(known: Known, source: str, filing: Filing) -> Answer | None:
    """The refusal of a node that may not end a filing; none if it may."""
    if filing.made_by == source or known.answers_for(source, filing.insured_area):
        return None
    return refuse("FILING_NOT_YOURS", f"filing_id: {filing.filing_id}")


def person_not_yours(known: Known, source: str, filing: Filing, home: str) -> Answer | None:
    """The refusal of a node that may not make this filing, or see it; none if it may.

    `home` is the pooling area that insures the person.
    """
    if known.answers_for(source, filing.insured_area):
        return None
    places = known.hospitals.get(source, {}).values()
    if any(covers(home, place) or covers(filing.destination_area, place) for place in places):
        return None
    return refuse("PERSON_NOT_YOURS", f"person_id: {filing.person_id}")


def step_not_yours(known: Known, source: str, filing: Filing, step: Step, home: str) -> Answer | None:
    """The refusal of a node that may not take a step of the chain; none if it may."""
    if known.answers_for(source, filing.insured_area):
        return None
    places = known.hospitals.get(source, {}).values()
    if step in HOSPITAL_STEPS and any(covers(home, place) for place in places):
        return None
    return refuse("PERSON_NOT_YOURS", f"person_id: {filing.person_id}")


def area_not_yours(known: Known, source: str, area: str) -> Answer | None:
    """The refusal of a node that does not answer for an area; none if it does."""
    return None if known.answers_for(source, area) else refuse("AREA_NOT_YOURS", f"insured_area: {area}")
