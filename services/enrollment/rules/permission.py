"""Who may command the registers: an operator all, an agency's node what lies below it in the tree.

Where no agency is registered, a center or province commands what lies in its own areas, by their codes.

Asked of what is held as well as of what is given, or whoever may give could take; and of the level claimed.
"""

from services.enrollment.agencies.tree import acts, agencies_over
from services.enrollment.model import Known
from shared.areas import city, covers, province
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.enrollment.network.agencies import Role

_WITH_AREAS = ("center", "province")
OPERATOR = "operator"
"""The node that registers all the others: it stays an operator's, so that there always is one."""


def require_operator(known: Known, source: str) -> Answer | None:
    """The refusal of a node that is no operator's; none if it may."""
    return None if _kind(known, source) == "operator" else refuse("OPERATOR_ONLY", source)


def require_area(
    known: Known, source: str, area: str, code: str = "AREA_NOT_YOURS", role: Role = "registers"
) -> Answer | None:
    """The refusal of a node that does not answer for `area` (000 三(二)(三)1); none if it may."""
    kind = _kind(known, source)
    if kind == "operator":
        return None
    if kind not in _WITH_AREAS:
        return refuse("OPERATOR_ONLY", source)
    if chain := agencies_over(known, area):
        return None if acts(chain, source, role) else refuse(code, area)
    return None if any(covers(own, area) for own in _areas(known, source)) else refuse(code, area)


def require_no_lower(known: Known, source: str, author: str, area: str) -> Answer | None:
    """The refusal of a node that stands lower over `area` than who said what it would change; none if it may.

    What an operator said, as of a file, stands for the place itself: whoever answers for it may change it.
    """
    if _kind(known, source) == "operator" or _height(known, source, area) >= _height(known, author, area):
        return None
    return refuse("LEVEL_NOT_YOURS", author)


def require_level(known: Known, source: str, level: str) -> Answer | None:
    """The refusal of a node that may not speak for an issuer's level; none if it may.

    A province's center issues for a province; no center does for the nation, so an operator, or the tree's
    national agency. A city's level
    is the lowest: whoever answers for the area may.
    """
    if level == "city" or _kind(known, source) == "operator":
        return None
    if levels := _levels(known, source):
        return None if level in levels else refuse("LEVEL_NOT_YOURS", f"issuer_level: {level}")
    provinces = [own for own in _areas(known, source) if own == province(own)]
    return None if level == "province" and provinces else refuse("LEVEL_NOT_YOURS", f"issuer_level: {level}")


def unknown_area(known: Known, area: str, field: str) -> Answer | None:
    """The refusal of an area for which no registered center answers; `field` is where it stands."""
    for center in centers_over(area):
        if known.entry("center", center):
            return None
    return None if agencies_over(known, area) else refuse("UNKNOWN_AREA", f"{field}: {area}")


def centers_over(area: str) -> tuple[str, ...]:
    """The ids of the centers that may answer for an area: its own, its city's, its province's."""
    return area, city(area), province(area)


def _height(known: Known, node_id: str, area: str) -> int:
    """How high a node stands over an area: from 1, that of the area itself; 0 if it does not."""
    if chain := agencies_over(known, area):
        own = [acts([one], node_id, "registers") for one in chain]
    else:
        held = _areas(known, node_id)
        own = [place in held for place in centers_over(area)]
    return max((number for number, is_own in enumerate(own, 1) if is_own), default=0)


def _kind(known: Known, source: str) -> str:
    node = known.entry("node", source)
    return node.content["kind"] if node else ""


def _levels(known: Known, source: str) -> set[str]:
    """The levels at which a node's agencies may issue policies."""
    return {one.content["level"] for one in known.of_kind("agency") if acts([one], source, "policies")}


def _areas(known: Known, source: str) -> list[str]:
    return [center.subject_id for center in known.of_kind("center") if center.content["node_id"] == source]
