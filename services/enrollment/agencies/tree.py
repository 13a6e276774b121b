"""The tree of agencies (经办机构体系): which agencies stand over an area, the nearest first."""

from collections.abc import Iterable, Iterator
from typing import get_args

from services.enrollment.model import Entry, Known
from shared.areas import widened
from shared.messages.enrollment.network.agencies import AgencyLevel, Role

LEVELS: tuple[str, ...] = get_args(AgencyLevel)
"""The highest first."""


def agencies_over(known: Known, area: str) -> list[Entry]:
    """The agency of an area, else of its city or province, and those above it; none: no tree there.

    Above is who the tree says, which need not be whose code begins alike.
    """
    agencies = known.of_kind("agency")
    for place in dict.fromkeys(widened(area)):
        of_place = [one for one in agencies if one.content["area"] == place]
        if of_place:
            lowest = max(of_place, key=lambda one: (LEVELS.index(one.content["level"]), one.subject_id))
            return [lowest, *_above(known, lowest)]
    return []


def acts(chain: Iterable[Entry], node_id: str, role: Role) -> bool:
    """Whether a node may act in a role: it is that of an agency in the chain which has the role."""
    return any(one.content["node_id"] == node_id and role in one.content["roles"] for one in chain)


def route(chain: Iterable[Entry]) -> str | None:
    """The node through which an area's affairs go: that of the nearest agency which is connected."""
    return next((one.content["node_id"] for one in chain if one.content["node_id"]), None)


def _above(known: Known, agency: Entry) -> Iterator[Entry]:
    """Each level is below the one above it, so that this ends."""
    above = known.entry("agency", agency.content["under_agency_id"] or "")
    if above:
        yield above
        yield from _above(known, above)
