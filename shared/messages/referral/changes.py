"""What travels when a filing goes on (备案延续与变更): continued, changed with the coverage, opened again."""

from datetime import date
from typing import Annotated

from pydantic import Field

from shared.messages.body import Area, Fact, Identifier, InstitutionId, Proof, Request, Scheme
from shared.messages.referral.filings import NOT_LOCALLY, Channel, ChosenInstitutions, FilingKind

_TOPICS = ("realtime.filings",)
_Shown = Annotated[tuple[Proof, ...], Field(min_length=1, max_length=20)]


class ContinueFiling(Request):
    """Continues a referral for the same disease in one step (续办转诊), without a review.

    001 (十四): to its place and under its certificate. It is undone as any filing is.
    """

    TOPICS = _TOPICS
    KEY = "person_id"
    filing_id: Identifier
    person_id: Identifier
    continues_filing_id: Identifier
    starts_on: date
    channel: Channel


class ChangeFilingScheme(Request):
    """Carries a long-term filing over to the person's new scheme (险种变更), with proof, at once.

    001 (十) 三是: the insured area is as before. It is undone as any filing is.
    """

    TOPICS = _TOPICS
    KEY = "person_id"
    filing_id: Identifier
    person_id: Identifier
    continues_filing_id: Identifier
    channel: Channel
    evidence: _Shown


class ChangeFilingPlace(Request):
    """Files a long-term place anew under another insured area (参保地变更), with proof, by that area's rules.

    001 (十) 三是. It is undone as any filing is.
    """

    TOPICS = _TOPICS
    KEY = "person_id"
    filing_id: Identifier
    person_id: Identifier
    continues_filing_id: Identifier
    channel: Channel
    evidence: _Shown


class ReopenFiling(Request):
    """Opens a filing that was ended by mistake again (恢复备案), as if it had not been ended.

    `EndFiling` ends it anew.
    """

    TOPICS = _TOPICS
    KEY = "person_id"
    filing_id: Identifier
    person_id: Identifier
    officer: Identifier
    reason: Proof


class FilingReopened(Fact):
    """An end was a mistake (备案已恢复): by whom it was taken back, when and why."""

    TOPICS = ("referral.events",)
    KEY = "person_id"
    filing_id: Identifier
    person_id: Identifier
    officer: Identifier
    reopened_on: date
    reason: Proof


class TakeOverFiling(Request):
    """Takes a filing over from the system that was used before (迁移备案), as it stands there.

    By the insured place's agency, with the day of that filing, from which its lock counts (001 (十)), and its
    evidence as it was kept. One that is over is not taken over; one that is to end on a later day is. What
    has been taken over may be told again as it stands, and is refused if it is told otherwise.
    `CancelRequest` undoes it on the day on which it was told, and it may be told anew of the same person;
    `EndFiling` ends it later.
    """

    TOPICS = ("realtime.filings",)
    KEY = "person_id"
    filing_id: Identifier
    person_id: Identifier
    scheme: Scheme
    insured_area: Area
    kind: FilingKind
    destination_area: Area
    filed_on: date
    starts_on: date
    ends_on: date | None = Field(default=None, description="缺省按备案类型 / by default as its kind has it")
    channel: Channel
    evidence: tuple[Proof, ...] = Field(default=(), max_length=20)
    certificate_id: Identifier | None = None
    certificate_issuer_id: InstitutionId | None = None
    cannot_join_locally: bool = Field(default=False, description=NOT_LOCALLY)
    institutions: ChosenInstitutions = ()
