"""Names what a question about filings needs, as keys. Pure."""

from services.referral.lists.model import WorkPage
from shared.bus.message import Message
from shared.bus.service import Key
from shared.messages.referral.lists import QueryFilings, QueryFilingWork


def of_filings(message: Message, body: QueryFilings) -> list[Key]:
    """The person's coverages and filings, only seen, and the asking node."""
    return [("seen", body.person_id), ("node", message.source)]


def of_work(message: Message, body: QueryFilingWork) -> list[Key]:
    """The asking node, and a page of what waits."""
    area, work, after, day = page_of(message, body)
    page = " ".join((area, work, after, day.isoformat() if day else "-"))
    return [("area", area), ("node", message.source), ("work", page)]


def page_of(message: Message, body: QueryFilingWork) -> WorkPage:
    """The page that is asked for."""
    return WorkPage(body.insured_area, body.work, body.after_filing_id or "-", message.day)
