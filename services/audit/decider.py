"""The table of audit: every message leaves a record in the trail; some speak of a deadline."""

from collections.abc import Sequence
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
from services.audit.rules.deadlines import exchange_of, judge, page_subject
from services.audit.rules.gist import gist_of, mentions_of
from services.audit.rules.merkle import root_of
from services.audit.rules.payments import FOLLOWED, follow, payment_of
from services.audit.rules.supervision import recall, recall_payment, take_in
from services.audit.rules.trail import append, append_adoption
from services.audit.store import deadlines, trail
from shared.bus.message import Decision, Message
from shared.bus.service import Key, Keys, Rule, Table, TableDecider, Tx
from shared.messages.audit.trail import DayPassed, DeadlineMissed, RootSealed
from shared.messages.settlement.case_pages import CasePageOverdue, CasePageReceived
from shared.messages.settlement.corrections import DischargeCancelled


async def _load(tx: Tx, keys: Keys) -> Known:
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


def _of_record(message: Message, body: Any) -> tuple[Key, ...]:
    return (("head", f"{message.topic}/{message.partition}"),)


def _of_case_page(message: Message, body: CasePageReceived | CasePageOverdue) -> tuple[Key, ...]:
    return (*_of_record(message, body), ("case_page", page_subject(body.visit_id, body.due_on)))


def _of_void_page(message: Message, body: DischargeCancelled) -> tuple[Key, ...]:
    return (*_of_record(message, body), ("case_page", page_subject(body.visit_id, body.case_page_due_on)))


def _of_statement(message: Message, body: Any) -> tuple[Key, ...]:
    return (*_of_record(message, body), ("monthly", body.statement_id))


def _chain(known: Known, message: Message) -> list[Record]:
    """The record of a message, after one that tells of an adoption where one came before it."""
    place = (message.topic, message.partition)
    head, gist = known.heads.get(place) or Head(*place), gist_of(message.body)
    adoption = known.adopted.get(place)
    records = [append_adoption(head, adoption)] if adoption else []
    head = _head(records[0]) if records else head
    return [*records, append(head, message, gist, mentions_of(message, gist))]


def _record(known: Known, message: Message, body: Any) -> Decision:
    """Keeps what was said, and judges the deadline that it speaks of."""
    records, exchange = _chain(known, message), exchange_of(body)
    if exchange is None:
        return Decision(rows=records)
    return _judge(recall(known, exchange), exchange, records)


def _follow(known: Known, message: Message, fact: Any) -> Decision:
    """Keeps what was said of a statement, and judges its payment."""
    id = fact.statement_id
    statement = follow(known.statements.get(id) or KnownStatement(id), fact)
    payment = payment_of(statement)
    rows = [*_chain(known, message), statement]
    if payment is None or payment.heard_on is None:
        return Decision(rows=rows)
    return _judge(recall_payment(known, payment), payment, rows)


def _head(record: Record) -> Head:
    return Head(record.topic, record.partition, record.number, record.chain_hash)


def _keep_head(known: Known, record: Record) -> None:
    known.heads[record.topic, record.partition] = _head(record)
    known.adopted.pop((record.topic, record.partition), None)


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


def _unpaid(known: Known, message: Message, body: StatementUnpaid) -> Decision:
    payment = payment_of(known.statements[body.statement_id])
    if payment is None or payment.heard_on:
        return Decision()
    return _judge(recall_payment(known, payment), payment, [])


def _seal(known: Known, message: Message, body: SealDay) -> Decision:
    day, heads = body.sealed_on, known.all_heads
    root, records = root_of(heads), sum(head.number for head in heads)
    sealed = RootSealed(sealed_on=day, root=root.hex(), records=records)
    rows = [Root(day, root, records), *(SealedHead(day, *head) for head in heads)]
    return Decision(facts=(sealed, DayPassed(passed_on=day)), rows=rows)


# A job's own body is said by nobody, and leaves no record.
_RULES: dict[type, Rule] = {
    CasePageReceived: Rule(_of_case_page, _record),
    CasePageOverdue: Rule(_of_case_page, _record),
    DischargeCancelled: Rule(_of_void_page, _record),
    **dict.fromkeys(FOLLOWED, Rule(_of_statement, _follow)),
    StatementUnpaid: Rule(lambda message, body: (("monthly", body.statement_id),), _unpaid),
    SealDay: Rule(lambda message, body: (("all_heads", ""),), _seal),
}
_TABLES: dict[type, Table] = {
    Record: Table(_keep_head, trail.add_records),
    Missed: Table(take_in, deadlines.save_missed),
    Tally: Table(None, deadlines.add_tallies),
    KnownStatement: Table(take_in, deadlines.save_statements),
    Root: Table(None, trail.add_roots),
    SealedHead: Table(None, trail.add_sealed_heads),
}

DECIDER = TableDecider(_RULES, _TABLES, _load, otherwise=Rule(_of_record, _record))
