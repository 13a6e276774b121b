"""Who may do what to a filing (备案), besides the person's own channels that made it.

| | file | end, or replace by another | undo on its day |
| --- | --- | --- | --- |
| any registered node (001 (十三)) | yes | what it filed itself | what it filed itself |
| the agency of the insured area, its city, its province | yes | its persons' | what it filed itself |
| an operator | yes | all | what it filed itself |
"""

from services.referral.model import Filing, Known
from shared.areas import widened
from shared.errors import refuse
from shared.messages.answer import Answer


def not_yours(known: Known, source: str, filing: Filing) -> Answer | None:
    """The refusal of a node that may not end a filing; none if it may."""
    answers_for = known.areas.get(source, set())
    if filing.made_by == source or not answers_for.isdisjoint({None, *widened(filing.insured_area)}):
        return None
    return refuse("FILING_NOT_YOURS", f"filing_id: {filing.filing_id}")
