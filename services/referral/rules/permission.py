"""Who may do what to a filing (备案).

| | file, see | end, replace | review | audit, set rules |
| --- | --- | --- | --- | --- |
| the agency of the insured area, its city, its province | for its persons | its persons' | yes | yes |
| a hospital where the person is insured | for who is referred | what it filed | its steps | no |
| the agency where a referral leads, if an agreement leaves it to it | no | no | the agency's step | no |
| a hospital where a long-term resident lives | for whom it refers on | what it filed | no | no |
| a hospital where the filing leads | for who comes to it | what it filed | no | no |
| an operator, who runs the national channels | for all | all | yes | yes |

Each undoes what it filed itself, on its day. A hospital's say is taken for whom it has in hand:
referral hears of no admissions.
"""

from datetime import date

from services.referral.delegations.model import is_delegated
from services.referral.model.chain import HOSPITAL_STEPS
from services.referral.model.filing import Filing
from services.referral.model.known import Known
from services.referral.rules.transfer import lives_in
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
    whole = [area for area in (home, filing.destination_area, lives_in(known, filing)) if area]
    if any(covers(area, place) for place in places for area in whole):
        return None
    return refuse("PERSON_NOT_YOURS", f"person_id: {filing.person_id}")


def step_not_yours(
    known: Known, source: str, filing: Filing, step: Step, home: str, day: date
) -> Answer | None:
    """The refusal of a node that may not take a step of the chain; none if it may.

    A referral's agency step may be left to the treatment place by agreement, by the insured place's rules
    (004-2 四).
    """
    if known.answers_for(source, filing.insured_area):
        return None
    if filing.kind == "referral" and step == "agency" and _is_left_to(known, source, filing, day):
        return None
    places = known.hospitals.get(source, {}).values()
    if step in HOSPITAL_STEPS and any(covers(home, place) for place in places):
        return None
    return refuse("PERSON_NOT_YOURS", f"person_id: {filing.person_id}")


def _is_left_to(known: Known, source: str, filing: Filing, day: date) -> bool:
    place = filing.insured_area, filing.scheme, filing.destination_area
    return known.answers_for(source, filing.destination_area) and is_delegated(known.delegations, *place, day)


def area_not_yours(known: Known, source: str, area: str) -> Answer | None:
    """The refusal of a node that does not answer for an area; none if it does."""
    return None if known.answers_for(source, area) else refuse("AREA_NOT_YOURS", f"insured_area: {area}")
