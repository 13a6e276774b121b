"""Whether the tables of deadlines are what the trail makes of them: all of them worked out again. Pure.

Holds what was missed, and the statements: they grow with what is late, not with the trail. Only one thing is
not decided by the trail alone: in which order a statement's payment and the end of its day were heard.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from services.audit.check.fault import Fault
from services.audit.model import Chain, Exchange, Known, KnownStatement, LastSeals, Missed, Record, Tally
from services.audit.rules.deadlines import judge, read_exchange
from services.audit.rules.payments import add_payment, payment_of
from services.audit.rules.supervision import recall, recall_payment, take_in
from services.audit.rules.trail import Gist

FAULTS = 20
CODE = "DEADLINES_DIFFER"
_COUNTS = ("on_time", "late", "overdue")


class Deadlines:
    """Takes what the trail says of deadlines, chain after chain, and compares it with the tables."""

    def __init__(self, seals: LastSeals, missed: Iterable[Missed]) -> None:
        self._missed: dict[tuple[str, str], Missed] = {(row.exchange, row.subject_id): row for row in missed}
        self.faults: list[Fault] = []
        self._known = Known({})
        self._counts: Counter[tuple[str, ...]] = Counter()
        self._seals = seals
        self._told_at: dict[str, tuple[Chain, int]] = {}

    def add(self, record: Record, gist: Gist) -> None:
        """The next record of a chain."""
        if "deadline" in gist:
            exchange = read_exchange(gist["deadline"])
            self._judge(recall(self._known, exchange), exchange)
        elif "payment" in gist:
            self._follow(record, gist["statement_id"], gist["payment"])

    def compare(self, tallies: Iterable[Tally], statements: Iterable[KnownStatement]) -> list[Fault]:
        """What differs between the tables and the trail."""
        self._compare("known_statement", self._known.statements, {s.statement_id: s for s in statements})
        self._expect_unpaid()
        self._compare("missed", self._known.missed, self._missed)
        counted = {(*row[:4], name): n for row in tallies for name, n in zip(_COUNTS, row[4:], strict=True)}
        self._compare("tally", _set(self._counts), _set(counted))
        return self.faults

    def _judge(self, before: Missed | None, exchange: Exchange) -> None:
        for row in judge(before, exchange)[0]:
            if isinstance(row, Tally):
                self._count(row)
            else:
                take_in(self._known, row)

    def _count(self, row: Tally) -> None:
        for name, count in zip(_COUNTS, row[4:], strict=True):
            self._counts[(*row[:4], name)] += count

    def _follow(self, record: Record, id: str, text: str) -> None:
        before = self._known.statements.get(id) or KnownStatement(id)
        statement = add_payment(before, text)
        payment, replaced = payment_of(statement), payment_of(before)
        if replaced and replaced.heard_on is None and self._was_told(replaced, payment):
            self._judge(recall_payment(self._known, replaced), replaced)
        take_in(self._known, statement)
        self._told_at[id] = ((record.topic, record.partition), record.number)
        if payment and payment.heard_on:
            self._judge(recall_payment(self._known, payment), payment)

    def _was_told(self, replaced: Exchange, payment: Exchange | None) -> bool:
        """Whether a payment was told to be overdue before a fact changed it: as the table says, if it can be.

        Where it is paid late after all on the same day of payment, both orders come to the same.
        """
        held = self._missed.get(("monthly", replaced.subject_id))
        if held is None or held.due_on != replaced.due_on or not self._may(replaced):
            return False
        return held.heard_on is None or payment is None or payment.due_on != replaced.due_on

    def _expect_unpaid(self) -> None:
        """A statement that is not paid is overdue if its day was over: sealed so, or held so."""
        for id, statement in self._known.statements.items():
            payment = payment_of(statement)
            if payment is None or payment.heard_on or ("monthly", id) in self._known.missed:
                continue
            if self._must(id, payment) or (self._may(payment) and ("monthly", id) in self._missed):
                self._judge(None, payment)

    def _may(self, unpaid: Exchange) -> bool:
        return self._seals.reached is not None and unpaid.due_on < self._seals.reached

    def _must(self, id: str, unpaid: Exchange) -> bool:
        """What was sealed on the day before the last was known when the last day's work was done."""
        chain, number = self._told_at[id]
        last = self._seals.last
        return last is not None and unpaid.due_on < last and number <= self._seals.before.get(chain, 0)

    def _compare(self, table: str, derived: Mapping[Any, object], held: Mapping[Any, object]) -> None:
        for key in sorted({*derived, *held}, key=str):
            if derived.get(key) != held.get(key):
                word = "gone" if key not in held else "added" if key not in derived else "changed"
                name = " ".join(key) if isinstance(key, tuple) else str(key)
                if len(self.faults) < FAULTS:
                    self.faults.append(Fault(CODE, differs=f"{table} {name}: {word}"))


def _set(counts: Mapping[Any, int]) -> dict[Any, int]:
    return {key: count for key, count in counts.items() if count}
