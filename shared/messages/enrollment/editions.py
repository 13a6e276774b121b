"""What travels about editions (版本): of which pages a catalogue, mapping or price list consists, as a whole.

A page counts for nothing by itself once its register comes in editions: one row less would otherwise leave a
page of an earlier state behind, which nobody gives any more.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.messages.body import Area, Body, Count, Fact, Identifier, InstitutionId, Request

PagedRegister = Literal["catalogue", "mapping", "prices"]


class Edition(Body):
    """A register (登记册) as a whole: `whose` is its area, or the institution of a mapping.

    `starts` are the days its pages begin on: what an earlier edition said from other days falls away too.
    """

    register_of: PagedRegister
    whose: Area | InstitutionId
    pages: tuple[Identifier, ...] = Field(min_length=1, max_length=10_000)
    starts: tuple[date, ...] = Field(min_length=1, max_length=1_000)

    @property
    def key(self) -> str:
        """Which register it is."""
        return f"{self.register_of}:{self.whose}"


class PublishEdition(Request, Edition):
    """Publishes an edition whose pages were all published before: from then on they and no others count."""

    TOPICS = ("registry.commands",)
    KEY = "register_of:whose"


class EditionPublished(Fact, Edition):
    """The edition of this number is complete; of several, the highest number counts."""

    TOPICS = ("registry.catalogues",)
    KEY = "register_of:whose"
    number: Count

    @property
    def key(self) -> str:
        """Unlike any page's: the compacted topic keeps one record of each key."""
        return f"edition:{self.register_of}:{self.whose}"
