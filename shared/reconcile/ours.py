"""Our list of a party's month (本方账目), taken from the statements that follow from the facts."""

from collections.abc import Iterator
from typing import NamedTuple

from shared.month.compute import Months
from shared.month.lines import Line, reversal_id
from shared.month.place import month_after
from shared.month.reading import Facts
from shared.month.statement import Sums, sums_of
from shared.reconcile.cause import Kind
from shared.reconcile.differences import Entry, Key, Side


class Ours(NamedTuple):
    """Our side of a month (本方账目).

    `apart` sums up the lines that are in no list of settlements: recoveries, and disputed lines carried on.
    """

    side: Side
    apart: Sums


def is_party(facts: Facts, party: str) -> bool:
    """Whether the facts name a party: a center of an agreement, or an institution of a settlement."""
    return any(
        party in (one.insured_center, one.treatment_center) for one in facts.agreements.values()
    ) or any(party == one.institution_id for one in facts.settled.values())


def ours_of(months: Months, party: str, month: str) -> Ours:
    """What stands in the statements of a month for a center or an institution, and in those beside it."""
    lines = list(_lines(months, party, month))
    entries = [entry for line in lines if (entry := _entry(line))]
    apart = [line for line in lines if _kind(line) is None]
    beside = {
        entry.key: other
        for other in neighbours(month)
        for line in _lines(months, party, other)
        if (entry := _entry(line))
    }
    return Ours(Side(entries, beside), sums_of(apart))


def neighbours(month: str) -> tuple[str, str]:
    """The months before and after."""
    return month_after(month, -1), month_after(month)


def _lines(months: Months, party: str, month: str) -> Iterator[Line]:
    for key, lines in months.placed.items():
        if key.month == month:
            terms = months.agreements.terms(key.agreement_id)
            is_center = party in (terms.insured_center, terms.treatment_center)
            yield from (line for line in lines if is_center or line.settled.institution_id == party)


def _entry(line: Line) -> Entry | None:
    kind = _kind(line)
    if kind is None:
        return None
    key = Key(line.settled.settlement_id, kind)
    return Entry(key, line.business_on, line.total_fen, line.funds)


def _kind(line: Line) -> Kind | None:
    """What a line is by its id; `why` does not tell, since it is `late` of any line that was let in."""
    id = line.settled.settlement_id
    return {id: "settled", reversal_id(id): "reversed"}.get(line.line_id)  # type: ignore[return-value]
