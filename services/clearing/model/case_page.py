"""What clearing knows of case pages (病案首页): for a stay, an advance is reviewed with its page at hand."""

from typing import NamedTuple


class PageHeld(NamedTuple):
    """Whether the case page of a visit counts; the newest of a visit holds."""

    visit_id: str
    counts: bool
