"""Checks a filing as it is made, and says what its benefit will be. Pure.

003 四: a filing also clears what would fail at the hospital's desk. A check refuses nothing: a card may be
renewed and a hospital opened before the patient comes.
"""

from datetime import date

from services.referral.model.filing import CLASSES, Filing
from services.referral.model.known import Known
from services.referral.rules.transfer import referred_from
from shared.areas import covers
from shared.messages.referral.filings import CredentialCheck
from shared.messages.referral.worklist import Tier


def checked(known: Known, filing: Filing, day: date) -> Filing:
    """The filing with what was found: credential, destination, the cut of its benefit, who refers."""
    return filing._replace(
        credential_check=_credential(known, filing.person_id, day),
        destination_opened=_is_opened(known, filing.destination_area),
        cut_bp=_cut_bp(known, filing, day),
        referring_tier=_referring_tier(known, filing),
        referred_from=referred_from(known, filing),
    )


def _credential(known: Known, person_id: str, day: date) -> CredentialCheck:
    held = known.credentials.get(person_id)
    if not held:
        return "unknown"
    return "valid" if any(one.is_valid(day) for one in held.values()) else "invalid"


def _is_opened(known: Known, area: str) -> bool:
    """Whether an institution there settles inpatient care of people from outside."""
    if area in known.opened:
        return True
    return any(one.is_opened and covers(area, one.area) for one in known.institutions.values())


def _cut_bp(known: Known, filing: Filing, day: date) -> int | None:
    """By how much less is paid than at home, by the policy of the filing's first day; None: there is none."""
    head = known.policies.in_force(filing.insured_area, filing.scheme, max(day, filing.starts_on))
    cuts = known.cuts.get(head.policy_id) if head else None
    if cuts is None:
        return None
    if filing.cannot_join_locally:
        return cuts.referral
    counted = "long_term" if CLASSES[filing.kind] == "long_term" else filing.kind
    cut_bp: int = getattr(cuts, counted)
    return cut_bp


def _referring_tier(known: Known, filing: Filing) -> Tier | None:
    """The tier of who issued the certificate, or of the one hospital of the node that files a referral."""
    if filing.kind != "referral":
        return None
    own = [*known.hospitals.get(filing.made_by, {})]
    name = filing.certificate_issuer_id or (own[0] if len(own) == 1 else None)
    issuer = known.institutions.get(name) if name else None
    return issuer.tier if issuer else None
