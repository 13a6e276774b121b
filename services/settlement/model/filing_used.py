"""Chooses the filing (备案) of a visit, anew at each quote and settlement; only a cascade keeps it."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from services.settlement.model.registers.registry import Filing
from services.settlement.model.visit import Visit
from shared.areas import covers
from shared.benefit.policy.form import FilingUsed
from shared.pools import PoolBook

_RANK: dict[FilingUsed, int] = {"long_term": 0, "referral": 1, "emergency": 2, "other_temporary": 3}


class Used(NamedTuple):
    """The kind of filing (备案) that a visit counts under, and the filing's id; no id at home, unfiled, or
    for an unfiled emergency.
    """

    kind: FilingUsed
    filing_id: str | None = None


HOME = Used("home")


def filing_used(pools: PoolBook, visit: Visit, filings: Iterable[Filing], until: date) -> Used:
    """Chooses the best filing for a visit, of those begun by `until`: its settlement, or its end for a claim.

    A filing counts if it was in force at the admission, though no longer at the discharge (001 (八)), or if
    it was made during the stay, before the settlement (001 (九)). At home a filing elsewhere plays no part
    (001 (六)). An emergency rescue counts as filed without a filing.
    """
    if visit.is_at_home:
        return HOME
    best = min((f for f in filings if is_for(pools, f, visit, until)), key=_worth, default=None)
    if best and not (visit.emergency and _RANK[best.counts_as] > _RANK["emergency"]):
        return Used(best.counts_as, best.filing_id)
    return Used("emergency") if visit.emergency else Used("none")


def is_for(pools: PoolBook, filing: Filing, visit: Visit, until: date) -> bool:
    """Whether a filing is of the visit's coverage, names its place, and was in force on one of its days."""
    if not (belongs_to(pools, filing, visit) and leads_to(pools, filing, visit)) or filing.starts_on > until:
        return False
    return filing.ends_on is None or filing.ends_on > max(visit.terms_on, filing.starts_on)


def belongs_to(pools: PoolBook, filing: Filing, visit: Visit) -> bool:
    """Whether a filing was made under the coverage of the visit, or in what is the same pool by its day."""
    if filing.scheme not in (None, visit.scheme):
        return False
    if filing.insured_area in (None, visit.insured_area):
        return True
    return pools.pool_of(filing.insured_area, visit.scheme, visit.terms_on) == visit.pooling_area


def leads_to(pools: PoolBook, filing: Filing, visit: Visit) -> bool:
    """Whether a filing is for the place of a visit, and for its institution if it names some (004-4 二)."""
    is_named = not filing.institutions or visit.institution_id in filing.institutions
    return is_named and is_for_place(pools, filing, visit)


def is_for_place(pools: PoolBook, filing: Filing, visit: Visit) -> bool:
    """Whether a filing names the place of a visit, or a place that is in the same pool by its day."""
    named = filing.destination_area
    if covers(named, visit.treatment_area):
        return True
    pool = visit.treatment_pool
    return bool(pool) and pools.pool_of(named, visit.scheme, visit.terms_on) == pool


def _worth(filing: Filing) -> tuple[int, date, str]:
    return _RANK[filing.counts_as], filing.starts_on, filing.filing_id
