"""Computes every month from the facts: the statements, and the lines that stand in none."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from shared.month.agreements import Agreements
from shared.month.lines import Line
from shared.month.outcome import Aside, Known, Placed, outcome_of
from shared.month.place import sorted_on
from shared.month.reading import Facts
from shared.month.relations import check
from shared.month.statement import Statement, in_order


class StatementKey(NamedTuple):
    """What names a statement (清算单); statements follow each other in this order."""

    month: str
    agreement_id: str
    scheme: str


def key_of(placed: Placed) -> StatementKey:
    """The statement that a placed line stands in."""
    return StatementKey(placed.month, placed.terms.agreement_id, placed.line.settled.scheme)


@dataclass(frozen=True, slots=True)
class Months:
    """All months (各月清算): the lines of each statement, and the sorted ids of those that stand in none."""

    agreements: Agreements
    placed: Mapping[StatementKey, Sequence[Line]]
    aside: Mapping[Aside, Sequence[str]]

    def statements(self, through: date | None = None) -> Iterator[Statement]:
        """The statements in their order; only those sorted by the day `through`, where one is given."""
        for key in sorted(self.placed):
            terms = self.agreements.terms(key.agreement_id)
            on = sorted_on(terms.months, key.month)
            if through is None or on <= through:
                yield Statement(terms, key.scheme, key.month, on, in_order(self.placed[key]))


def compute(facts: Facts) -> Months:
    """Places every line of the facts. Raises InvalidFactsError for facts that cannot be beside each other."""
    check(facts)
    agreements = Agreements(facts.agreements.values())
    known = Known(facts, agreements)
    placed: defaultdict[StatementKey, list[Line]] = defaultdict(list)
    aside: dict[Aside, list[str]] = {why: [] for why in Aside}
    for settled in facts.settled.values():
        for fate in outcome_of(known, settled):
            if isinstance(fate, Placed):
                placed[key_of(fate)].append(fate.line)
            else:
                aside[fate.why].append(fate.line_id)
    return Months(agreements, placed, {why: sorted(ids) for why, ids in aside.items()})
