"""The institutions that a person chooses where they live or work (异地定点医院), as the area asks. Pure.

004-4 二(三): the employer applies for who is posted for more than six months; (四): who is resettled or lives
there for a year or longer proves it; both choose 2-3 hospitals of distinct tiers. Only within a province: a
filing that leads across provinces names no hospital anywhere (003 二).
"""

from services.referral.model.chain import FilingRules
from services.referral.model.filing import Filing
from services.referral.model.institution import KnownInstitution
from services.referral.model.known import Known
from services.referral.rules.validity import add_months
from shared.areas import covers, same_province
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.referral.filings import SubmitFiling

FEWEST = 2
POSTED_MONTHS, LIVED_MONTHS = 6, 12


def chosen_of(
    rules: FilingRules, body: SubmitFiling, origin: Filing | None, insured_area: str, destination_area: str
) -> tuple[str, ...]:
    """The institutions that a filing leads to: its own, or those of the filing that it continues.

    They are kept for the same kind of care in the same place, while the area still asks for a list of that
    kind, and never across provinces.
    """
    own = tuple(one.institution_id for one in body.institutions)
    if own or origin is None or not same_province(insured_area, destination_area):
        return own
    is_same = (origin.kind, origin.destination_area) == (body.kind, destination_area)
    return origin.chosen if is_same and body.kind in rules.listed else ()


def changes_list(filing: Filing, old: Filing) -> bool:
    """Whether a filing takes the place of one that it continues with other institutions of the same place.

    With none counts too: an area that asks for no list any more opens all, but only to a filing without one.
    """
    continues = filing.continues_filing_id == old.filing_id and filing.kind == old.kind
    return continues and set(filing.chosen) != set(old.chosen)


def not_chosen(known: Known, rules: FilingRules, body: SubmitFiling, filing: Filing) -> Answer | None:
    """The refusal of a filing whose list does not fit, or that may have none; none: all is well.

    One that continues a filing with a list keeps it, unless it brings its own.
    """
    is_across = not same_province(filing.insured_area, filing.destination_area)
    asked = filing.kind in rules.listed and not is_across
    if not body.institutions and (not asked or filing.chosen):
        return None
    if not asked:
        why = f"{filing.insured_area} → {filing.destination_area}" if is_across else filing.kind
        return refuse("LIST_NOT_POSSIBLE", f"institutions: {why}")
    wrong = _unentitled(body, filing) or _unfit(known, filing)
    return refuse("LIST_NOT_POSSIBLE", wrong) if wrong else None


def names_no_place(known: Known, filing: Filing) -> Answer | None:
    """The refusal of an old filing's list that cannot be; none: all is well.

    Who was open, and of which tier, when it was made is not known any more; where an institution lies is.
    """
    if not filing.chosen:
        return None
    if filing.filing_class != "long_term" or not same_province(filing.insured_area, filing.destination_area):
        why = f"{filing.kind} {filing.insured_area} → {filing.destination_area}"
        return refuse("LIST_NOT_POSSIBLE", f"institutions: {why}")
    found = ((name, known.institutions.get(name)) for name in filing.chosen)
    wrong = (name for name, one in found if one is None or not covers(filing.destination_area, one.area))
    elsewhere = next(wrong, None)
    return refuse("LIST_NOT_POSSIBLE", f"institutions: {elsewhere}") if elsewhere else None


def _unentitled(body: SubmitFiling, filing: Filing) -> str | None:
    """What a filing lacks to choose; none: nothing."""
    if filing.kind == "posted_worker":
        if body.applicant != "employer":
            return "applicant: employer"
        over = add_months(body.starts_on, POSTED_MONTHS)
        is_long = body.posted_until is not None and body.posted_until > over
        return None if is_long else f"posted_until: > {over}"
    if "long_stay_proof" not in filing.materials:
        return "materials: long_stay_proof"
    latest = add_months(filing.submitted_on, -LIVED_MONTHS)
    since = body.lives_there_since
    if filing.kind == "long_term_resident" and (since is None or since > latest):
        return f"lives_there_since: <= {latest}"
    return None


def _unfit(known: Known, filing: Filing) -> str | None:
    """What is wrong with the list itself; none: nothing."""
    if len(filing.chosen) < FEWEST:
        return f"institutions: >= {FEWEST}"
    found = [known.institutions.get(name) for name in filing.chosen]
    for name, one in zip(filing.chosen, found, strict=True):
        if one is None or not _is_there(one, filing):
            return f"institutions: {name}"
    tiers = [one.tier for one in found if one]
    return None if len(set(tiers)) == len(tiers) else f"institutions: tier {' '.join(map(str, tiers))}"


def _is_there(one: KnownInstitution, filing: Filing) -> bool:
    return covers(filing.destination_area, one.area) and one.status == "published"
