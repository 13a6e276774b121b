"""Which filing (备案) a visit is settled under: read again at each quote and settlement, never remembered."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from services.settlement.model.registers.registry import Filing
from services.settlement.model.visit import Visit
from shared.areas import covers
from shared.benefit.policy.form import FilingUsed

_RANK: dict[FilingUsed, int] = {"long_term": 0, "referral": 1, "emergency": 2, "other_temporary": 3}


class Used(NamedTuple):
    """The kind a visit counts as, and the filing behind it; none at home and for an unfiled emergency."""

    kind: FilingUsed
    filing_id: str | None = None


HOME = Used("home")


def filing_used(visit: Visit, filings: Iterable[Filing], until: date) -> Used:
    """The best filing for the visit, as of `until`: its settlement, or its end.

    In force at the admission, though not at the discharge (001 (八)), or made during the stay, before the
    settlement (001 (九)). At home a filing elsewhere plays no part (001 (六)). An emergency rescue counts
    as filed without one.
    """
    if visit.is_at_home:
        return HOME
    best = min((f for f in filings if is_for(f, visit, until)), key=_worth, default=None)
    if best and not (visit.emergency and _RANK[best.counts_as] > _RANK["emergency"]):
        return Used(best.counts_as, best.filing_id)
    return Used("emergency") if visit.emergency else Used("none")


def is_for(filing: Filing, visit: Visit, until: date) -> bool:
    """Whether a filing is of the visit's coverage, names its place, and was in force on a day of it."""
    if not _belongs_to(filing, visit):
        return False
    if not covers(filing.destination_area, visit.treatment_area) or filing.starts_on > until:
        return False
    return filing.ends_on is None or filing.ends_on > max(visit.service_on, filing.starts_on)


def _belongs_to(filing: Filing, visit: Visit) -> bool:
    return filing.insured_area in (None, visit.insured_area) and filing.scheme in (None, visit.scheme)


def _worth(filing: Filing) -> tuple[int, date, str]:
    return _RANK[filing.counts_as], filing.starts_on, filing.filing_id
