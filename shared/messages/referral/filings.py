"""What travels about filings (备案): an insured person's notice of care outside the home area."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.messages.body import Area, Body, Fact, Identifier, InstitutionId, Proof, Request, Result, Scheme
from shared.messages.scope import SCOPE, Scope

FilingKind = Literal[
    "resettled_retiree",
    "long_term_resident",
    "posted_worker",
    "referral",
    "emergency",
    "other_temporary",
]
Channel = Literal[
    "national_app",
    "national_mini_program",
    "state_council_client",
    "provincial_app",
    "provincial_web",
    "agency",
    "township",
]

Ending = Literal["ended", "expired", "replaced", "cancelled", "coverage_changed"]

MaterialKind = Literal[
    "application_form",
    "residence_proof",
    "long_stay_proof",
    "employment_proof",
    "referral_certificate",
    "emergency_record",
    "commitment",
]
Materials = Annotated[tuple[MaterialKind, ...], Field(max_length=7)]
"""What is shown with a filing (备案材料); a commitment (承诺书) stands for the rest where it is taken."""

Evidence = Annotated[tuple[Proof, ...], Field(max_length=20)]
TripReason = Literal["business", "study", "holiday"]
CredentialCheck = Literal["valid", "invalid", "unknown"]

_EVENTS = ("referral.events",)
Ratio = Annotated[int, Field(ge=0, le=10_000)]
NOT_LOCALLY = "NRCMS: lives there and cannot join the insurance there; paid as a referral (000 五(三))"
_ISSUED_ON = "缺省为备案之日 / by default the day of the filing"


_CUT = "what is paid less than at home, basis points; none: no policy is known / 比本地少付的比例"


class FilingChecks(Body):
    """What was checked when a filing was made (备案预检), 003 四; what is amiss can be mended in time.

    `credential_check`: whether one may be shown that day; `destination_opened`: whether an institution there
    settles inpatient care.
    """

    credential_check: CredentialCheck
    destination_opened: bool
    insurance: Literal["normal"] = "normal"


class ChosenInstitution(Body):
    """An institution that a person chooses where they live or work (异地定点医院), 004-4 二(三)(四)."""

    institution_id: InstitutionId


MOST_CHOSEN = 3
ChosenInstitutions = Annotated[tuple[ChosenInstitution, ...], Field(max_length=MOST_CHOSEN)]


class SubmitFiling(Request):
    """Files care outside (办理备案): an area, never a hospital across provinces (001 (十一), 003 二).

    Within a province `institutions` may be asked for by the area's rules (004-4 二). They are changed
    (变更异地定点医院), and changed back, by a filing of the same place that continues the one before.
    """

    TOPICS = ("realtime.filings",)
    KEY = "person_id"
    filing_id: Identifier
    person_id: Identifier
    kind: FilingKind
    destination_area: Area
    starts_on: date
    channel: Channel
    evidence: Evidence = ()
    certificate_id: Identifier | None = None
    continues_filing_id: Identifier | None = None
    certificate_issuer_id: InstitutionId | None = None
    certificate_issued_on: date | None = Field(default=None, description=_ISSUED_ON)
    cannot_join_locally: bool = Field(default=False, description=NOT_LOCALLY)
    trip_reason: TripReason | None = None
    materials: Materials = ()
    institutions: ChosenInstitutions = ()
    applicant: Literal["person", "employer"] = "person"
    posted_until: date | None = None
    lives_there_since: date | None = None


class EndFiling(Request):
    """Ends a filing (取消备案); a long-term one is locked for its first 6 months without proof (001 (十))."""

    TOPICS = ("realtime.filings",)
    KEY = "person_id"
    filing_id: Identifier
    person_id: Identifier
    ends_on: date
    evidence: Evidence = ()


class FilingAccepted(Fact):
    """A filing is in force (备案生效) from `starts_on` until `ends_on` (exclusive; none = open).

    It belongs to the coverage it was made under, and counts for that alone: insured area and scheme (none:
    not told before). `referred_from`: the place where a long-term resident is referred on; none: from home.
    `taken_over_on`: the day on which it came from the system before; none: it was filed here.
    """

    TOPICS = _EVENTS
    KEY = "person_id"
    filing_id: Identifier
    person_id: Identifier
    kind: FilingKind
    filing_class: Literal["long_term", "temporary"]
    insured_area: Area
    destination_area: Area
    starts_on: date
    ends_on: date | None
    filed_on: date
    channel: Channel
    scheme: Scheme | None = None
    cannot_join_locally: bool = Field(default=False, description=NOT_LOCALLY)
    trip_reason: TripReason | None = None
    checks: FilingChecks | None = None
    cut_bp: Ratio | None = Field(default=None, description=_CUT)
    referred_from: Area | None = None
    materials: Materials = ()
    institutions: ChosenInstitutions = ()
    taken_over_on: date | None = None
    scope: Scope = SCOPE


class FilingEnded(Fact):
    """A filing is no longer in force from `ends_on` on: ended, expired, replaced or cancelled."""

    TOPICS = _EVENTS
    KEY = "person_id"
    filing_id: Identifier
    person_id: Identifier
    ends_on: date
    reason: Ending


class Filed(Result):
    """The filing as it stands, for the area it counts for (a county's city).

    `next_step`: the review that it waits for; none: it is in force.
    """

    result: Literal["filed"] = "filed"
    filing_id: str
    kind: FilingKind
    filing_class: Literal["long_term", "temporary"]
    destination_area: str = ""
    starts_on: date
    ends_on: date | None
    next_step: Literal["experts", "director", "agency"] | None = None
    checks: FilingChecks | None = None
    cut_bp: Ratio | None = Field(default=None, description=_CUT)


class FilingClosed(Result):
    """The filing has ended."""

    result: Literal["filing_closed"] = "filing_closed"
    filing_id: str
    ends_on: date
