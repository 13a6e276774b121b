"""Names what a message about the worklist needs, as keys. Pure."""

from datetime import date

from services.referral.worklist.model import WorklistPage
from shared.bus.message import Message
from shared.bus.service import Key
from shared.messages.referral.worklist import AcknowledgeReferral, AnnounceReferral, QueryReferrals


def of_announcement(message: Message, body: AnnounceReferral | AcknowledgeReferral) -> list[Key]:
    """The person's filings and what was announced of them, the asking node, the institution."""
    person = body.person_id
    return [
        ("person", person),
        ("announced", person),
        ("node", message.source),
        ("institution", body.institution_id),
    ]


def of_worklist(message: Message, body: QueryReferrals) -> list[Key]:
    """The asking node, and a page of the worklist."""
    return [("node", message.source), ("worklist", " ".join(page_of(message, body)))]


def page_of(message: Message, body: QueryReferrals) -> WorklistPage:
    """The page that is asked for, of what holds on the message's day."""
    day, after_on = message.day or date.max, body.after_on or date.min
    return WorklistPage(
        body.institution_id, day.isoformat(), after_on.isoformat(), body.after_filing_id or "-"
    )
