"""What becomes of a settlement (结算的归属): its lines, each in a month of an agreement or listed aside."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol

from shared.areas import covers
from shared.month.facts import Recovered, Settled
from shared.month.funds import ZERO, Funds
from shared.month.lines import (
    Line,
    carried_line,
    recovered_line,
    reversal_id,
    reversed_line,
    settled_line,
    settlement_funds,
)
from shared.month.place import eligible_on, is_late, month_of_line
from shared.month.reading import Facts, Reason
from shared.month.terms import Terms

NO_LINE = Reason("该结算没有清算明细，无可追回", "the settlement has no line, so there is nothing to recover")
OVER_RECOVERED = Reason(
    "追回合计超过该结算的明细金额", "more is recovered of the settlement than its lines came to"
)
NOT_PART = Reason(
    "accepted 须在 0 与该明细金额之间",
    "what is accepted must lie between 0 and the line's amount, fund by fund",
)


class Aside(StrEnum):
    """Why a line stands in no statement (未入单原因)."""

    UNAGREED = "unagreed"  # no agreement covers it
    LATE = "late"  # its month lies too far behind its business day, and nobody let it in
    NOT_ELIGIBLE = "not_eligible"  # its case page or its review never came, or came after its reversal


class Placed(NamedTuple):
    """A line in the month of an agreement (入单明细)."""

    terms: Terms
    month: str
    line: Line


class SetAside(NamedTuple):
    """A line that stands in no statement (未入单明细), and why; `line` is given where it is late."""

    line_id: str
    why: Aside
    line: Line | None = None


Fate = Placed | SetAside
"""Where a line went."""


class Signed(Protocol):
    """What was signed (已签协议), asked by which terms a settlement is cleared."""

    def covering(self, settled: Settled) -> Terms | None:
        """The terms of the agreement that covers a settlement, if one does."""


class Known:
    """What the placing of a line asks (入单依据): the facts, the agreements, each settlement's recoveries."""

    def __init__(self, facts: Facts, agreements: Signed) -> None:
        self.facts = facts
        self.agreements = agreements
        self.recovered: defaultdict[str, list[Recovered]] = defaultdict(list)
        for recovery in facts.recovered.values():
            self.recovered[recovery.settlement_id].append(recovery)


def outcome_of(known: Known, settled: Settled) -> list[Fate]:
    """The lines of a settlement, its reversal and its recoveries, and of what was carried of them.

    Raises InvalidFactsError for a decision or a recovery of more than there was.
    """
    fates = list(_of_care(known, settled))
    if recoveries := known.recovered.get(settled.settlement_id):
        fates += _of_recoveries(known, fates, recoveries)
    return fates


def place_line(known: Known, terms: Terms, line: Line, eligible: date) -> Fate:
    """A line in its month; aside where it is late and was not let in."""
    month = month_of_line(terms.months, line.business_on, eligible)
    if not is_late(terms.months, month, line.business_on):
        return Placed(terms, month, line)
    admitted = known.facts.admitted.get(line.line_id)
    if admitted is None:
        return SetAside(line.line_id, Aside.LATE, line)
    month = month_of_line(terms.months, line.business_on, max(admitted.admitted_on, eligible))
    return Placed(terms, month, line._replace(why="late"))


def _of_care(known: Known, settled: Settled) -> Iterable[Fate]:
    by_areas = covers(settled.insured_area, settled.treatment_area)
    if by_areas if settled.at_home is None else settled.at_home:
        return ()  # care at home: nothing to clear between two areas
    terms = known.agreements.covering(settled)
    if terms is None:
        return _both_aside(known, settled, Aside.UNAGREED)
    eligible = _eligible(known, terms, settled)
    if eligible is None:
        return _both_aside(known, settled, Aside.NOT_ELIGIBLE)
    reviewed = known.facts.reviewed.get(settled.settlement_id)
    line = settled_line(settled, settlement_funds(terms, settled, reviewed))
    fates = list(_with_carried(known, terms, line, eligible))
    if isinstance(fates[0], SetAside):
        return _both_aside(known, settled, Aside.LATE)
    if reversal := known.facts.reversed.get(settled.settlement_id):
        fates += _with_carried(known, terms, reversed_line(line, reversal), reversal.reversed_on)
    return fates


def _both_aside(known: Known, settled: Settled, why: Aside) -> Iterator[Fate]:
    """A settlement's line goes aside, and its reversal goes with it."""
    yield SetAside(settled.settlement_id, why)
    if settled.settlement_id in known.facts.reversed:
        yield SetAside(reversal_id(settled.settlement_id), why)


def _eligible(known: Known, terms: Terms, settled: Settled) -> date | None:
    facts, id = known.facts, settled.settlement_id
    reviewed, reversal = facts.reviewed.get(id), facts.reversed.get(id)
    page_on, reviewed_on = facts.pages.get(settled.visit_id), reviewed.reviewed_on if reviewed else None
    return eligible_on(terms, settled, page_on, reviewed_on, reversal.reversed_on if reversal else None)


def _with_carried(known: Known, terms: Terms, line: Line, eligible: date) -> Iterator[Fate]:
    """A line, and after each dispute that did not end it the line that carries it on."""
    fate = place_line(known, terms, line, eligible)
    yield fate
    decided = known.facts.decided.get(line.line_id)
    if decided is None or isinstance(fate, SetAside):
        return
    if decided.accepted and not decided.accepted.funds.is_part_of(line.funds):
        raise known.facts.fault(decided, NOT_PART)
    if carried := carried_line(line, decided):
        yield from _with_carried(known, terms, carried, decided.decided_on)


def _of_recoveries(known: Known, fates: Sequence[Fate], recoveries: Iterable[Recovered]) -> Iterator[Fate]:
    placed = [fate for fate in fates if isinstance(fate, Placed)]
    left = _came_to(known, placed)
    for recovery in recoveries:
        if not placed:
            raise known.facts.fault(recovery, NO_LINE)
        left = left.plus(recovery.funds.negative())
        if min(left) < 0:
            raise known.facts.fault(recovery, OVER_RECOVERED)
        first = placed[0]
        line = recovered_line(first.line.settled, recovery)
        yield from _with_carried(known, first.terms, line, recovery.decided_on)


def _came_to(known: Known, placed: Iterable[Placed]) -> Funds:
    """What a settlement's lines came to; of a dispute that is decided only the line carried on counts."""
    total = ZERO
    for one in placed:
        if one.line.line_id not in known.facts.decided:
            total = total.plus(one.line.funds)
    return total
