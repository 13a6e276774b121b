"""A filing (备案), and its life cycle as a table."""

from datetime import date
from typing import Literal, NamedTuple

from services.referral.model.chain import STEPS
from shared.messages.referral.filings import (
    CredentialCheck,
    FilingChecks,
    FilingEnded,
    FilingKind,
    Materials,
    TripReason,
)
from shared.messages.referral.reviews import Chain, FilingState, Step
from shared.messages.referral.worklist import Tier

FilingClass = Literal["long_term", "temporary"]

CLASSES: dict[FilingKind, FilingClass] = {
    "resettled_retiree": "long_term",
    "long_term_resident": "long_term",
    "posted_worker": "long_term",
    "referral": "temporary",
    "emergency": "temporary",
    "other_temporary": "temporary",
}
"""The class of a kind is derived, never given (001 (二))."""

IN_FORCE: FilingState = "in_force"
STARTS: tuple[FilingState, ...] = ("in_force", "submitted")
"""A filing is effective at once (003 二), or waits for the reviews that its area asks for (004-4 二(二))."""

LIFE: dict[tuple[FilingState, str], FilingState] = {
    ("submitted", "approve"): "submitted",
    ("submitted", "approve last"): "in_force",
    ("submitted", "refuse"): "refused",
    ("submitted", "CancelRequest"): "cancelled",
    ("in_force", "EndFiling"): "ended",
    ("in_force", "AuditFiling"): "ended",
    ("in_force", "SubmitFiling"): "replaced",
    ("in_force", "CancelRequest"): "cancelled",
    ("in_force", "FilingDue"): "expired",
    ("in_force", "CoverageDue"): "coverage_changed",
    ("in_force", "CoverageChanged"): "coverage_changed",
    # Not over yet, but to end on a later day.
    ("ended", "EndFiling"): "ended",
    ("ended", "AuditFiling"): "ended",
    ("ended", "ReopenFiling"): "in_force",
    ("ended", "SubmitFiling"): "replaced",
    ("ended", "CoverageDue"): "coverage_changed",
    ("ended", "CoverageChanged"): "coverage_changed",
    ("replaced", "SubmitFiling"): "replaced",
    ("replaced", "CoverageDue"): "coverage_changed",
    ("replaced", "CoverageChanged"): "coverage_changed",
}
"""State, message → next state; an absent key is a refusal `FILING_STATE`, or nothing happens."""

NEVER_HELD: frozenset[FilingState] = frozenset({"submitted", "refused"})
"""States of a filing that never was in force."""


LISTED = 100
"""A page of what is listed; one more is read, to tell whether there are further ones."""


class Filing(NamedTuple):
    """A filing (备案); `ends_on` is exclusive, none = open. `request_id` is what its submission derives.

    It belongs to the coverage it was made under: scheme and insured area. `made_by`: the node that filed it.
    `filed_on`: the day it was in force at the earliest, `submitted_on` that on which it was asked for. From
    `credential_check` on stands what was found on that day (备案预检); none for one that was made before.
    """

    filing_id: str
    person_id: str
    partition: int
    request_id: str
    kind: FilingKind
    scheme: str
    insured_area: str
    destination_area: str
    starts_on: date
    ends_on: date | None
    filed_on: date
    channel: str
    certificate_id: str | None
    continues_filing_id: str | None
    replaces_filing_id: str | None
    evidence: tuple[str, ...]
    state: FilingState
    made_by: str
    chain: Chain
    steps_done: int
    submitted_on: date
    to_audit: bool
    cannot_join_locally: bool = False
    trip_reason: TripReason | None = None
    certificate_issuer_id: str | None = None
    credential_check: CredentialCheck | None = None
    destination_opened: bool | None = None
    cut_bp: int | None = None
    referring_tier: Tier | None = None
    referred_from: str | None = None
    materials: Materials = ()
    chosen: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[str, str]:
        """The coverage it belongs to."""
        return self.scheme, self.insured_area

    @property
    def filing_class(self) -> FilingClass:
        """Long-term (长期) or temporary (临时)."""
        return CLASSES[self.kind]

    @property
    def checks(self) -> FilingChecks | None:
        """What was checked when it was made; the insurance was normal, or it would have been refused."""
        if self.credential_check is None or self.destination_opened is None:
            return None
        return FilingChecks(
            credential_check=self.credential_check, destination_opened=self.destination_opened
        )

    @property
    def taken_over_on(self) -> date | None:
        """The day on which it was taken over from the system before; none: it was filed here."""
        return self.submitted_on if self.submitted_on > self.filed_on else None

    @property
    def made_on(self) -> date:
        """The day on which it was told here, and can be undone."""
        return self.taken_over_on or self.filed_on

    @property
    def next_step(self) -> Step | None:
        """The step that it waits for; none if it waits for none."""
        return STEPS[self.chain][self.steps_done] if self.state == "submitted" else None

    @property
    def has_held(self) -> bool:
        """Whether it was in force at some time."""
        return self.state not in NEVER_HELD and self.runs_after(self.starts_on)

    def ended(self, end: FilingEnded) -> "Filing":
        """The filing after its end was said."""
        return self._replace(ends_on=end.ends_on, state=end.reason)

    def runs_after(self, day: date) -> bool:
        """Whether the filing still holds after the day."""
        return self.ends_on is None or self.ends_on > day


class ChangedFiling(NamedTuple):
    """A filing that is held already, as it has become; `anew`: all of it, told again once undone."""

    filing: Filing
    anew: bool = False
