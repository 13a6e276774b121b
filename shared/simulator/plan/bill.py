"""Planning an outpatient or pharmacy bill: one message, settled whole. Pure."""

from dataclasses import replace
from datetime import date
from random import Random

from shared.simulator.mishap import Mishap
from shared.simulator.plan.calendar_month import DAY
from shared.simulator.plan.plan import Delivery, Plan, PlannedUpload, Step
from shared.simulator.plan.wares import CLINIC, SHOP, draw_lines

_DELIVERY: dict[Mishap, Delivery] = {Mishap.LOST: "answer lost", Mishap.TWICE: "twice"}


def plan_bill(draw: Random, plan: Plan, mishap: Mishap) -> Plan:
    """The bill of a day; one that was taken back is settled again the day after."""
    day = plan.begins_on
    wares = SHOP if plan.kind == "pharmacy" else CLINIC
    lines = draw_lines(draw, "b", wares, draw.randint(2, len(wares)))
    upload = PlannedUpload("bill", day, tuple(lines))
    steps = [Step(day, "settle_bill", delivery=_DELIVERY.get(mishap, "once"))]
    if mishap == Mishap.REVERSED:
        steps += _again(day + DAY)
    return replace(plan, uploads=(upload,), settled_on=steps[-1].day, steps=tuple(steps))


def _again(day: date) -> list[Step]:
    return [Step(day, "reverse"), Step(day, "settle_bill")]
