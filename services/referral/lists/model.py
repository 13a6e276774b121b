"""What is asked for when filings are listed."""

from typing import NamedTuple

from shared.messages.referral.lists import Work


class WorkPage(NamedTuple):
    """Which page of an area's filings to review or to audit is asked for: those after the one told last."""

    insured_area: str
    work: Work
    after_filing_id: str
