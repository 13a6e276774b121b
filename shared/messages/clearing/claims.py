"""What travels about a claim under review (回款申请审核): verdicts, answers, and the way back."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.messages.amounts import FundAmounts
from shared.messages.body import (
    Area,
    Body,
    Count,
    Fact,
    Identifier,
    InstitutionId,
    Proof,
    Question,
    Request,
    Text,
)

_CLAIMS = ("monthly.claims",)
_TOLD = ("clearing.events", "reply.<node>")
MOST_LINES = 500

CenterVerdict = Literal["accept", "deduct", "ask"]
LineState = Literal[
    "WITH_INSURED",
    "WITH_TREATMENT",
    "ASKED_BY_INSURED",
    "ASKED_BY_TREATMENT",
    "REVIEWED",
    "WITHDRAWN",
    "REVERSED",
]


class LineVerdict(Body):
    """What an officer says of one settlement in a claim (审核意见).

    `accept`: what stands of it, that is the whole, or what the first center left of it. `deduct`: only what
    is `accepted` of it, for a `reason`. `ask`: nothing yet; the hospital is to send what `reason` names.
    """

    settlement_id: Identifier
    verdict: CenterVerdict
    accepted: FundAmounts | None = None
    reason: Text = ""


class ReviewClaim(Request):
    """An officer of the center whose turn it is reviews lines of a claim (审核, 000 三(三)3, 004-5 三(五)).

    The last center's verdict is final, since a settlement is reviewed once in the arithmetic of its month:
    what was accepted too high comes back by a dispute or a recovery, and what was deducted wrongly is claimed
    anew once the hospital has reversed the settlement and settled again. A first verdict is not given anew
    either: the second center says what counts.
    """

    TOPICS = _CLAIMS
    KEY = "institution_id"
    claim_id: Identifier
    institution_id: InstitutionId
    center_id: Area
    officer: Identifier
    verdicts: tuple[LineVerdict, ...] = Field(min_length=1, max_length=MOST_LINES)


class AnswerReview(Request):
    """The hospital answers what a center asks about a line (补充材料): it is that center's turn again."""

    TOPICS = _CLAIMS
    KEY = "institution_id"
    claim_id: Identifier
    institution_id: InstitutionId
    settlement_id: Identifier
    answer: Proof
    evidence: tuple[Text, ...] = Field(default=(), max_length=20)


class WithdrawClaim(Request):
    """The hospital takes its claim back (撤销回款申请) while nothing of it was accepted or deducted.

    Its settlements may be claimed again; the claim's id stays taken.
    """

    TOPICS = _CLAIMS
    KEY = "institution_id"
    claim_id: Identifier
    institution_id: InstitutionId
    reason: Text = ""


class QueryClaim(Question):
    """Asks where a claim and each of its lines stands (回款申请查询), 100 lines at a time."""

    TOPICS = _CLAIMS
    KEY = "institution_id"
    claim_id: Identifier
    institution_id: InstitutionId
    skip: Count = 0


class ReviewedLine(Body):
    """What a center said of one settlement, what of it is accepted so far, and whose turn it is then."""

    settlement_id: Identifier
    verdict: CenterVerdict
    accepted: FundAmounts | None = None
    reason: Text = ""
    line_state: LineState


class ClaimLinesReviewed(Fact):
    """A center has reviewed lines of a claim (已审核); where `line_state` is REVIEWED, that is final."""

    TOPICS = _TOLD
    KEY = "institution_id"
    claim_id: Identifier
    institution_id: InstitutionId
    center_id: Area
    officer: Identifier
    reviewed_on: date
    reviewed: tuple[ReviewedLine, ...]


class ReviewAnswered(Fact):
    """The hospital has answered what a center asked about a line (已补充材料)."""

    TOPICS = _TOLD
    KEY = "institution_id"
    claim_id: Identifier
    institution_id: InstitutionId
    settlement_id: Identifier
    center_id: Area
    answer: Proof
    evidence: tuple[Text, ...] = ()
    answered_on: date


class ClaimWithdrawn(Fact):
    """A claim was taken back (已撤销): nothing of it is reviewed any more."""

    TOPICS = _TOLD
    KEY = "institution_id"
    claim_id: Identifier
    institution_id: InstitutionId
    reason: Text = ""
    withdrawn_on: date
