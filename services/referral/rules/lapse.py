"""How a filing lapses without being asked: its half year is over, or its coverage is (001 (八)(十)).

A person who moves or changes scheme leaves the old coverage first, so it is the old one's end that ends
the filing, and a new filing under the new one is free at once.
"""

from collections.abc import Iterable
from datetime import date

from services.referral.model.coverage import KnownCoverage, is_covered
from services.referral.model.due import CoverageDue, FilingDue
from services.referral.model.filing import Filing
from services.referral.model.known import Known
from services.referral.rules.closing import close, closed, closing
from shared.bus.message import NOTHING, Decision, Message
from shared.dated import with_told
from shared.messages.enrollment.registers import CoverageChanged
from shared.messages.referral.filings import FilingEnded


def expire(known: Known, message: Message, body: FilingDue) -> Decision:
    """A temporary filing has run its half year, or a filing that was taken over has come to its end."""
    filing = known.filing(body.person_id, body.filing_id)
    if filing is None or filing.ends_on is None or message.day is None or filing.runs_after(message.day):
        return NOTHING
    return closing(known, close(filing, "FilingDue", filing.ends_on))


def lapse(known: Known, message: Message, body: CoverageDue) -> Decision:
    """The coverage a filing rests on has ended and was not renewed."""
    filing = known.filing(body.person_id, body.filing_id)
    if filing is None or message.day is None:
        return NOTHING
    periods = known.periods(body.person_id, filing.place)
    return closing(known, lapsed(filing, periods, "CoverageDue", message.day))


def hear_coverage(known: Known, message: Message, body: CoverageChanged) -> Decision:
    """Keeps what is told of the coverage, and ends what rests on it when it is no longer in force."""
    given = body.applies_from or date.min
    told = KnownCoverage(*(getattr(body, name) for name in KnownCoverage._fields))._replace(
        applies_from=given
    )
    periods = with_told(known.periods(body.person_id, told.place), told)
    ended: list[FilingEnded] = []
    for filing in known.of_person(body.person_id):
        if filing.place == told.place:
            # The stream of coverages may not have heard of the day on which the filing was made.
            today = max(message.day or filing.filed_on, filing.filed_on)
            ended += lapsed(filing, periods, "CoverageChanged", today)
    return Decision(ended, [told, *closed(known, ended)])


def lapsed(filing: Filing, periods: Iterable[KnownCoverage], because: str, day: date) -> list[FilingEnded]:
    """The end of a filing whose coverage is not in force on a day after which the filing would still hold."""
    if is_covered(periods, day) or not filing.runs_after(day):
        return []
    return close(filing, because, max(day, filing.starts_on))
