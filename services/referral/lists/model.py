"""What is asked for when filings are listed."""

from datetime import date
from typing import NamedTuple

from shared.messages.referral.lists import Work


class WorkPage(NamedTuple):
    """Which page of an agency's filings to review or to audit is asked for: those after the one told last.

    `area` is the agency's; `day` tells which agreements leave reviews to it; none: no day has begun.
    """

    area: str
    work: Work
    after_filing_id: str
    day: date | None
