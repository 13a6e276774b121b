"""The scope (结算范围) of an exchange: at home, within the province, or across provinces (000 三(一)2).

It follows from the insured area and the place of treatment, and stands in what is said of both, so that
nobody works it out anew: a province arranges what stays within it, the nation what crosses. A statement's
file and the digests of its lines are exact to the byte and do not have it: there it follows from the areas of
each line, and the statement's head has that of the agreement.
"""

from functools import lru_cache
from typing import Any, Literal

from pydantic import Field

from shared.areas import is_at_home, same_province

Scope = Literal["at_home", "in_province", "cross_province"]


@lru_cache(4_096)
def scope_of(
    insured_area: str, treatment_area: str, pooling_area: str | None = None, pool: str | None = None
) -> Scope:
    """The scope of care in a place; at home is `pooling_area` (none: the insured area), as `is_at_home`."""
    if is_at_home(pooling_area or insured_area, treatment_area, pool):
        return "at_home"
    return "in_province" if same_province(insured_area, treatment_area) else "cross_province"


def _scope(known: dict[str, Any]) -> Scope:
    """The scope by what the message says before; of a message from before scopes were told, too."""
    treated = known.get("treatment_area") or known.get("destination_area")
    if treated is None or "insured_area" not in known:  # one of them is refused by itself
        return "cross_province"
    return scope_of(known["insured_area"], treated, known.get("pooling_area"), known.get("treatment_pool"))


SCOPE: Any = Field(default_factory=_scope, description="缺省由两地得出 / by default that of the two places")
"""The field of a message that names both places before it."""
