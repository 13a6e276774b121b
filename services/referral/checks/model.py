"""What referral keeps of credentials and of policies' cuts, to check filings by."""

from datetime import date
from typing import NamedTuple

from shared.benefit.policy.form import FilingUsed, Policy
from shared.messages.enrollment.credentials import CredentialChanged


class KnownCredential(NamedTuple):
    """A credential (就医凭证) of a person, as told last; `valid_until` and `revoked_on` are exclusive."""

    person_id: str
    credential_id: str
    valid_from: date
    valid_until: date | None
    revoked_on: date | None

    def is_valid(self, day: date) -> bool:
        """Whether it may be shown on a day."""
        ends = [end for end in (self.valid_until, self.revoked_on) if end]
        return self.valid_from <= day and all(day < end for end in ends)


class KnownCuts(NamedTuple):
    """By how many basis points a policy (待遇政策) pays less elsewhere, by what the filing counts as."""

    policy_id: str
    long_term: int
    referral: int
    emergency: int
    other_temporary: int


_COUNTED: tuple[FilingUsed, ...] = ("long_term", "referral", "emergency", "other_temporary")


def credential_told(body: CredentialChanged) -> KnownCredential:
    """The credential as it is told; never its number."""
    return KnownCredential(*(getattr(body, name) for name in KnownCredential._fields))


def cuts_told(policy: Policy) -> KnownCuts:
    """The cuts of a policy that is published."""
    return KnownCuts(policy.policy_id, *(policy.out_of_area.cut_bp(kind) for kind in _COUNTED))
