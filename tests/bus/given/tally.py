"""A service as small as one can be, to test the shell with: it counts the filings of each person.

It stands in referral's place, with referral's topics; what it does with a filing is named by its id:
`bad-rule…` fails in the rule, `bad-row…` fails in `save`, `no…` is refused, `early…` until a day is open,
`large…` with a megabyte of text, `tell…` is told another node.
While the table `mood` has a row, `moody-rule…` and `moody-row…` fail likewise; `pace` makes every batch take
that long.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from shared.bus.message import NOTHING, Changes, Decision, Due, Message, Notice
from shared.bus.service import Job, Key, Keys, Service, Tx
from shared.errors import refuse
from shared.messages.answer import accept
from shared.messages.body import CancelRequest, Fact
from shared.messages.enrollment.registers import NodeRegistered
from shared.messages.outcomes import Cancelled
from shared.messages.referral.filings import Filed, FilingAccepted, FilingEnded, SubmitFiling

LARGE = "x" * 1_400_000


class Effect(NamedTuple):
    """One effect of one request."""

    request_id: str
    person_id: str
    number: int


class Closed(NamedTuple):
    """A day is over for the whole service."""

    day: date


@dataclass
class Known:
    """Counts by person; `bad` starts the ids of what fails."""

    counts: dict[str, int]
    bad: tuple[str, ...]


class FilingDue(Fact):
    """A day's work in a stream."""

    filing_id: str


class DayDue(Fact):
    """A day's work of the service."""


class TallyDecider:
    """Counts; says one fact a filing."""

    def keys(self, message: Message) -> Iterable[Key]:
        return [("person", message.key)]

    async def load(self, tx: Tx, keys: Keys) -> Known:
        rows = await tx.fetch(
            "SELECT person_id, count FROM tally WHERE person_id = ANY($1) ORDER BY person_id FOR UPDATE",
            list(keys.get("person", [])),
        )
        await tx.execute("SELECT pg_sleep(seconds) FROM pace")
        moody = await tx.fetchval("SELECT EXISTS (SELECT FROM mood)")
        counts = {row["person_id"]: row["count"] for row in rows}
        return Known(counts, ("bad-", "moody-") if moody else ("bad-",))

    def decide(self, known: Known, message: Message) -> Decision:
        body = message.body
        if isinstance(body, CancelRequest):
            return self._cancel(message, body)
        if isinstance(body, FilingDue):
            ended = FilingEnded(
                filing_id=body.filing_id,
                person_id=message.key,
                ends_on=message.day or date(2026, 1, 1),
                reason="expired",
            )
            return Decision(facts=[ended])
        if isinstance(body, DayDue) and message.day:
            return Decision(rows=[Closed(message.day)])
        if isinstance(body, NodeRegistered) and body.node_id.startswith(known.bad):
            raise RuntimeError("this rule fails")
        if not isinstance(body, SubmitFiling):
            return NOTHING
        if body.filing_id.startswith("early") and message.day is None:
            return Decision(answer=refuse("NO_DAY_OPEN"))
        if body.filing_id.startswith("large"):
            return Decision(rows=[Effect(message.id, body.person_id, 0)], answer=refuse("NOT_OPENED", LARGE))
        if body.filing_id.startswith("no"):
            return Decision(answer=refuse("NOT_OPENED"))
        fails = body.filing_id.startswith(known.bad)
        if fails and "rule" in body.filing_id:
            raise KeyError(body.person_id)
        number = -1 if fails else known.counts.get(body.person_id, 0) + 1
        return self._count(message, body, number)

    def _cancel(self, message: Message, body: CancelRequest) -> Decision:
        ended = FilingEnded(
            filing_id=message.derive("filing"),
            person_id=message.key,
            ends_on=date(2026, 1, 1),
            reason="cancelled",
        )
        return Decision(facts=[ended], answer=accept(Cancelled(original_id=body.original_id)))

    def _count(self, message: Message, body: SubmitFiling, number: int) -> Decision:
        shared: dict[str, Any] = {
            "filing_id": body.filing_id,
            "kind": body.kind,
            "filing_class": "temporary",
            "starts_on": body.starts_on,
            "ends_on": None,
        }
        accepted = FilingAccepted(
            person_id=body.person_id,
            insured_area="511900",
            destination_area=body.destination_area,
            filed_on=message.day or date(2026, 1, 1),
            channel=body.channel,
            **shared,
        )
        effect = Effect(message.id, body.person_id, number)
        told = [Notice("told", accepted)] if body.filing_id.startswith("tell") else []
        return Decision(facts=[accepted], rows=[effect], answer=accept(Filed(**shared)), notices=told)

    def apply(self, known: Known, change: object) -> None:
        if isinstance(change, Effect):
            known.counts[change.person_id] = change.number

    async def save(self, tx: Tx, changes: Changes) -> None:
        await tx.executemany("INSERT INTO closed VALUES ($1)", changes.get(Closed, []))
        effects: list[Effect] = changes.get(Effect, [])
        if any(effect.number < 0 for effect in effects):
            raise ValueError(f"a row of {[effect.person_id for effect in effects]} cannot be saved")
        await tx.copy_records_to_table("effect", records=effects, columns=Effect._fields)
        last = {effect.person_id: effect.number for effect in effects}
        await tx.execute(
            "INSERT INTO tally SELECT * FROM unnest($1::text[], $2::int[])"
            " ON CONFLICT (person_id) DO UPDATE SET count = excluded.count",
            sorted(last),
            [last[person] for person in sorted(last)],
        )
        lasting = [(a.filing_id,) for a in changes.get(FilingAccepted, [])]
        await tx.executemany("INSERT INTO lasting VALUES ($1) ON CONFLICT DO NOTHING", lasting)


async def day_due(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """Once a day."""
    return [] if cursor else [Due("once", "P0", DayDue())]


async def filings_due(tx: Tx, partition: int, day: date, cursor: str, limit: int) -> list[Due]:
    """Every filing is due every day, in partition 0."""
    rows = await tx.fetch(
        "SELECT filing_id FROM lasting WHERE filing_id > $1 ORDER BY filing_id LIMIT $2", cursor, limit
    )
    return [Due(r["filing_id"], "P0", FilingDue(filing_id=r["filing_id"])) for r in rows if partition == 0]


TALLY = Service(
    "referral",
    TallyDecider(),
    Path(__file__).parent / "migrations",
    (Job("filings due", "realtime.filings", filings_due), Job("day due", None, day_due)),
)
