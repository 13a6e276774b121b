"""Chooses the filing (备案) of a visit, anew at each quote and settlement; only a cascade keeps it."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from services.settlement.model.registers.registry import Filing
from services.settlement.model.visit import Visit
from shared.areas import covers
from shared.benefit.policy.form import FilingUsed

_RANK: dict[FilingUsed, int] = {"long_term": 0, "referral": 1, "emergency": 2, "other_temporary": 3}


class Used(NamedTuple):
    """The kind of filing (备案) that a visit counts under, and the filing's id; no id at home, unfiled, or
    for an unfiled emergency.
    """

    kind: FilingUsed
    filing_id: str | None = None


HOME = Used("home")


def filing_used(visit: Visit, filings: Iterable[Filing], until: date) -> Used:
    """Chooses the best filing for a visit, of those begun by `until`: its settlement, or its end for a claim.

    A filing counts if it was in force at the admission, though no longer at the discharge (001 (八)), or if
    it was made during the stay, before the settlement (001 (九)). At home a filing elsewhere plays no part
    (001 (六)). An emergency rescue counts as filed without a filing.
    """
    if visit.is_at_home:
        return HOME
    best = min((f for f in filings if is_for(f, visit, until)), key=_worth, default=None)
    if best and not (visit.emergency and _RANK[best.counts_as] > _RANK["emergency"]):
        return Used(best.counts_as, best.filing_id)
    return Used("emergency") if visit.emergency else Used("none")


def is_for(filing: Filing, visit: Visit, until: date) -> bool:
    """Whether a filing is of the visit's coverage, names its place, and was in force on one of its days."""
    if not belongs_to(filing, visit):
        return False
    if not covers(filing.destination_area, visit.treatment_area) or filing.starts_on > until:
        return False
    return filing.ends_on is None or filing.ends_on > max(visit.service_on, filing.starts_on)


def belongs_to(filing: Filing, visit: Visit) -> bool:
    """Whether a filing was made under the coverage of the visit."""
    return filing.insured_area in (None, visit.insured_area) and filing.scheme in (None, visit.scheme)


def _worth(filing: Filing) -> tuple[int, date, str]:
    return _RANK[filing.counts_as], filing.starts_on, filing.filing_id
