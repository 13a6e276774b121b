"""How far areas are (开通进度, 000 二(四)): each stage that was told, and the progress of the provinces."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from shared.areas import province

_STARTED = "started"
"""What an area is of which nothing was said."""


class AreaRollout(NamedTuple):
    """An area's stage on a day, of all care or some, since when, and what was told of days to come.

    `stage` is none where all that was told is of days to come; `moved_on`: when the last step was told.
    """

    area: str
    service: str | None
    disease: str | None
    stage: str | None
    applies_from: date | None
    next_stage: str | None
    next_from: date | None
    moved_on: date | None


class Progress(NamedTuple):
    """A province: its own stage, how many of its areas were told to be at each, and its institutions."""

    area: str
    stage: str
    areas: Mapping[str, int]
    institutions: Mapping[str, int]
    moved_on: date | None

    def as_json(self) -> dict[str, Any]:
        """The province as a JSON object."""
        return {**self._asdict(), "moved_on": self.moved_on.isoformat() if self.moved_on else None}


def area_rollout(steps: Sequence[Mapping[str, Any]], day: date | None) -> AreaRollout:
    """Where the steps of an area have led by a day (none: by the last step), and what comes after."""
    dated = [(date.fromisoformat(one["applies_from"]), one["stage"]) for one in steps]
    by_now = [one for one in dated if day is None or one[0] <= day]
    (since, stage), last = by_now[-1] if by_now else (None, None), dated[-1]
    to_come = (None, None) if last in by_now else last
    told_on = steps[-1]["moved_on"]
    return AreaRollout(
        area=steps[-1]["area"],
        service=steps[-1]["service"],
        disease=steps[-1]["disease"],
        stage=stage,
        applies_from=since,
        next_stage=to_come[1],
        next_from=to_come[0],
        moved_on=date.fromisoformat(told_on) if told_on else None,
    )


def progress_of(told: Iterable[AreaRollout], institutions: Mapping[tuple[str, str], int]) -> list[Progress]:
    """Each province of which anything is known; `institutions` counts by the first two digits and status."""
    by_province: dict[str, list[AreaRollout]] = {f"{prefix}0000": [] for prefix, _ in institutions}
    for one in told:
        by_province.setdefault(province(one.area), []).append(one)
    return [_progress(name, by_province[name], institutions) for name in sorted(by_province)]


def _progress(
    name: str, told: Sequence[AreaRollout], institutions: Mapping[tuple[str, str], int]
) -> Progress:
    of_all_care = {one.area: one.stage or _STARTED for one in told if one.service is None}
    moved = [one.moved_on for one in told if one.moved_on]
    return Progress(
        area=name,
        stage=of_all_care.get(name, _STARTED),
        areas=dict(Counter(stage for area, stage in of_all_care.items() if area != name)),
        institutions={status: many for (prefix, status), many in institutions.items() if prefix == name[:2]},
        moved_on=max(moved, default=None),
    )
