"""Invented people: pseudonyms with the coverage of the place they come from."""

from datetime import date
from random import Random
from typing import Literal

from shared.messages.body import Scheme
from shared.messages.enrollment.registers import EnrollPerson
from shared.simulator.plan.world import Route

EMPLOYEES: Scheme = "310"
_RETIRED_OF_100, _LOW_INCOME_OF_100 = 30, 6
_MOST_SAVED_FEN = 400_000


def draw_person(draw: Random, person_id: str, route: Route) -> EnrollPerson:
    """A person insured where the route begins; employees have an account, some are retired, some are poor."""
    employed = route.scheme == EMPLOYEES
    retired = employed and draw.randrange(100) < _RETIRED_OF_100
    poor = not employed and draw.randrange(100) < _LOW_INCOME_OF_100
    identities: tuple[Literal["low_income"], ...] = ("low_income",) if poor else ()
    return EnrollPerson(
        person_id=person_id,
        scheme=route.scheme,
        insured_area=route.insured_area,
        status="normal",
        retired=retired,
        identities=identities,
        covered_from=date(draw.randint(2016, 2024), 1, 1),
        account_balance_fen=draw.randrange(_MOST_SAVED_FEN) if employed else 0,
    )
