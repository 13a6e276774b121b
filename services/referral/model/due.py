"""What a day brings to filings; stays inside the service."""

from shared.messages.body import Fact


class FilingDue(Fact):
    """A day brought the end of a temporary filing."""

    KEY = "person_id"
    filing_id: str
    person_id: str


class CoverageDue(Fact):
    """A day brought the end of the coverage a filing rests on."""

    KEY = "person_id"
    filing_id: str
    person_id: str
