"""The plans of a month's visits, each a pure function of the seed, its number, the world and the month."""

from collections.abc import Iterator, Sequence
from datetime import date
from random import Random
from typing import NamedTuple

from shared.benefit.bill import VisitKind
from shared.messages.enrollment.registers import Institution
from shared.simulator.mishap import SURE, Mishap, draw_mishap
from shared.simulator.plan.bill import plan_bill
from shared.simulator.plan.calendar_month import DAY, CalendarMonth
from shared.simulator.plan.people import EMPLOYEES, draw_person
from shared.simulator.plan.plan import Plan
from shared.simulator.plan.stay import draw_length, plan_stay
from shared.simulator.plan.world import Route, World

FEWEST = len(SURE)
"""So many visits are needed for every mishap to occur once."""

_KINDS_OF_100: dict[VisitKind, int] = {"pharmacy": 47, "outpatient_general": 41, "inpatient": 12}
_PATIENTS_OF_SCHEME = {"390": 5, "310": 3, "380": 4}
_TIERS = {"3": 6, "2": 3, "1": 1}
_COMES_AGAIN = 8  # every eighth visit is a second one of the person before
MOST, BESIDE = {"AGENCY_PREFUND", "HOSPITAL_ADVANCE"}, {"CITY_ADVANCE", "RESERVE_FUND"}
"""The funding modes of the visits that are asked for, and of those beside."""

_BESIDE_EACH, _FEWEST_BESIDE = 20, 6
_SURE_BESIDE: Sequence[tuple[VisitKind, Mishap]] = (("inpatient", Mishap.NONE),) * 2


def count_beside(visits: int) -> int:
    """How many visits there are beside these, under the agreements of cities and of reserves."""
    return max(visits // _BESIDE_EACH, _FEWEST_BESIDE)


class Lot(NamedTuple):
    """Visits that are drawn alike: where they may go, the first one's number, what the first ones are."""

    world: World
    first: int = 0
    sure: Sequence[tuple[VisitKind, Mishap]] = SURE

    def is_sure(self, number: int) -> bool:
        """Whether it is one of the first, whose kind, mishap and way are not drawn."""
        return number < self.first + len(self.sure)


def plan_visits(seed: int, visits: int, world: World, month: CalendarMonth) -> Iterator[Plan]:
    """All plans of a month, in the order of their numbers; those beside come last.

    These are more than was asked for, one to twenty, so that a seed's other visits stay what they are.
    """
    most, beside = Lot(world.among(MOST)), Lot(world.among(BESIDE), visits, _SURE_BESIDE)
    for number in range(visits + count_beside(visits)):
        yield plan_visit(seed, number, most if number < visits else beside, month)


def plan_visit(seed: int, number: int, lot: Lot, month: CalendarMonth) -> Plan:
    """The plan of one visit."""
    if not lot.is_sure(number) and number % _COMES_AGAIN == _COMES_AGAIN - 1:
        before = plan_visit(seed, number - 1, lot, month)
        again = _plan(seed, number, lot, month, before)
        if again:
            return again
    plan = _plan(seed, number, lot, month, None)
    assert plan
    return plan


def _plan(seed: int, number: int, lot: Lot, month: CalendarMonth, before: Plan | None) -> Plan | None:
    draw = Random(f"{seed}/{number}")
    kind, mishap = _kind(draw, number, lot)
    route = _route(draw, number, lot) if before is None else _route_of(before, lot.world)
    person = draw_person(draw, f"DEMO-{seed}-{number:06d}", route)
    institution = _institution(draw, lot.world, route, kind)
    nights = draw_length(draw) if kind == "inpatient" else 0
    first = month.first if before is None else before.settled_on + DAY
    spare = 1 if mishap == Mishap.REVERSED else 0  # it is made again the day after
    day = _day(draw, month, first, nights + spare)
    if day is None:
        return None
    plan = Plan(
        number=number,
        seed=seed,
        person=before.person if before else person,
        institution=institution,
        kind=kind,
        begins_on=day,
        ends_on=day + nights * DAY,
        agreement_id=route.agreement_id,
        use_account=route.scheme == EMPLOYEES and draw.random() < 0.5,
    )
    if kind == "inpatient":
        is_filed = before is not None and before.filing is not None
        return plan_stay(draw, plan, lot.world, mishap, month.first, is_filed=is_filed)
    return plan_bill(draw, plan, mishap)


def _kind(draw: Random, number: int, lot: Lot) -> tuple[VisitKind, Mishap]:
    [kind] = draw.choices(list(_KINDS_OF_100), list(_KINDS_OF_100.values()))
    mishap = draw_mishap(draw, kind)
    return lot.sure[number - lot.first] if lot.is_sure(number) else (kind, mishap)


def _route(draw: Random, number: int, lot: Lot) -> Route:
    routes = lot.world.routes
    if lot.is_sure(number):
        return routes[(number - lot.first) % len(routes)]
    return draw.choices(routes, [_PATIENTS_OF_SCHEME[route.scheme] for route in routes])[0]


def _route_of(plan: Plan, world: World) -> Route:
    """The same person goes the same way again."""
    return next(
        route
        for route in world.routes
        if (route.insured_area, route.treatment_area, route.scheme)
        == (plan.person.insured_area, plan.institution.area, plan.scheme)
    )


def _institution(draw: Random, world: World, route: Route, kind: str) -> Institution:
    open_ones = world.open_for(route, kind)
    return draw.choices(open_ones, [_TIERS[one.tier] for one in open_ones])[0]


def _day(draw: Random, month: CalendarMonth, first: date, takes: int) -> date | None:
    """A day on which a visit can begin so that it is over before the month is; none if there is no room."""
    days = [day for day in month.days(month.last - takes * DAY) if day >= first]
    return draw.choices(days, month.weights(days))[0] if days else None
