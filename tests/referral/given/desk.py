"""Referral without a database: what was told is known, and each message is decided on it at once."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, cast

from services.referral.decider import DECIDER
from services.referral.model.filing import Filing
from services.referral.model.known import Known
from shared.bus.message import Decision
from shared.bus.service import Service
from shared.messages.body import Body, Fact
from tests.given.driver import FIRST_DAY, Driver, readable

F = TypeVar("F", bound=Fact)


class Desk:
    """Knows what it has heard; `day` is the day it has reached."""

    def __init__(self) -> None:
        self.known = Known(areas={"operator": {None}})
        self.day = FIRST_DAY
        self._driver = Driver(Service("referral", DECIDER, Path()), cast(Any, None))

    def hear(self, body: Body, *, source: str = "operator", **envelope: Any) -> Decision:
        """Decides a message and keeps what comes of it."""
        message = self._driver.message(body, source=source, day=self.day, **envelope)
        [decision] = readable([DECIDER.decide(self.known, message)])
        for change in (*decision.facts, *decision.rows):
            DECIDER.apply(self.known, change)
        return decision

    def filing(self, filing_id: str = "F1", person_id: str = "P1") -> Filing:
        """A filing as it is held."""
        held = self.known.filing(person_id, filing_id)
        assert held
        return held


def told(*bodies: Body, day: date = FIRST_DAY) -> Desk:
    """A desk that enrollment told something."""
    desk = Desk()
    desk.day = day
    for body in bodies:
        desk.hear(body, source="enrollment")
    return desk


def said(decisions: Iterable[Decision], kind: type[F]) -> list[F]:
    """The facts of one kind, in order."""
    return [fact for decision in decisions for fact in decision.facts if isinstance(fact, kind)]
