"""Which agreement (协议) covers a settlement, and which terms it is cleared by."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from shared.agreed import breadth, most_special
from shared.areas import widened
from shared.month.facts import Agreement, Settled
from shared.month.terms import Terms, terms_of


class Period(NamedTuple):
    """A period (协议期间) of an agreement: its areas, schemes and dates count until the day before `ends`."""

    signed: Agreement
    ends: date

    @property
    def institutions(self) -> Sequence[str]:
        """The institutions that it opens; none: all."""
        return self.signed.institutions

    @property
    def begins(self) -> date:
        """The first day of the period."""
        return self.signed.in_force_from

    def is_in_force(self, day: date) -> bool:
        """Whether it is the period to go by on a day."""
        return self.begins <= day < self.ends


def periods_of(signed: Iterable[Agreement]) -> Iterator[Period]:
    """The periods of one agreement: each ends where the next begins, though it was signed for longer."""
    in_order = sorted(signed, key=attrgetter("in_force_from"))
    for one, following in pairwise(in_order):
        yield Period(one, min(one.in_force_until, following.in_force_from))
    for last in in_order[-1:]:
        yield Period(last, last.in_force_until)


def signed_last(signed: Iterable[Agreement]) -> Agreement:
    """The signing of an agreement that gives its mode and parameters, for all of its months."""
    return max(signed, key=attrgetter("in_force_from"))


class Agreements:
    """All agreements, asked which of them covers a settlement, and by which terms it is cleared."""

    def __init__(self, signed: Iterable[Agreement]) -> None:
        by_id: defaultdict[str, list[Agreement]] = defaultdict(list)
        for one in signed:
            by_id[one.agreement_id].append(one)
        self._terms = {id: terms_of(signed_last(ones)) for id, ones in by_id.items()}
        self._periods: defaultdict[tuple[str, str], list[Period]] = defaultdict(list)
        for period in (period for ones in by_id.values() for period in periods_of(ones)):
            self._periods[period.signed.insured_area, period.signed.treatment_area].append(period)
        self._found: dict[tuple[str, str, str], Sequence[Period]] = {}

    def terms(self, agreement_id: str) -> Terms:
        """The mode and parameters of an agreement: those signed last."""
        return self._terms[agreement_id]

    def covering(self, settled: Settled) -> Terms | None:
        """The terms of the agreement that covers a settlement; of several those of the most special one."""
        key = (settled.insured_area, settled.treatment_area, settled.scheme)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._between(*key)
        day = settled.terms_on or settled.service_on
        in_force = (period for period in found if period.is_in_force(day))
        period = most_special(in_force, settled.institution_id)
        return self._terms[period.signed.agreement_id] if period else None

    def _between(self, insured_area: str, treatment_area: str, scheme: str) -> Sequence[Period]:
        """The periods in which two areas are covered for a scheme, the narrowest first."""
        pairs = {
            (insured, treatment) for insured in widened(insured_area) for treatment in widened(treatment_area)
        }
        covering = [
            period
            for pair in pairs
            for period in self._periods.get(pair, ())
            if scheme in period.signed.schemes
        ]
        return sorted(covering, key=_breadth)


def _breadth(period: Period) -> tuple[int, int, str]:
    signed = period.signed
    return *breadth(signed.insured_area, signed.treatment_area), signed.agreement_id
