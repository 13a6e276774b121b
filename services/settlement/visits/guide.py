"""Tells why no filing (备案) counts for a stay, and which kinds may still be filed (001 (九)). Pure."""

from collections.abc import Callable, Iterable, Mapping

from services.settlement.model.filing_used import belongs_to, is_for_place, leads_to
from services.settlement.model.registers.registry import Coverage, Filing
from services.settlement.model.visit import Visit
from shared.messages.referral.filings import ChosenInstitution, FilingKind
from shared.messages.settlement.guide import FilingGuide, Unfiled
from shared.pools import PoolBook


def _to_anybody(insured: Coverage) -> bool:
    return True


def _to_retired(insured: Coverage) -> bool:
    return insured.retired


def _to_employees(insured: Coverage) -> bool:
    return insured.scheme == "310" and not insured.retired


OPEN_TO: Mapping[FilingKind, Callable[[Coverage], bool]] = {
    "resettled_retiree": _to_retired,
    "long_term_resident": _to_anybody,
    "posted_worker": _to_employees,
    "referral": _to_anybody,
    "emergency": _to_anybody,
    "other_temporary": _to_anybody,
}
"""To whom each kind of filing is open, as its name says; 001 (二)."""


def guide_of(pools: PoolBook, visit: Visit, insured: Coverage, filings: Iterable[Filing]) -> FilingGuide:
    """What to tell of a stay that no filing counts for, as `filing_used` has found."""
    code, filing = _why_none(pools, visit, filings)
    is_here = filing is not None and is_for_place(pools, filing, visit)
    named = filing.institutions if filing and is_here else ()
    return FilingGuide(
        code=code,
        filing_id=filing.filing_id if filing else None,
        destination_area=visit.treatment_area,
        kinds=tuple(kind for kind, is_open in OPEN_TO.items() if is_open(insured)),
        institutions=tuple(ChosenInstitution(institution_id=name) for name in named),
    )


def _why_none(pools: PoolBook, visit: Visit, filings: Iterable[Filing]) -> tuple[Unfiled, Filing | None]:
    """The filing of this place that is over, else the one in force that does not lead here: its place is
    another, or its person has chosen other institutions; the newest of each.
    """
    begun = [one for one in filings if belongs_to(pools, one, visit) and _was_in_force(one, visit)]
    begun.sort(key=lambda one: (one.starts_on, one.filing_id), reverse=True)
    in_force = [one for one in begun if not _is_over(one, visit)]
    here = next((one for one in begun if leads_to(pools, one, visit)), None)
    unnamed = next((one for one in in_force if is_for_place(pools, one, visit)), None)
    if here and not unnamed:
        return "FILING_EXPIRED", here
    elsewhere = unnamed or next(iter(in_force), None)
    return ("WRONG_AREA", elsewhere) if elsewhere else ("NOT_FILED", None)


def _was_in_force(filing: Filing, visit: Visit) -> bool:
    """Whether it has begun by the end of the visit; one taken back was never in force."""
    if filing.ends_on is not None and filing.ends_on <= filing.starts_on:
        return False
    return filing.starts_on <= visit.ended_on


def _is_over(filing: Filing, visit: Visit) -> bool:
    return filing.ends_on is not None and filing.ends_on <= visit.terms_on
