"""The simulated month: a day opens when the one before is answered and passed on every stream."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path

from shared.adapter.hospital import Hospital
from shared.adapter.operator import Operator
from shared.adapter.positions import Positions
from shared.adapter.refused import accepted
from shared.bus.client.client import Connection
from shared.identity import derive
from shared.simulator.belief import Belief
from shared.simulator.care import Care
from shared.simulator.faults import FaultyConnection
from shared.simulator.life.acts import OPERATOR, Life
from shared.simulator.life.live import lacking, live
from shared.simulator.office.office import Office
from shared.simulator.plan.calendar_month import DAY, CalendarMonth
from shared.simulator.plan.plan import Plan
from shared.simulator.plan.world import World

Tell = Callable[[str, int], None]
_AT_ONCE = 500


class Month:
    """A month of care, planned; `run` it once on running services.

    Who sets `tell` hears how many more "people", "steps" and "days" are done.
    """

    def __init__(
        self,
        plans: Sequence[Plan],
        world: World,
        month: CalendarMonth,
        out: Path,
        *,
        patience_s: float = 60,
    ) -> None:
        self._plans, self._world, self._month, self._out = plans, world, month, out
        self._patience_s = patience_s
        self.tell: Tell = lambda what, count: None
        self._belief = Belief()
        self._hospitals: dict[str, Hospital] = {}
        self._cares: list[Care] = []
        self._seed = plans[0].seed if plans else 0
        self._life = Life(self._seed, month, world)
        last = max((step.day for plan in plans for step in plan.steps), default=month.last)
        self.days = month.days(max(last, month.last + 3 * DAY))
        """The days that are opened for it; one more is, so that all of them are passed."""

    @property
    def people(self) -> int:
        """How many persons there are."""
        return len({plan.person.person_id for plan in self._plans}) + len(self._life.people)

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return sum(len(plan.steps) for plan in self._plans) + len(self._life.acts)

    async def run(self, operator: Operator) -> Belief:
        """Enrolls the people, lives the days, and gives what the hospitals and centers came to believe."""
        async with AsyncExitStack() as opened:
            connections = await self._connect(operator.connection.bootstrap, opened)
            office = self._open_offices(connections)
            await self._enroll(operator)
            desks = {**connections, OPERATOR: operator.connection}
            for day in self.days:
                await self._open(operator, day)
                if day in office:
                    await office[day]()
                await asyncio.gather(self._live(day), self._live_beside(day, desks))
            await self._open(operator, self.days[-1] + DAY)
        return self._belief

    async def _connect(self, bootstrap: str, opened: AsyncExitStack) -> dict[str, FaultyConnection]:
        nodes = {one.node_id for one in self._world.centers}
        nodes |= {plan.institution.node_id for plan in self._plans} | self._life.nodes
        connections = {node: FaultyConnection(bootstrap, node) for node in sorted(nodes)}
        await asyncio.gather(*(opened.enter_async_context(one) for one in connections.values()))
        positions = Positions()
        for plan in self._plans:
            place = plan.institution
            connection = connections[place.node_id]
            hospital = self._hospitals.setdefault(
                place.institution_id,
                Hospital(connection, place.institution_id, timeout_s=self._patience_s, positions=positions),
            )
            self._cares.append(Care(plan, hospital, connection, self._belief))
        return connections

    def _open_offices(
        self, connections: dict[str, FaultyConnection]
    ) -> dict[date, Callable[[], Awaitable[None]]]:
        office = Office(
            self._seed, self._month.name, self._world, {**connections}, self._out, self._patience_s
        )
        confirm_on, pay_on = self._month.last + 2 * DAY, self._month.last + 3 * DAY
        return {
            self._month.last: lambda: office.claim(self._cares, self._hospitals, self._belief),
            confirm_on: lambda: office.receive_and_confirm(confirm_on, self._belief),
            pay_on: lambda: office.pay(pay_on, self._belief),
        }

    async def _enroll(self, operator: Operator) -> None:
        people = {plan.person.person_id: plan for plan in self._plans}
        asked = [(plan.message_id("enroll"), plan.person) for plan in people.values()]
        asked += [(derive("simulated", "life", one.person_id), one) for one in self._life.people]
        for start in range(0, len(asked), _AT_ONCE):
            part = asked[start : start + _AT_ONCE]
            answers = await operator.ask_many([person for _, person in part], ids=[id for id, _ in part])
            for answer in answers:
                accepted(answer)
            self.tell("people", len(part))

    async def _open(self, operator: Operator, day: date) -> None:
        await operator.open_day(day)
        await operator.passed(day)
        self.tell("days", 1)

    async def _live(self, day: date) -> None:
        """All of a day's steps: the visits side by side, each in its own order."""
        await asyncio.gather(*(self._go_on(care, numbers) for care, numbers in self._due(day)))

    async def _live_beside(self, day: date, desks: Mapping[str, Connection]) -> None:
        """What else happens on a day."""
        done = await live(self._life.acts, day, desks, self._belief, self._patience_s)
        self.tell("steps", done)

    @property
    def lacking(self) -> list[str]:
        """What should have gone wrong and did not."""
        return [*self._belief.lacking(), *lacking(self._life.acts, self._belief)]

    def _due(self, day: date) -> list[tuple[Care, list[int]]]:
        due: dict[int, list[int]] = defaultdict(list)
        for index, care in enumerate(self._cares):
            for number, step in enumerate(care.plan.steps):
                if step.day == day:
                    due[index].append(number)
        return [(self._cares[index], numbers) for index, numbers in due.items()]

    async def _go_on(self, care: Care, numbers: Sequence[int]) -> None:
        for number in numbers:
            await care.do(number)
            self.tell("steps", 1)
