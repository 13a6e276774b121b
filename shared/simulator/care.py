"""A visit under way, as its HIS conducts it: step by step of its plan, and what to do about a "no"."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date

from shared.adapter.control import control_of
from shared.adapter.hospital import Hospital
from shared.adapter.refused import RefusedError, accepted
from shared.bus.client.unanswered import OutcomeUnknownError
from shared.messages.answer import Answer
from shared.messages.outcomes import Settled
from shared.messages.settlement.visits import DayControl
from shared.simulator.belief import Belief
from shared.simulator.faults import FaultyConnection
from shared.simulator.plan.plan import Action, Plan, PlannedUpload, Step

_DIAGNOSIS = "J18.900"


class Care:
    """One visit, its hospital, and what it has come to so far."""

    def __init__(self, plan: Plan, hospital: Hospital, connection: FaultyConnection, belief: Belief) -> None:
        self.plan, self._hospital, self._connection, self._belief = plan, hospital, connection, belief
        self.settled: Settled | None = None
        self.has_page = False

    async def do(self, number: int) -> None:
        """Does one step. Raises what the plan does not foresee."""
        step = self.plan.steps[number]
        id = self.plan.message_id(f"{number}.{step.action}")
        if step.delivery == "twice":
            self._connection.doubled.add(id)
        elif step.delivery == "answer lost":
            self._connection.lost.add(id)
        await _ACTIONS[step.action](self, step, id)
        if step.delivery != "once":
            self._belief.mishaps[step.delivery] += 1

    async def file(self, step: Step, id: str) -> None:
        """Files for the patient."""
        filing = self.plan.filing
        assert filing
        area = self.plan.institution.area
        await self._hospital.file(
            self.plan.person.person_id, filing.filing_id, filing.kind, area, filing.starts_on, id=id
        )

    async def admit(self, step: Step, id: str) -> None:
        """Registers the admission."""
        plan = self.plan
        await self._hospital.admit(
            plan.visit, plan.begins_on, emergency=plan.emergency, diagnoses=(_DIAGNOSIS,), id=id
        )
        self._belief.visits += 1

    async def upload(self, step: Step, id: str) -> None:
        """Uploads a day's costs, with the night or at the desk."""
        await self._upload(self.plan.uploads[step.upload], id, now=step.action == "upload_now")

    async def discharge(self, step: Step, id: str) -> None:
        """Registers the discharge."""
        await self._hospital.discharge(self.plan.visit, self.plan.ends_on, diagnoses=(_DIAGNOSIS,), id=id)

    async def quote(self, step: Step, id: str) -> None:
        """Asks what the settlement would be; what it lacks is mended, or the plan's next steps do."""
        try:
            await self._hospital.quote(self.plan.visit, self.plan.lines, id=id)
        except RefusedError as error:
            if error.code == "CONTROL_TOTAL":
                await self._send_missing(error.answer.days, id)
            elif error.code != "NOT_FILED":
                raise
            self._belief.mishaps[error.code] += 1
            self._belief.refused[error.code] += 1

    async def settle(self, step: Step, id: str) -> None:
        """Settles the stay; an answer that was lost is asked for again."""
        plan = self.plan
        settling = self._hospital.settle(plan.visit, plan.lines, use_account=plan.use_account, id=id)
        await self._keep(settling, id)

    async def settle_bill(self, step: Step, id: str) -> None:
        """Settles an outpatient or pharmacy bill, likewise."""
        plan = self.plan
        assert plan.kind != "inpatient"
        if self.settled is None:
            self._belief.visits += 1
        settling = self._hospital.settle_outpatient(
            plan.visit, plan.kind, plan.begins_on, plan.lines, use_account=plan.use_account, id=id
        )
        await self._keep(settling, id)

    async def reverse(self, step: Step, id: str) -> None:
        """Takes the settlement back."""
        assert self.settled
        await self._hospital.reverse(self.plan.visit, self.settled.settlement_id, "收费有误", id=id)
        self._belief.taken_back(self.settled)

    async def page(self, step: Step, id: str) -> None:
        """Submits the case page."""
        plan = self.plan
        name = plan.message_id("page")
        page = await self._hospital.submit_case_page(
            plan.visit, name, plan.begins_on, plan.ends_on, _DIAGNOSIS, plan.lines, id=id
        )
        self.has_page = True
        self._belief.late_pages += page.late

    async def _keep(self, settling: Awaitable[Settled], id: str) -> None:
        try:
            self.settled = await settling
        except OutcomeUnknownError as unknown:
            answer = await self._hospital.query_outcome(unknown.asked, id=f"{id}.query")
            self.settled = _settled(answer)
        self._belief.settled(self.settled)

    async def _upload(self, upload: PlannedUpload, id: str, *, now: bool) -> None:
        kept = await self._hospital.upload_costs(
            self.plan.visit, upload.upload_id, upload.cost_on, upload.lines, now=now, id=id
        )
        self._belief.late_uploads += kept.late

    async def _send_missing(self, held: Sequence[DayControl], id: str) -> None:
        """Compares what is held day by day with the own books, and uploads what is missing."""
        by_day: dict[date, DayControl] = {day.cost_on: day for day in held}
        for upload in self.plan.uploads:
            day, own = by_day.get(upload.cost_on), control_of(upload.lines)
            if day is None or (day.lines, day.total_fen) != (own.lines, own.total_fen):
                await self._upload(upload, f"{id}.{upload.upload_id}", now=True)


def _settled(answer: Answer) -> Settled:
    result = accepted(answer).result
    assert isinstance(result, Settled)
    return result


_ACTIONS: dict[Action, Callable[[Care, Step, str], Awaitable[None]]] = {
    "file": Care.file,
    "admit": Care.admit,
    "upload": Care.upload,
    "upload_now": Care.upload,
    "discharge": Care.discharge,
    "quote": Care.quote,
    "settle": Care.settle,
    "settle_bill": Care.settle_bill,
    "reverse": Care.reverse,
    "page": Care.page,
}
