"""Large registers in settlement's copies, for a desk to be measured beside them.

They are kept as the service keeps them: pages of facts through its decider and its stores, without a broker.
"""

from collections.abc import Callable, Iterator
from datetime import date

from services.settlement import SERVICE
from shared.messages.body import Body
from shared.messages.enrollment.register_pages import MOST_ROWS, CoveragesChanged, InstitutionsPublished
from shared.messages.enrollment.registers import CoverageChanged, InstitutionPublished
from tests.bench import fees
from tests.bench.place import Tell
from tests.given.driver import Driver

_AREAS = ("511900", "510100", "410000", "330100")
_FIRST = 10_000  # the number of the first institution: those before are the desks' and the night's


async def fill(dsn: str, persons: int, institutions: int, items: int, tell: Tell) -> None:
    """Keeps coverages, institutions and items of a catalogue beside those that a benchmark works with."""
    if items:
        await fees.publish(dsn, items, lambda done: tell("catalogue", done, items))
    driver = await Driver.open(SERVICE, dsn)
    await _hear(driver, _pages(persons, _coverages), lambda done: tell("persons", done, persons))
    await _hear(driver, _pages(institutions, _places), lambda done: tell("institutions", done, institutions))
    await driver.close()


async def _hear(driver: Driver, pages: Iterator[tuple[int, Body]], tell: Callable[[int], None]) -> None:
    for done, page in pages:
        await driver.hear(page, source="enrollment")
        tell(done)


def _pages(count: int, page: Callable[[range], Body]) -> Iterator[tuple[int, Body]]:
    for first in range(0, count, MOST_ROWS):
        numbers = range(first, min(first + MOST_ROWS, count))
        yield numbers.stop, page(numbers)


def _coverages(numbers: range) -> CoveragesChanged:
    return CoveragesChanged(rows=tuple(map(_coverage, numbers)))


def _coverage(number: int) -> CoverageChanged:
    return CoverageChanged(
        person_id=f"BENCH-{number:07d}",
        scheme=("310", "390")[number % 2],
        insured_area=_AREAS[number % len(_AREAS)],
        status="normal",
        covered_from=date(2020, 1, 1),
    )


def _places(numbers: range) -> InstitutionsPublished:
    return InstitutionsPublished(rows=tuple(map(_place, numbers)))


def _place(number: int) -> InstitutionPublished:
    area, serial = _AREAS[number % len(_AREAS)], _FIRST + number // len(_AREAS) // 2
    return InstitutionPublished(
        institution_id=f"{'HP'[number // len(_AREAS) % 2]}{area}{serial:05d}",
        name=f"示例机构{number}（虚构）",
        area=area,
        tier="2",
        node_id=f"center-{area}",
        services=("inpatient",),
    )
