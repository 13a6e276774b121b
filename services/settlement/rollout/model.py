"""The stages of areas by day, and whether care of a person from elsewhere has started there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from shared.areas import widened


class AreaStage(NamedTuple):
    """An area's stage (开通进度) from a day on: of all care, of one kind, or of one disease (else empty)."""

    area: str
    service: str
    disease: str
    applies_from: date
    stage: str

    @property
    def key(self) -> tuple[str, str, str, date]:
        """Identifies the stage; one told later of the same day takes its place."""
        return self[:4]


class RolloutBook:
    """All stages, each for every day from which one applies; telling one gives a new book."""

    def __init__(self, told: Iterable[AreaStage] = ()) -> None:
        self._told = {one.key: one for one in told}
        self._newest_first: dict[tuple[str, str, str], list[AreaStage]] = defaultdict(list)
        for one in sorted(self._told.values(), key=lambda one: one.applies_from, reverse=True):
            self._newest_first[one.area, one.service, one.disease].append(one)

    def with_stage(self, told: AreaStage) -> "RolloutBook":
        """The book with one more stage."""
        return RolloutBook((self._told | {told.key: told}).values())

    def not_started(
        self, areas: Iterable[str], service: str, disease: str | None, day: date
    ) -> AreaStage | None:
        """What has not started on a day of all that the areas lie in; None: all of it has.

        An area has to have started as such, and the kind of care; of a disease its own word counts instead
        of that for all chronic care. Where nothing was said, it has started.
        """
        if not self._told:
            return None
        return next(self._not_started(areas, service, disease, day), None)

    def _not_started(
        self, areas: Iterable[str], service: str, disease: str | None, day: date
    ) -> Iterator[AreaStage]:
        for place in dict.fromkeys(place for area in areas for place in widened(area)):
            of_disease = self._on((place, service, disease), day) if disease else None
            for told in (self._on((place, "", ""), day), of_disease or self._on((place, service, ""), day)):
                if told is not None and told.stage != "started":
                    yield told

    def _on(self, of: tuple[str, str, str], day: date) -> AreaStage | None:
        told = self._newest_first.get(of, ())
        return next((one for one in told if one.applies_from <= day), None)
