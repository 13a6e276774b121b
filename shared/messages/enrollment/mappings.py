"""What travels about an institution's own item codes (院内编码) and the national ones they stand for."""

from datetime import date

from pydantic import Field

from shared.messages.body import IN_EDITION, Body, Fact, Identifier, InstitutionId, Request


class MappedCode(Body):
    """An institution's own item code and the national one it stands for (对照, NHSA 3301)."""

    local_item: Identifier
    item: Identifier


class PublishMapping(Request):
    """Publishes one page of an institution's item codes; a code that is in none is a national one."""

    TOPICS = ("registry.commands",)
    KEY = "page_id"
    page_id: Identifier
    institution_id: InstitutionId
    in_force_from: date
    codes: tuple[MappedCode, ...] = Field(max_length=500)
    in_edition: bool = IN_EDITION


class MappingPublished(Fact):
    """One page of an institution's item codes, as given."""

    TOPICS = ("registry.catalogues",)
    KEY = "page_id"
    page_id: Identifier
    institution_id: InstitutionId
    in_force_from: date
    codes: tuple[MappedCode, ...]
    in_edition: bool = IN_EDITION

    @property
    def key(self) -> str:
        """Not that of a catalogue's page: the compacted topic keeps one record of each key."""
        return f"mapping:{self.page_id}"
