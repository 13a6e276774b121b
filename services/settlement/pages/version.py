"""A version of a case page (病案首页版本): a row that is never changed."""

from datetime import date
from typing import NamedTuple

from shared.messages.settlement.case_pages import PageContent

MOST_VERSIONS = 100
"""The most versions of one stay's page, so that an answer can tell them all."""


class CasePageVersion(NamedTuple):
    """A case page as it was submitted for a discharge; `number` counts them from 1, `content` is JSON."""

    visit_id: str
    discharge_id: str
    number: int
    page_id: str
    corrects_page_id: str | None
    received_on: date
    content: str

    @property
    def told(self) -> PageContent:
        """What the page said."""
        return PageContent.model_validate_json(self.content)
