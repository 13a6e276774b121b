"""What a visit's settlement list (医疗保障基金结算清单, NHSA 4101) still lacks. Pure.

The list itself is made of what is known: the visit, its uploads, its case page, its settlement. It is asked
for before the month is declared, and what it lacks is told so that the hospital can bring it.
"""

from collections.abc import Sequence

from services.settlement.model.case_page import CasePage
from services.settlement.model.upload import Upload
from services.settlement.model.visit import Visit
from services.settlement.settlements.stay import missing_days
from shared.messages.settlement.found import ListLack


def list_lacks(visit: Visit, page: CasePage | None, uploads: Sequence[Upload]) -> tuple[ListLack, ...]:
    """What is missing, nothing where the list is complete; of a bill that came whole only its settlement.

    A part of a stay that goes on (中途结算) needs no case page: the whole stay's comes with its last part.
    """
    lacks: list[ListLack] = []
    if visit.state != "settled":
        lacks.append("SETTLEMENT")
    if visit.is_stay:
        if visit.awaits_credential:
            lacks.append("CREDENTIAL")
        if visit.discharged_on is None:
            lacks.append("DISCHARGE")
        elif not visit.manual and missing_days(visit, uploads, visit.discharged_on):
            lacks.append("COSTS")
        if not visit.goes_on and (page is None or page.page_id is None):
            lacks.append("CASE_PAGE")
    return tuple(lacks)
