"""The list of an area's institutions that may issue referral certificates, as referral keeps it."""

from datetime import date
from typing import NamedTuple

from shared.messages.enrollment.network.issuers import IssuersPublished


class KnownIssuers(NamedTuple):
    """Who may issue certificates in an area (转诊机构名单), from a day on until its next list."""

    area: str
    applies_from: date
    institutions: tuple[str, ...]

    def replaces(self, other: "KnownIssuers") -> bool:
        """Whether it takes the place of a list: of its area and year, from its own day on."""
        same = (self.area, self.applies_from.year) == (other.area, other.applies_from.year)
        return same and self.applies_from <= other.applies_from


def issuers_told(body: IssuersPublished) -> KnownIssuers:
    """The list that was published."""
    return KnownIssuers(body.area, body.applies_from, tuple(one.institution_id for one in body.institutions))
