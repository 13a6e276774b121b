"""What travels about the tiers of institutions (医院等级), and how an insured area counts those of others."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.messages.body import Area, Body, Fact, Request

Tier = Literal["1", "1甲", "1乙", "1丙", "2", "2甲", "2乙", "2丙", "3", "3特", "3甲", "3乙", "3丙"]
"""A tier without or with its grade; the grade of an institution that has none yet is not made up."""

HomeTier = Annotated[
    str, Field(min_length=1, max_length=100, description="a tier of the area's own policies")
]


class TierMapping(Body):
    """What a tier of the treatment place counts as at home (`dedc_hosp_lv`)."""

    tier: Tier
    home_tier: HomeTier


class MapTiers(Request):
    """Gives the whole mapping of an insured area's tiers from a day on (None: from the beginning).

    It takes the place of an earlier one from the same day.
    """

    TOPICS = ("registry.commands",)
    KEY = "insured_area"
    insured_area: Area
    mappings: tuple[TierMapping, ...] = Field(max_length=100)
    in_force_from: date | None = None


class TiersMapped(Fact):
    """An insured area counts tiers as given from a day on (None: from the beginning), until the next day
    it gives a mapping for; a tier that is not named has no home tier (001 (四)).
    """

    TOPICS = ("enrollment.events",)
    KEY = "insured_area"
    insured_area: Area
    mappings: tuple[TierMapping, ...]
    in_force_from: date | None = None
