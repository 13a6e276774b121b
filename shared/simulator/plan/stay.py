"""Planning a stay: filing, admission, costs day by day, discharge, settlement, case page. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from random import Random

from shared.calendar import add_working_days
from shared.messages.referral.filings import FilingKind
from shared.messages.settlement.visits import FeeLine
from shared.simulator.mishap import Mishap
from shared.simulator.plan.calendar_month import DAY
from shared.simulator.plan.plan import Delivery, Plan, PlannedFiling, PlannedUpload, Step
from shared.simulator.plan.wares import draw_day, returned
from shared.simulator.plan.world import World

_FILINGS_OF_100: dict[FilingKind | None, int] = {
    "resettled_retiree": 14,
    "long_term_resident": 18,
    "posted_worker": 10,
    "referral": 26,
    "other_temporary": 12,
    None: 20,
}
_LONG_TERM = ("resettled_retiree", "long_term_resident", "posted_worker")
_EMERGENCIES = 0.5  # of those who come unfiled
_GRAVE_OF_100, _OPERATIONS_OF_100, _RETURNS_OF_100 = 5, 30, 12
_PAGE_WORKING_DAYS = 5
MEAN_DAYS, MOST_DAYS = 5, 15


def draw_length(draw: Random) -> int:
    """How many nights a stay lasts."""
    return min(2 + int(draw.expovariate(1 / (MEAN_DAYS - 2))), MOST_DAYS)


def plan_stay(draw: Random, plan: Plan, world: World, mishap: Mishap, first: date, *, is_filed: bool) -> Plan:
    """A stay from `begins_on` to `ends_on`; `first` is the first day on which anything can be done.

    `is_filed`: an earlier filing of the person still holds.
    """
    filing = None if is_filed else _filing(draw, plan, mishap)
    emergency = filing is None and not is_filed and draw.random() < _EMERGENCIES
    must_file = (plan.person.insured_area, plan.scheme) in world.must_file
    if must_file and not (filing or is_filed or emergency):
        filing = PlannedFiling(_filing_id(plan), "referral", plan.begins_on)
    filed_on = max(first, plan.begins_on - draw.randint(0, 3) * DAY)
    planned = replace(plan, filing=filing, emergency=emergency, uploads=tuple(_uploads(draw, plan)))
    steps = tuple(_steps(planned, mishap, filed_on, _page_day(draw, plan.ends_on, mishap)))
    return replace(planned, steps=steps, settled_on=max(s.day for s in steps if s.action != "page"))


def _filing(draw: Random, plan: Plan, mishap: Mishap) -> PlannedFiling | None:
    [kind] = draw.choices(list(_FILINGS_OF_100), list(_FILINGS_OF_100.values()))
    lived_there = draw.randint(10, 150)
    if mishap == Mishap.RETROACTIVE and kind not in ("referral", "other_temporary"):
        kind = "referral"
    if kind is None:
        return None
    starts_on = plan.begins_on - lived_there * DAY if kind in _LONG_TERM else plan.begins_on
    return PlannedFiling(_filing_id(plan), kind, starts_on)


def _filing_id(plan: Plan) -> str:
    return f"F{plan.seed}-{plan.number:06d}"


def _uploads(draw: Random, plan: Plan) -> Iterator[PlannedUpload]:
    nights = (plan.ends_on - plan.begins_on).days
    operated = _days_of_operations(draw, nights)
    gives_back = draw.randrange(100) < _RETURNS_OF_100
    billed: list[FeeLine] = []
    for number in range(nights + 1):
        name = f"u{number:02d}"
        lines = draw_day(draw, name, first=number == 0, operation=number in operated)
        if number == nights and gives_back:
            lines += returned(billed, name)
        billed = lines
        day = plan.begins_on + number * DAY
        yield PlannedUpload(f"U{plan.seed}-{plan.number:06d}-{number:02d}", day, tuple(lines))


def _days_of_operations(draw: Random, nights: int) -> Sequence[int]:
    """On which days of the stay; the gravely ill are operated on again and again."""
    first, of_100 = draw.randrange(1, nights), draw.randrange(100)
    if of_100 < _GRAVE_OF_100:
        return range(1, nights)
    return [first] if of_100 < _OPERATIONS_OF_100 else []


def _page_day(draw: Random, discharged_on: date, mishap: Mishap) -> date:
    if mishap == Mishap.LATE_PAGE:
        return add_working_days(discharged_on, _PAGE_WORKING_DAYS) + draw.randint(1, 2) * DAY
    return add_working_days(discharged_on, draw.randint(1, 3))


def _steps(plan: Plan, mishap: Mishap, filed_on: date, page_on: date) -> Iterator[Step]:
    """In the order in which they are done."""
    steps = [*_before(plan, mishap, filed_on), *_nights(plan, mishap), *_at_the_end(plan, mishap)]
    steps.append(Step(page_on, "page"))
    if mishap == Mishap.TWICE:
        steps = [step._replace(delivery="twice") for step in steps]
    yield from sorted(steps, key=lambda step: step.day)  # stable: the order of a day is kept


def _before(plan: Plan, mishap: Mishap, filed_on: date) -> Iterator[Step]:
    if plan.filing and mishap != Mishap.RETROACTIVE:
        yield Step(filed_on, "file")
    if mishap == Mishap.EARLY_COSTS:  # the desk was slow, the ward was not
        yield Step(plan.begins_on, "upload", 0)
        yield Step(plan.begins_on + DAY, "admit")
    else:
        yield Step(plan.begins_on, "admit")


def _nights(plan: Plan, mishap: Mishap) -> Iterator[Step]:
    """Each day's costs go in the same night; the last day's wait for the settlement."""
    nights = len(plan.uploads) - 1
    first = 1 if mishap == Mishap.EARLY_COSTS else 0
    forgotten = 0 if mishap == Mishap.FORGOTTEN else -1
    steps = [
        Step(plan.uploads[number].cost_on, "upload", number)
        for number in range(first, nights)
        if number != forgotten
    ]
    if mishap == Mishap.DISORDER:  # all of it with the last night, the newest first
        steps = [step._replace(day=plan.ends_on) for step in reversed(steps)]
    yield from steps


def _at_the_end(plan: Plan, mishap: Mishap) -> Iterator[Step]:
    day = plan.ends_on
    lost: Delivery = "answer lost" if mishap == Mishap.LOST else "once"
    yield Step(day, "discharge")
    yield Step(day, "upload_now", len(plan.uploads) - 1)
    yield Step(day, "quote")
    if plan.filing and mishap == Mishap.RETROACTIVE:
        yield Step(day, "file")
        yield Step(day, "quote")
    yield Step(day, "settle", delivery=lost)
    if mishap == Mishap.REVERSED:
        again = day + DAY
        yield Step(again, "reverse")
        yield Step(again, "settle")
