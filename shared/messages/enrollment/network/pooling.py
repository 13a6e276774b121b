"""What travels about who pools for an area (统筹层次): its level of pooling, and pools that are merged."""

from datetime import date

from pydantic import Field

from shared.messages.body import Area, Body, Fact, Request, Scheme


class Pooling(Body):
    """Which area pools for those insured in an area by a scheme (统筹层次), from a day on: 001 (十一).

    The pooling area is the area itself, its city or its province, and so tells the level. Of what was told of
    an area, its city and its province the newest counts, of one day the nearest: a province that pools from a
    day on needs one entry. That a county is directly under its province, or is no longer, only the province
    says; what is told of its city does not count for it meanwhile. Pools are merged (统筹区合并) by an entry
    from the day of the merger on: care that began before goes by what held then. None: as if nothing had been
    told, so as policies are published.
    """

    area: Area
    scheme: Scheme
    pooling_area: Area | None = None
    applies_from: date
    under_province: bool = Field(
        default=False,
        description="省直管县：备案直接到该县 / a county directly under its province: filings lead to itself",
    )


class SetPooling(Request, Pooling):
    """Tells who pools for an area from a later day on (设定统筹层次); told of that day anew it is undone."""

    TOPICS = ("registry.commands",)
    KEY = "area"


class PoolingSet(Fact, Pooling):
    """The pooling area of an area and scheme is as given from a day on."""

    TOPICS = ("enrollment.events",)
    KEY = "area"
