"""What travels about who may issue referral certificates (转诊证明): a list a county or city and year."""

from datetime import date
from typing import Annotated

from pydantic import Field

from shared.messages.body import INTEGER, Area, Body, Fact, InstitutionId, Request

Year = Annotated[int, Field(ge=2016, le=2100, description=INTEGER)]


class Issuer(Body):
    """An institution that may issue referral certificates (转诊机构)."""

    institution_id: InstitutionId


class Issuers(Body):
    """The institutions of an area that may issue referral certificates, as they are published for a year.

    001 (十二): 2 or 3 of a county, of tier 2甲 or above; of a city those of tier 3 that it runs. The list
    holds from `applies_from` on (of itself from the first of January) until the area's next one.
    """

    area: Area
    year: Year
    institutions: tuple[Issuer, ...] = Field(min_length=1, max_length=100)
    applies_from: date = Field(
        default_factory=lambda known: date(known["year"], 1, 1),
        description="缺省为该年1月1日 / by default the first of January of the year",
    )


class PublishIssuers(Request, Issuers):
    """Publishes the list of an area for a year (公布转诊机构名单); one told before gives way."""

    TOPICS = ("registry.commands",)
    KEY = "area"


class IssuersPublished(Fact, Issuers):
    """The list of an area is as given, and was published on a day."""

    TOPICS = ("enrollment.events",)
    KEY = "area"
    published_on: date | None = None
