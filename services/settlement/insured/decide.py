"""Answers an insured place what its own persons had elsewhere, and nothing of others (000 三(一)3). Pure."""

from services.settlement.insured.keys import visits_key
from services.settlement.model.known import Known
from services.settlement.model.registers.registry import Filing
from services.settlement.model.settlement import LISTED
from services.settlement.visits.checks import is_agency
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import accept
from shared.messages.settlement.insured import InsuredFiling, InsuredFound, QueryInsured


def find_insured(known: Known, message: Message, body: QueryInsured) -> Decision:
    """Answers a page of a person's visits, and the filings, under coverages that the center answers for.

    Whoever insured the person earlier still sees what was had under that coverage, and no more.
    """
    visits = known.insured[visits_key(message, body)[1]]
    coverages = known.coverages.get(body.person_id, ())
    if not visits and not any(is_agency(known, message.source, one.insured_area) for one in coverages):
        return Decision(answer=refuse("PERSON_NOT_YOURS", "person_id"))
    filings = known.filings.get(body.person_id, ())
    found = InsuredFound(
        person_id=body.person_id,
        visits=tuple(visits[:LISTED]),
        filings=tuple(_told(one) for one in filings if _is_own(known, message.source, one)),
        more=len(visits) > LISTED,
    )
    return Decision(answer=accept(found))


def _is_own(known: Known, source: str, filing: Filing) -> bool:
    return filing.insured_area is not None and is_agency(known, source, filing.insured_area)


def _told(filing: Filing) -> InsuredFiling:
    return InsuredFiling(
        filing_id=filing.filing_id,
        filing=filing.counts_as,
        destination_area=filing.destination_area,
        starts_on=filing.starts_on,
        ends_on=filing.ends_on,
    )
