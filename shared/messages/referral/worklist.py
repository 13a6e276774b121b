"""What travels about referred patients (转诊接诊): announced to an institution, answered, listed."""

from datetime import date
from typing import Literal

from shared.messages.body import (
    Area,
    Body,
    Fact,
    Identifier,
    InstitutionId,
    Proof,
    Question,
    Request,
    Result,
    Scheme,
    Text,
)
from shared.messages.referral.filings import FilingKind

_TOPICS = ("realtime.filings",)
_TOLD = ("referral.events", "reply.<node>")

Tier = Literal["1", "2", "3"]
Direction = Literal["up", "down", "level"]
Reception = Literal["waiting", "received", "declined"]


class AnnounceReferral(Request):
    """Announces a referred patient to an institution where the filing leads (转诊推送), 000 三(二)2.

    It is information: the filing counts in its whole area all the same (003 二). Undone by `CancelRequest`
    until the institution has answered.
    """

    TOPICS = _TOPICS
    KEY = "person_id"
    filing_id: Identifier
    person_id: Identifier
    institution_id: InstitutionId
    note: Text = ""


class AcknowledgeReferral(Request):
    """Answers an announced referral (接诊确认): the institution will receive the patient, or declines.

    Answered by mistake, it is answered anew.
    """

    TOPICS = _TOPICS
    KEY = "person_id"
    filing_id: Identifier
    person_id: Identifier
    institution_id: InstitutionId
    reception: Literal["received", "declined"]
    officer: Identifier
    opinion: Proof


class ReferralAnnounced(Fact):
    """A referred patient is announced to an institution (转诊已推送), which is told at once (000 三(二)2).

    `direction`: up, down or level by the tiers of who refers and receives (001 (十二)), if both are known.
    """

    TOPICS = _TOLD
    KEY = "person_id"
    filing_id: Identifier
    person_id: Identifier
    institution_id: InstitutionId
    kind: FilingKind
    insured_area: Area
    scheme: Scheme
    starts_on: date
    ends_on: date | None
    announced_on: date
    note: Text = ""
    referring_tier: Tier | None = None
    receiving_tier: Tier | None = None
    direction: Direction | None = None


class ReferralAcknowledged(Fact):
    """An institution has answered an announced referral (接诊已确认); who announced it is told."""

    TOPICS = _TOLD
    KEY = "person_id"
    filing_id: Identifier
    person_id: Identifier
    institution_id: InstitutionId
    reception: Literal["received", "declined"]
    officer: Identifier
    opinion: Proof
    acknowledged_on: date


class ReferralWithdrawn(Fact):
    """A referral that was announced by mistake is not (转诊推送已撤回); the institution is told."""

    TOPICS = _TOLD
    KEY = "person_id"
    filing_id: Identifier
    person_id: Identifier
    institution_id: InstitutionId
    withdrawn_on: date


class QueryReferrals(Question):
    """Asks for an institution's worklist of referred patients (转诊接诊清单), 100 at a time (000 五(二)).

    Those of filings in force that it has not declined, the first announced first. `after_on` and
    `after_filing_id`: day and filing of the last one told before; only what follows it is told.
    """

    TOPICS = _TOPICS
    KEY = "institution_id"
    institution_id: InstitutionId
    after_on: date | None = None
    after_filing_id: Identifier | None = None


class ListedReferral(Body):
    """A referred patient on an institution's worklist; `ends_on` is exclusive, none = open."""

    filing_id: str
    person_id: str
    kind: FilingKind
    insured_area: Area
    scheme: Scheme
    starts_on: date
    ends_on: date | None
    announced_on: date
    reception: Reception
    note: str


class ReferralsFound(Result):
    """A page of an institution's worklist (转诊接诊清单); `more`: further ones."""

    result: Literal["referrals_found"] = "referrals_found"
    institution_id: str
    referrals: tuple[ListedReferral, ...]
    more: bool


class ReferralStands(Result):
    """How an announced referral stands (接诊状态)."""

    result: Literal["referral_stands"] = "referral_stands"
    filing_id: str
    institution_id: str
    reception: Reception
