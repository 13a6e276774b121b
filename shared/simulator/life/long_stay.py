"""A long stay (中途结算) beside a month's visits: settled in between, then to its end. Pure.

It is care at home, so that no money of it goes between areas, and a seed's months come to what they came to.
"""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from shared.adapter.control import control_of
from shared.messages.body import Request
from shared.messages.enrollment.registers import EnrollPerson, Institution
from shared.messages.settlement.admissions import SettleInterim
from shared.messages.settlement.case_pages import SubmitCasePage
from shared.messages.settlement.visits import (
    AdmitPatient,
    DischargePatient,
    FeeLine,
    SettleVisit,
    UploadCosts,
)
from shared.simulator.plan.calendar_month import DAY
from shared.simulator.plan.wares import draw_day
from shared.simulator.plan.world import Route, World

NIGHTS, PART = 5, 3
"""How long the stay is, and how many of its days the first part has."""
_DIAGNOSIS = "I10"


class LongStay:
    """A person and the requests of their stay, day by day, at a hospital of the own area."""

    def __init__(self, seed: int, begins_on: date, world: World) -> None:
        self._seed, self._begins_on = seed, begins_on
        self._route, self.hospital = _at_home(world)
        self.person = EnrollPerson(
            person_id=f"LIFE-{seed}-LONG",
            scheme=self._route.scheme,
            insured_area=self._route.insured_area,
            status="normal",
            retired=False,
            identities=(),
            covered_from=date(2020, 1, 1),
            account_balance_fen=0,
        )
        draw = Random(f"{seed}/long stay")
        self._lines = [
            tuple(draw_day(draw, f"l{number}", first=number == 0, operation=number == 1))
            for number in range(NIGHTS)
        ]

    def requests(self) -> Iterator[tuple[date, Request]]:
        """What the hospital asks, in order, each on its day."""
        whole, rest = self._names("V"), self._names("V-2")
        last_on, left_on = self._begins_on + (PART - 1) * DAY, self._begins_on + NIGHTS * DAY
        yield self._begins_on, AdmitPatient(**whole, admitted_on=self._begins_on, credential="02")
        yield from self._uploads(whole, range(PART))
        yield (
            last_on,
            SettleInterim(
                **whole,
                last_on=last_on,
                next_visit_id=rest["visit_id"],
                control=control_of(self._of(range(PART))),
            ),
        )
        yield from self._uploads(rest, range(PART, NIGHTS))
        yield left_on, DischargePatient(**rest, discharged_on=left_on, way="1")
        yield left_on, SettleVisit(**rest, control=control_of(self._of(range(PART, NIGHTS))))
        yield (
            left_on,
            SubmitCasePage(
                **rest,
                page_id=f"LIFE-{self._seed}-LONG-P",
                admitted_on=self._begins_on,
                discharged_on=left_on,
                main_diagnosis=_DIAGNOSIS,
                total_fen=control_of(self._of(range(NIGHTS))).total_fen,
            ),
        )

    def _names(self, name: str) -> dict[str, Any]:
        visit_id = f"LIFE-{self._seed}-LONG-{name}"
        place = self.hospital.institution_id
        return {"visit_id": visit_id, "person_id": self.person.person_id, "institution_id": place}

    def _of(self, days: range) -> list[FeeLine]:
        return [line for number in days for line in self._lines[number]]

    def _uploads(self, names: dict[str, Any], days: range) -> Iterator[tuple[date, Request]]:
        for number in days:
            cost_on, lines = self._begins_on + number * DAY, self._lines[number]
            control = control_of(lines)
            upload = UploadCosts(
                **names, upload_id=f"U{number}", cost_on=cost_on, lines=lines, control=control
            )
            yield cost_on, upload


def _at_home(world: World) -> tuple[Route, Institution]:
    """Where patients leave from and can stay too: the first area with a hospital of its own."""
    for route in world.routes:
        for one in world.institutions:
            if one.area == route.insured_area and "inpatient" in one.services:
                return route, one
    raise ValueError("no insured area has a hospital")
