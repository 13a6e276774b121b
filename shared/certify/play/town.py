"""All others of a certification (各方): the operator, the agency and, for a center, hospitals that settle.

They speak with the services on the real broker, as any node does.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, timedelta
from typing import Any, NamedTuple

from shared.adapter import Connection, Hospital, Operator, RefusedError, Visit
from shared.adapter.operator import OPERATOR
from shared.adapter.refused import accepted
from shared.certify.cases.document import FILINGS, INSURED, Place, person_of, visit_of
from shared.certify.cases.steps import FIRST
from shared.messages.body import Request
from shared.messages.enrollment.registers import EnrollPerson
from shared.messages.referral.filings import SubmitFiling
from shared.messages.settlement.visits import FeeLine
from shared.stack import StackError

DAY = timedelta(days=1)
PASSED_S = 300.0
_COVERED_FROM = date(2016, 1, 1)


class Party(NamedTuple):
    """Whose care makes a statement: persons of a scheme, at a hospital of another node."""

    scheme: str
    place: Place
    node: str


class Town:
    """The others; `today` is the business day that was opened last."""

    def __init__(self, operator: Operator, own: Connection, today: date) -> None:
        self.today = today
        self._operator, self._own = operator, own

    async def register(self, stages: Sequence[Sequence[Request]]) -> None:
        """Registers what stages of requests say, one stage after the other; may be repeated."""
        for stage in stages:
            for answer in await self._operator.ask_many(stage):
                accepted(answer)

    async def enroll(self, scheme: str, people: Sequence[str]) -> None:
        """Enrolls invented persons of a scheme."""
        bodies = [
            EnrollPerson(
                person_id=person,
                scheme=scheme,
                insured_area=INSURED[scheme],
                status="normal",
                covered_from=_COVERED_FROM,
            )
            for person in people
        ]
        await self.register([bodies])

    async def file(self, scheme: str, person: str, filing: str, area: str) -> None:
        """Files for a person, as the insured place does."""
        body = SubmitFiling.model_validate(
            {
                "filing_id": filing,
                "person_id": person,
                "kind": FILINGS[scheme],
                "destination_area": area,
                "starts_on": self.today,
                "channel": "agency",
            }
        )
        accepted(await self._operator.ask(body))

    async def open_until(self, day: date) -> None:
        """Opens each day up to this one; all of them are begun everywhere then."""
        following = self.today
        while following < day:
            following += DAY
            await self._operator.open_day(following)
        try:
            async with asyncio.timeout(PASSED_S):
                await self._operator.passed(following)
        except TimeoutError:
            raise StackError(
                f"{following} 未在全部服务开始，请查看 yidi status。",
                f"{following} has not begun in every service: see `yidi status`.",
            ) from None
        self.today = following

    async def visit(self, place: Place, visit: Visit) -> Mapping[str, Any] | None:
        """How a visit of the node stands; None if it is unknown."""
        try:
            found = await Hospital(self._own, place.institution_id).query_visit(visit)
        except RefusedError as refused:
            if refused.code != "UNKNOWN_VISIT":
                raise
            return None
        return found.model_dump(mode="json")

    async def care_for(self, party: Party, mark: str, letter: str) -> None:
        """Lets a hospital treat and settle a person, so that a statement has a line."""
        visit = Visit(visit_of(mark, letter), person_of(mark, letter))
        await self.enroll(party.scheme, [visit.person_id])
        await self.file(party.scheme, visit.person_id, f"{mark}-{letter}f", party.place.area)
        lines = [FeeLine.model_validate(line) for line in FIRST]
        async with Connection(self._own.bootstrap, party.node) as connection:
            hospital = Hospital(connection, party.place.institution_id)
            await hospital.admit(visit, self.today)
            await hospital.upload_costs(visit, f"{mark}-{letter}", self.today, lines, now=True)
            await hospital.discharge(visit, self.today)
            await hospital.settle(visit, lines)


@asynccontextmanager
async def open_town(kafka: str, node: str, today: date) -> AsyncIterator[Town]:
    """The others of a certification of `node`, on the real broker."""
    async with AsyncExitStack() as opened:
        connection = await opened.enter_async_context(Connection(kafka, OPERATOR))
        operator = await opened.enter_async_context(Operator(connection))
        own = await opened.enter_async_context(Connection(kafka, node))
        yield Town(operator, own, today)


def next_month(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=1) + 32 * DAY).replace(day=1)
