"""What travels of large registers: pages of rows (批量登记), each row as it would be sent alone.

A page is taken whole or refused whole; the refusal names the row. What undoes a row is another one, as of one
that was sent alone.
"""

from typing import Literal

from pydantic import Field

from shared.messages.body import Count, Fact, Paged, Request, Result
from shared.messages.enrollment.registers import (
    CoverageChanged,
    EnrollPerson,
    InstitutionPublished,
    PublishInstitution,
)

MOST_ROWS = 1_000


class EnrollPersons(Paged, Request):
    """Adds or changes the coverage of many persons, each once."""

    TOPICS = ("registry.commands",)
    KEY = "rows.0.person_id"
    rows: tuple[EnrollPerson, ...] = Field(min_length=1, max_length=MOST_ROWS)


class PublishInstitutions(Paged, Request):
    """Adds or changes many institutions in the published directory, each once."""

    TOPICS = ("registry.commands",)
    KEY = "rows.0.institution_id"
    rows: tuple[PublishInstitution, ...] = Field(min_length=1, max_length=MOST_ROWS)


class CoveragesChanged(Paged, Fact):
    """The coverages of many persons are as given; rows that say nothing new are left out."""

    TOPICS = ("enrollment.events",)
    KEY = "rows.0.person_id"
    rows: tuple[CoverageChanged, ...]


class InstitutionsPublished(Paged, Fact):
    """Many institutions are in the directory as given; rows that say nothing new are left out."""

    TOPICS = ("enrollment.events",)
    KEY = "rows.0.institution_id"
    rows: tuple[InstitutionPublished, ...]


class PageRegistered(Result):
    """All rows of a page are in the register; `changed_rows` of them say something new."""

    result: Literal["page_registered"] = "page_registered"
    subject_id: str
    registered_rows: Count
    changed_rows: Count
