"""Message → record of the trail, and what its body says about a deadline."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from services.audit.model import (
    Exchange,
    Head,
    Known,
    KnownStatement,
    Missed,
    Record,
    Root,
    SealDay,
    SealedHead,
    StatementUnpaid,
    Tally,
)
from services.audit.rules.deadlines import exchange_of, judge
from services.audit.rules.gist import gist_of, mentions_of
from services.audit.rules.merkle import root_of
from services.audit.rules.payments import FOLLOWED, follow, payment_of
from services.audit.rules.supervision import TAKEN, recall, recall_payment, take_in
from services.audit.rules.trail import append, append_adoption
from services.audit.store import deadlines, trail
from shared.bus.message import Changes, Decision, Message
from shared.bus.service import Key, Keys, Tx
from shared.messages.audit.trail import DayPassed, DeadlineMissed, RootSealed
from shared.messages.settlement.visits import CasePageOverdue, CasePageReceived


class AuditDecider:
    """Chains every message it hears; tells missed deadlines and the roots of days."""

    def keys(self, message: Message) -> Iterable[Key]:
        """The message's chain, and what is known of the deadline it speaks of."""
        kind, body = type(message.body), message.body
        chain = () if kind in _JOBS else (("head", f"{message.topic}/{message.partition}"),)
        more = _KEYS.get(kind)
        return (*chain, more(body)) if more else chain

    async def load(self, tx: Tx, keys: Keys) -> Known:
        """Heads first, in key order, then deadlines, then statements."""
        get = keys.get
        heads, adopted = await trail.read_heads(tx, get("head", ()))
        return Known(
            heads=heads,
            adopted=adopted,
            missed=await deadlines.read_missed(tx, get("case_page", ()), get("monthly", ())),
            statements=await deadlines.read_statements(tx, get("monthly", ())),
            all_heads=await trail.read_all_heads(tx) if "all_heads" in keys else [],
        )

    def decide(self, known: Known, message: Message) -> Decision:
        """A record for what was said by others; a job's own body is said by nobody and leaves none."""
        kind, body = type(message.body), message.body
        if kind in _JOBS:
            return _JOBS[kind](known, body)
        place = (message.topic, message.partition)
        head, gist = known.heads.get(place) or Head(*place), gist_of(body)
        adoption = known.adopted.get(place)
        records = [append_adoption(head, adoption)] if adoption else []
        head = _head(records[0]) if records else head
        records.append(append(head, message, gist, mentions_of(message, gist)))
        if kind in FOLLOWED:
            return _follow(known, records, body)
        exchange = exchange_of(body)
        if exchange is None:
            return Decision(rows=records)
        return _judge(recall(known, exchange), exchange, records)

    def apply(self, known: Known, change: Any) -> None:
        """What the next message of the batch must see: heads, and what is known of deadlines."""
        kind = type(change)
        if kind is Record:
            known.heads[change.topic, change.partition] = _head(change)
            known.adopted.pop((change.topic, change.partition), None)
        elif kind in TAKEN:
            take_in(known, change)

    async def save(self, tx: Tx, changes: Changes) -> None:
        """One statement a table; rows that change are sorted by key."""
        for kind, write in _WRITERS.items():
            rows = changes.get(kind)
            if rows:
                await write(tx, rows)


def _head(record: Record) -> Head:
    return Head(record.topic, record.partition, record.number, record.chain_hash)


def _visit_key(body: Any) -> Key:
    return ("case_page", body.visit_id)


def _statement_key(body: Any) -> Key:
    return ("monthly", body.statement_id)


def _follow(known: Known, records: list[Record], fact: Any) -> Decision:
    id = fact.statement_id
    statement = follow(known.statements.get(id) or KnownStatement(id), fact)
    payment = payment_of(statement)
    rows = [*records, statement]
    if payment is None or payment.heard_on is None:
        return Decision(rows=rows)
    return _judge(recall_payment(known, payment), payment, rows)


def _judge(missed: Missed | None, exchange: Exchange, rows: Sequence[Any]) -> Decision:
    kept, told = judge(missed, exchange)
    return Decision(facts=(_missed(exchange),) if told else (), rows=(*rows, *kept))


def _missed(exchange: Exchange) -> DeadlineMissed:
    return DeadlineMissed(
        subject_id=exchange.subject_id,
        exchange=exchange.exchange,
        party=exchange.party,
        due_on=exchange.due_on,
        heard_on=exchange.heard_on,
    )


def _unpaid(known: Known, body: StatementUnpaid) -> Decision:
    payment = payment_of(known.statements[body.statement_id])
    if payment is None or payment.heard_on:
        return Decision()
    return _judge(recall_payment(known, payment), payment, [])


def _seal(known: Known, body: SealDay) -> Decision:
    day, heads = body.sealed_on, known.all_heads
    root, records = root_of(heads), sum(head.number for head in heads)
    sealed = RootSealed(sealed_on=day, root=root.hex(), records=records)
    rows = [Root(day, root, records), *(SealedHead(day, *head) for head in heads)]
    return Decision(facts=(sealed, DayPassed(passed_on=day)), rows=rows)


# By type and not by isinstance, which asks pydantic's metaclass and costs more than the rest.
_KEYS: dict[type, Callable[[Any], Key]] = {
    CasePageReceived: _visit_key,
    CasePageOverdue: _visit_key,
    StatementUnpaid: _statement_key,
    **dict.fromkeys(FOLLOWED, _statement_key),
    SealDay: lambda body: ("all_heads", ""),
}
_JOBS: dict[type, Callable[[Known, Any], Decision]] = {StatementUnpaid: _unpaid, SealDay: _seal}
_WRITERS: dict[type, Callable[[Tx, list[Any]], Any]] = {
    Record: trail.add_records,
    Missed: deadlines.save_missed,
    Tally: deadlines.add_tallies,
    KnownStatement: deadlines.save_statements,
    Root: trail.add_roots,
    SealedHead: trail.add_sealed_heads,
}
