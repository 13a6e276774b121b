"""Does the steps of a desk as an adapter must: an id is kept before it is used, a "no" ends the sitting.

After a kill it is started with the same document, and simply does every step again with the ids it has kept:
what was decided is answered as before, and nothing happens twice.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from shared.adapter import Asked, Center, Connection, Hospital, OutcomeUnknownError, RefusedError, Visit
from shared.certify.example.books import Books, lines_of
from shared.messages.outcomes import Settled
from shared.messages.settlement.visits import DayControl

Step = Mapping[str, Any]
Told = dict[str, Any]
DESK = "realtime.encounters"
BATCH_S, LOOK_S = 3.0, 0.3
STEPS = frozenset(
    {
        *("file", "admit", "undo_admission", "charge", "upload", "withdraw", "discharge", "undo_discharge"),
        *("quote", "settle", "bill", "reverse", "page", "claim", "confirm"),
    }
)


class NotYetError(Exception):
    """A statement's batch has not come whole; the officer asks again later."""


class Adapter:
    """One sitting of a desk, on its node's connection."""

    CONNECTION: type[Connection] = Connection

    def __init__(
        self, connection: Connection, document: Mapping[str, Any], say: Callable[[str], None]
    ) -> None:
        self.say = say
        self.connection, self.folder = connection, Path(document["folder"])
        self.books = Books(self.folder)
        self.hospital = Hospital(connection, document["institution"])
        self._place = ""

    @classmethod
    async def run(cls, document: Mapping[str, Any], say: Callable[[str], None]) -> int:
        """Does the document's steps, `say`ing what the desk is told; 0 if all went through, else 1."""
        async with cls.CONNECTION(document["address"], document["node"]) as connection:
            return await cls(connection, document, say).try_to_sit(document["sitting"], document["steps"])

    async def try_to_sit(self, sitting: int, steps: Sequence[Step]) -> int:
        """Sits; 0 if all went through, else 1 and the reason on standard error."""
        try:
            await self.sit(sitting, steps)
        except (RefusedError, OutcomeUnknownError, NotYetError) as error:
            print(error, file=sys.stderr)
            return 1
        return 0

    async def sit(self, sitting: int, steps: Sequence[Step]) -> None:
        """Does one step after the other, and says what the desk is told of it."""
        try:
            for number, step in enumerate(steps, 1):
                self._place = f"{sitting}.{number}"
                told = await self.step(step)
                self.say(json.dumps({"step": number, **told}))
        finally:
            self.books.close()

    async def step(self, step: Step) -> Told:
        """Does one step; what the desk is told of it."""
        if step["do"] not in STEPS:
            raise ValueError(f"不认识的步骤 / an unknown step: {step['do']}")
        do: Callable[[Step], Awaitable[Told | None]] = getattr(self, step["do"])
        return await do(step) or {}

    def id(self, what: str = "") -> str:
        """The message id of what this step asks for."""
        return self.books.id_of(f"{self._place}.{what}")

    async def file(self, step: Step) -> None:
        """Files care outside (备案)."""
        await self.hospital.file(
            step["person"], step["filing"], step["kind"], step["area"], _day(step["starts_on"]), id=self.id()
        )

    async def admit(self, step: Step) -> None:
        """Registers the admission; its id is kept by the visit, since it may be undone."""
        id = self.books.id_of(f"admit {step['visit']}")
        diagnoses = (step["diagnosis"],)
        await self.hospital.admit(visit_of(step), _day(step["admitted_on"]), diagnoses=diagnoses, id=id)

    async def undo_admission(self, step: Step) -> None:
        """Undoes the admission by its message id."""
        admission = Asked(self.books.id_of(f"admit {step['visit']}"), DESK, step["person"])
        await self.hospital.cancel(admission, id=self.id())

    async def charge(self, step: Step) -> None:
        """Books fee lines."""
        for upload in step["uploads"]:
            self.books.charge(step["visit"], upload)

    async def upload(self, step: Step) -> Told:
        """Books fee lines and uploads them, all at once: each answer is matched by its request's id."""
        await self.charge(step)
        totals = await asyncio.gather(*(self.send(step, upload) for upload in step["uploads"]))
        return {"uploads": {one["upload"]: fen for one, fen in zip(step["uploads"], totals, strict=True)}}

    async def send(self, step: Step, upload: Mapping[str, Any], now: bool = False) -> int:
        """Sends one upload; its sum in fen."""
        name, lines = upload["upload"], lines_of(upload["lines"])
        on, now, id = _day(upload["cost_on"]), now or upload["now"], self.id(upload["upload"])
        kept = await self.hospital.upload_costs(visit_of(step), name, on, lines, now=now, id=id)
        return kept.amounts.total_fen

    async def withdraw(self, step: Step) -> None:
        """Takes an upload back, and out of the bill."""
        await self.hospital.withdraw_upload(visit_of(step), step["upload"], id=self.id())
        self.books.take_back(step["visit"], step["upload"])

    async def discharge(self, step: Step) -> None:
        """Registers the discharge."""
        diagnoses = (step["diagnosis"],)
        left = _day(step["discharged_on"])
        await self.hospital.discharge(visit_of(step), left, diagnoses=diagnoses, id=self.id())

    async def undo_discharge(self, step: Step) -> None:
        """Takes the discharge back."""
        await self.hospital.cancel_discharge(visit_of(step), id=self.id())

    async def quote(self, step: Step) -> Told:
        """Asks what the settlement would be."""
        quoted = await self.hospital.quote(visit_of(step), self.books.lines(step["visit"]), id=self.id())
        return {"personal_fen": quoted.payments.personal_fen}

    async def settle(self, step: Step) -> Told:
        """Settles all of the bill; where the services lack a part of it, that is sent, and settled anew."""
        visit = visit_of(step)
        try:
            settled = await self.hospital.settle(visit, self.books.lines(visit.visit_id), id=self.id())
        except RefusedError as refused:
            if refused.code != "CONTROL_TOTAL":
                raise
            await self.send_lacking(step, refused.answer.days)
            again = self.id("again")
            settled = await self.hospital.settle(visit, self.books.lines(visit.visit_id), id=again)
        return self.keep(step, settled)

    async def send_lacking(self, step: Step, days: Sequence[DayControl]) -> None:
        """Uploads what stands in the own books and not among the services' days."""
        held = {name for day in days for name in day.uploads}
        for upload in self.books.uploads(step["visit"]):
            if upload["upload"] not in held:
                await self.send(step, upload, now=True)

    async def bill(self, step: Step) -> Told:
        """Settles an outpatient bill whole."""
        on, lines = _day(step["service_on"]), lines_of(step["lines"])
        settled = await self.hospital.settle_outpatient(
            visit_of(step), "outpatient_general", on, lines, id=self.id()
        )
        return self.keep(step, settled)

    def keep(self, step: Step, settled: Settled) -> Told:
        """Books a settlement; what the patient pays."""
        kept = {
            "settlement_id": settled.settlement_id,
            "settled_on": settled.settled_on.isoformat(),
            "fund_fen": settled.payments.fund_fen,
        }
        self.books.settle(step["visit"], kept)
        return {"personal_fen": settled.payments.personal_fen}

    async def reverse(self, step: Step) -> None:
        """Takes the settlement back; which one, is kept until that is answered."""
        settlement = self.books.settlement(step["visit"])["settlement_id"]
        await self.hospital.reverse(visit_of(step), settlement, step["reason"], id=self.id())
        self.books.settle(step["visit"], None)

    async def page(self, step: Step) -> None:
        """Submits the case page."""
        await self.hospital.submit_case_page(
            visit_of(step),
            step["page"],
            _day(step["admitted_on"]),
            _day(step["discharged_on"]),
            step["diagnosis"],
            self.books.lines(step["visit"]),
            id=self.id(),
        )

    async def claim(self, step: Step) -> None:
        """Applies for what was advanced in a month."""
        advanced = self.books.settled_in(step["month"])
        await self.hospital.claim_advances(step["claim"], step["month"], advanced, id=self.id())

    async def confirm(self, step: Step) -> None:
        """Takes in what batches have come, and confirms a statement once all of it is there."""
        center = Center(self.connection, step["center"], self.folder / "batches")
        for _ in range(int(BATCH_S / LOOK_S)):
            received = await center.receive()
            self.books.receive([batch.manifest.statement_id for batch in received.batches])
            if self.books.has_received(step["statement"]):
                await center.confirm(step["statement"], id=self.books.id_of(f"confirm {step['statement']}"))
                return
            await asyncio.sleep(LOOK_S)
        raise NotYetError(f"清算单 {step['statement']} 尚未收齐 / has not come whole yet")


def visit_of(step: Step) -> Visit:
    """The visit of a step, and its person."""
    return Visit(step["visit"], step["person"])


def _day(text: str) -> date:
    return date.fromisoformat(text)
