"""A referral onwards from where a long-term filing leads (异地转出), 001 (四), 004-4 二(五).

Who lives there is referred as from home: a hospital there may file it, and issues the certificate. How it
is taken goes by the insured place's rules.
"""

from services.referral.model.filing import Filing
from services.referral.model.known import Known
from shared.areas import covers


def referred_from(known: Known, filing: Filing) -> str | None:
    """The place from which a patient who lives elsewhere is referred onwards; None: from home.

    It is that of the certificate's issuer, or of the hospital whose node files; an agency's node has none.
    """
    issuer = known.institutions.get(filing.certificate_issuer_id or "")
    places = [issuer.area] if issuer else [*known.hospitals.get(filing.made_by, {}).values()]
    living = lives_in(known, filing)
    return living if living and any(covers(living, place) for place in places) else None


def lives_in(known: Known, filing: Filing) -> str | None:
    """Where the person lived on the day of a referral, by a long-term filing; None: at home."""
    if filing.kind != "referral":
        return None
    day = filing.submitted_on
    for one in known.of_person(filing.person_id):
        is_long = one.filing_class == "long_term" and one.has_held and one.place == filing.place
        if is_long and one.starts_on <= day and one.runs_after(day):
            return one.destination_area
    return None
