"""How a filing lapses without being asked: its half year is over, or its coverage is (001 (八)(十)).

A person who moves or changes scheme leaves the old coverage first, so it is the old one's end that ends
the filing, and a new filing under the new one is free at once.
"""

from services.referral.model import CoverageDue, Filing, FilingDue, Known, KnownCoverage
from services.referral.rules.closing import close
from shared.bus.message import NOTHING, Decision, Message
from shared.messages.enrollment import CoverageChanged
from shared.messages.referral import FilingEnded


def expire(known: Known, message: Message, body: FilingDue) -> Decision:
    """A temporary filing has run its half year."""
    filing = known.filing(body.person_id, body.filing_id)
    if filing is None or filing.ends_on is None or message.day is None or filing.runs_after(message.day):
        return NOTHING
    return Decision(close(filing, "FilingDue", filing.ends_on))


def lapse(known: Known, message: Message, body: CoverageDue) -> Decision:
    """The coverage a filing rests on has ended and was not renewed."""
    filing = known.filing(body.person_id, body.filing_id)
    if filing is None or message.day is None:
        return NOTHING
    coverage = known.coverages.get(body.person_id, {}).get((filing.scheme, filing.insured_area))
    if coverage is None or coverage.in_force(message.day):
        return NOTHING
    return Decision(close(filing, "CoverageDue", max(message.day, filing.starts_on)))


def hear_coverage(known: Known, message: Message, body: CoverageChanged) -> Decision:
    """Keeps the coverage, and ends what rested on it when it is no longer in force."""
    coverage = KnownCoverage(*(getattr(body, name) for name in KnownCoverage._fields))
    ended = [
        fact for filing in known.of_person(body.person_id) for fact in _end_with(filing, coverage, message)
    ]
    return Decision(ended, [coverage])


def _end_with(filing: Filing, coverage: KnownCoverage, message: Message) -> list[FilingEnded]:
    # The stream of coverages may not have heard of the day on which the filing was made.
    today = max(message.day or filing.filed_on, filing.filed_on)
    if (filing.scheme, filing.insured_area) != (coverage.scheme, coverage.insured_area):
        return []
    if coverage.in_force(today) or not filing.runs_after(today):
        return []
    return close(filing, "CoverageChanged", max(today, filing.starts_on))
