"""What travels about prices (价格): those of a city's public hospitals by tier, published in pages.

Manual reimbursement compares with them what was paid elsewhere (001 (三)).
"""

from datetime import date

from pydantic import Field

from shared.messages.body import IN_EDITION, Area, Body, Fact, Identifier, Price, Request
from shared.messages.enrollment.tiers import Tier


class PriceItem(Body):
    """What the area's public hospitals of one tier take for an item (公立医院价格)."""

    item: Identifier
    tier: Tier
    price: Price


class PublishPrices(Request):
    """Publishes one page of an insured area's public-hospital prices."""

    TOPICS = ("registry.commands",)
    KEY = "page_id"
    page_id: Identifier
    area: Area
    in_force_from: date
    items: tuple[PriceItem, ...] = Field(max_length=500)
    in_edition: bool = IN_EDITION


class PricesPublished(Fact):
    """One page of prices, as given."""

    TOPICS = ("registry.catalogues",)
    KEY = "page_id"
    page_id: Identifier
    area: Area
    in_force_from: date
    items: tuple[PriceItem, ...]
    in_edition: bool = IN_EDITION

    @property
    def key(self) -> str:
        """Unlike any catalogue page's: a compacted topic keeps one record a key."""
        return f"prices/{self.page_id}"
