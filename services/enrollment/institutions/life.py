"""The life of an institution (联网机构), as tables: which stage follows which, and what others see of it."""

from typing import Any, Literal, cast

from services.enrollment.model import Known
from shared.messages.enrollment.network.institutions import Stage

Status = Literal["nominated", "published", "suspended"]

LIFE: dict[tuple[Stage, Stage], str] = {
    ("applied", "accepted"): "accept",
    ("applied", "refused"): "refuse",
    ("accepted", "applied"): "withdraw",
    ("accepted", "connected"): "prove",
    ("accepted", "refused"): "refuse",
    ("connected", "accepted"): "withdraw",
    ("connected", "published"): "publish",
    ("connected", "refused"): "refuse",
    ("published", "suspended"): "suspend",
    ("suspended", "published"): "publish",
}
"""Stage, next stage → what is done (000 三(二)3, 004-1 (六)); an absent key is refused."""

BEGINS: Stage = "applied"
SHOWN: dict[Stage, Status] = {
    "applied": "nominated",
    "accepted": "nominated",
    "connected": "nominated",
    "refused": "nominated",
    "published": "published",
    "suspended": "suspended",
}
"""Stage → the status that all are told: what is not published yet is nominated (提名)."""

STATUS_LIFE: dict[str | None, frozenset[str]] = {
    None: frozenset({"nominated", "published"}),
    "nominated": frozenset({"nominated", "published"}),
    "published": frozenset({"published", "suspended"}),
    "suspended": frozenset({"suspended", "published"}),
}
"""Status → the statuses that an agency's list may give an institution which has not applied itself."""

_LISTED_AS: dict[str, Stage] = {"nominated": "accepted", "published": "published", "suspended": "suspended"}


def steps_of(known: Known, institution_id: str) -> list[dict[str, Any]]:
    """The steps of an institution's life, the last one last; none of one that only stands in a list."""
    held = known.entry("steps", institution_id)
    return list(held.content["steps"]) if held else []


def stage_of(known: Known, institution_id: str, status: str) -> Stage:
    """Where an institution stands: its last step's stage, else what its status in a list comes to."""
    steps = steps_of(known, institution_id)
    return cast(Stage, steps[-1]["stage"]) if steps else _LISTED_AS[status]
