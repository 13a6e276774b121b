"""What travels about the way of a filing into force (备案审批): an area's rules, its reviews, its audits."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.messages.body import Area, Body, Fact, Identifier, Proof, Request, Result
from shared.messages.referral.filings import Channel, FilingKind, MaterialKind, Materials
from shared.messages.scope import SCOPE, Scope

Chain = Literal["auto", "one_review", "three_steps"]
Step = Literal["experts", "director", "agency"]
FilingState = Literal[
    "submitted",
    "in_force",
    "refused",
    "ended",
    "expired",
    "replaced",
    "cancelled",
    "coverage_changed",
]

_TOPICS = ("realtime.filings",)
_EVENTS = ("referral.events",)
_CHAIN = "auto: in force at once; one_review: the agency; three_steps: experts, director, agency"
_AUDITED = "channels whose filings, in force at once, the agency audits afterwards"
_MATERIALS = "what has to be shown, kind by kind; of a kind left out nothing / 必备材料"
_CHANNELS = "by which filings are taken; none: by all / 开通的办理渠道"
_LISTED = "kinds that name 2-3 institutions of distinct tiers / 须选定异地定点医院的类别"
Listed = Literal["resettled_retiree", "long_term_resident", "posted_worker"]


class RequiredMaterials(Body):
    """What an area has shown with filings of a kind (必备材料清单), 001 (十三).

    `commitment_accepted`: a written promise (承诺书) stands for what is not shown.
    """

    kind: FilingKind
    needed: tuple[MaterialKind, ...] = Field(min_length=1, max_length=6)
    commitment_accepted: bool = False


class SetFilingRules(Request):
    """Sets how an area takes filings of its persons (备案办理规则) from a day to come on, until set anew.

    A filing goes by what held on the day on which it was submitted. An emergency never waits for a review,
    needs no material and comes by any channel.
    """

    TOPICS = _TOPICS
    KEY = "insured_area"
    insured_area: Area
    in_force_from: date
    chain: Chain = Field(description=_CHAIN)
    audited: tuple[Channel, ...] = Field(default=(), max_length=7, description=_AUDITED)
    required_materials: tuple[RequiredMaterials, ...] = Field(
        default=(), max_length=5, description=_MATERIALS
    )
    channels: tuple[Channel, ...] = Field(default=(), max_length=7, description=_CHANNELS)
    listed: tuple[Listed, ...] = Field(default=(), max_length=3, description=_LISTED)


class FilingRulesSet(Fact):
    """An area takes filings by these rules (备案办理规则已定) from a day on."""

    TOPICS = _EVENTS
    KEY = "insured_area"
    insured_area: Area
    in_force_from: date
    chain: Chain
    audited: tuple[Channel, ...] = ()
    required_materials: tuple[RequiredMaterials, ...] = ()
    channels: tuple[Channel, ...] = ()
    listed: tuple[Listed, ...] = ()


class ReviewFiling(Request):
    """Approves or refuses a submitted filing at one step of its chain (审核备案), with the officer's opinion.

    What was refused by mistake is filed anew.
    """

    TOPICS = _TOPICS
    KEY = "person_id"
    filing_id: Identifier
    person_id: Identifier
    step: Step
    conclusion: Literal["approved", "refused"]
    officer: Identifier
    opinion: Proof


class AuditFiling(Request):
    """Keeps or ends a filing that was in force at once (事后核查), with the officer's opinion.

    One that was ended by mistake is opened again by `ReopenFiling`.
    """

    TOPICS = _TOPICS
    KEY = "person_id"
    filing_id: Identifier
    person_id: Identifier
    conclusion: Literal["kept", "ended"]
    officer: Identifier
    opinion: Proof


class FilingSubmitted(Fact):
    """A filing waits for its reviews (备案已提交); it counts for nothing yet."""

    TOPICS = _EVENTS
    KEY = "person_id"
    filing_id: Identifier
    person_id: Identifier
    kind: FilingKind
    insured_area: Area
    destination_area: Area
    starts_on: date
    submitted_on: date
    channel: Channel
    chain: Chain
    materials: Materials = ()
    scope: Scope = SCOPE


class FilingReviewed(Fact):
    """A filing was reviewed at a step or audited afterwards (已审核): by whom, when, with what result."""

    TOPICS = ("referral.events", "reply.<node>")
    KEY = "person_id"
    filing_id: Identifier
    person_id: Identifier
    step: Literal["experts", "director", "agency", "audit"]
    conclusion: Literal["approved", "refused", "kept", "ended"]
    officer: Identifier
    reviewed_on: date
    opinion: Proof


class FilingStands(Result):
    """How a filing stands (备案状态), and which step it waits for."""

    result: Literal["filing_stands"] = "filing_stands"
    filing_id: str
    filing_state: FilingState
    starts_on: date
    ends_on: date | None
    next_step: Step | None = None


class RulesKept(Result):
    """The area's rules of filing are kept."""

    result: Literal["rules_kept"] = "rules_kept"
    insured_area: str
    in_force_from: date
