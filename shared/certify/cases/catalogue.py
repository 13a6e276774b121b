"""The whole catalogue, by number. Pure."""

from collections.abc import Collection

from shared.certify.cases.case import Case, Side
from shared.certify.cases.center import CENTER
from shared.certify.cases.hospital import HOSPITAL

CATALOGUE = {case.number: case for case in (*HOSPITAL, *CENTER)}


def cases_for(side: Side, numbers: Collection[int] = ()) -> list[Case]:
    """The cases of one side, or those of them that are named, in their order."""
    return [one for one in CATALOGUE.values() if one.side == side and (not numbers or one.number in numbers)]
