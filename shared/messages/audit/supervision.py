"""What settlement tells supervision (监管): bills that were settled and are to be looked at."""

from datetime import date
from typing import Literal

from shared.messages.body import Identifier, InstitutionId
from shared.messages.settlement.visits import VisitSubject

CareDoubt = Literal["overlapping_stays", "bill_during_stay", "alike_bills", "paid_both_ways", "two_places"]
"""Why two bills may be about the same care: stays share nights; a bill is of a day inside a stay; two bills
of a place and day are alike in their sum; one was paid directly and one by hand; two clinics in a day."""


class CareInDoubt(VisitSubject):
    """A settled bill may be about care that another visit was settled for: supervision looks (核查)."""

    TOPICS = ("settlement.events",)
    settlement_id: Identifier
    other_visit_id: Identifier
    other_institution_id: InstitutionId
    doubt: CareDoubt
    told_on: date
