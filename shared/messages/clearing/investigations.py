"""What travels about investigations and recoveries (费用协查与追回): a line in doubt, and what goes back.

An investigation is opened by a center, or by clearing where a stay costs more than its agreement's
`investigate_above_fen`; the treatment side answers for it. A recovery needs none.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.messages.amounts import FundAmounts
from shared.messages.body import Area, Fact, Identifier, InstitutionId, Month, Proof, Request, Text

MOST_PROOFS = 20
_ASKED = ("monthly.claims",)
_TOLD = ("clearing.events", "reply.<node>")
Found = Literal["nothing_found", "recovered"]
Unanswered = Literal["ANSWER", "CLOSURE"]


class OpenInvestigation(Request):
    """A center has a line investigated (发起协查); it stands out of what is payable until that is closed.

    Opened by mistake, it is closed with nothing found.
    """

    TOPICS = _ASKED
    KEY = "line_id"
    line_id: Identifier
    center_id: Area
    officer: Identifier
    reason: Proof
    evidence: tuple[Text, ...] = Field(default=(), max_length=MOST_PROOFS)


class AnswerInvestigation(Request):
    """The treatment center answers (协查反馈), with what it found to be unduly paid, if anything.

    Another answer takes the place of the one before, until the investigation is closed.
    """

    TOPICS = _ASKED
    KEY = "line_id"
    line_id: Identifier
    center_id: Area
    officer: Identifier
    findings: Proof
    undue: FundAmounts | None = None
    evidence: tuple[Text, ...] = Field(default=(), max_length=MOST_PROOFS)


class CloseInvestigation(Request):
    """The insured center closes an investigation (办结协查): nothing found, or `recovered` goes back.

    No more goes back than the treatment center has found undue. Closed by mistake, it is opened anew; what
    went back is disputed in its statement.
    """

    TOPICS = _ASKED
    KEY = "line_id"
    line_id: Identifier
    center_id: Area
    officer: Identifier
    recovered: FundAmounts | None = None
    reason: Proof


class InvestigationOpened(Fact):
    """A line is investigated (已发起协查); the treatment center answers by `answer_by`.

    By a center's officer, or by rule (`ABOVE_LIMIT`): then neither is named.
    """

    TOPICS = _TOLD
    KEY = "settlement_id"
    investigation_id: Identifier
    line_id: Identifier
    settlement_id: Identifier
    institution_id: InstitutionId
    why: Literal["BY_HAND", "ABOVE_LIMIT"]
    center_id: Area | None = None
    officer: Identifier | None = None
    reason: Text
    evidence: tuple[Text, ...] = ()
    begun_on: date
    answer_by: date


class InvestigationAnswered(Fact):
    """The treatment center has answered (已反馈); the insured center closes it by `close_by`."""

    TOPICS = _TOLD
    KEY = "settlement_id"
    investigation_id: Identifier
    line_id: Identifier
    settlement_id: Identifier
    institution_id: InstitutionId
    center_id: Area
    officer: Identifier
    findings: Text
    undue: FundAmounts | None = None
    evidence: tuple[Text, ...] = ()
    answered_on: date
    close_by: date


class InvestigationClosed(Fact):
    """An investigation is closed (已办结): nothing was found, or money goes back by a recovery."""

    TOPICS = _TOLD
    KEY = "settlement_id"
    investigation_id: Identifier
    line_id: Identifier
    settlement_id: Identifier
    institution_id: InstitutionId
    center_id: Area
    officer: Identifier
    found: Found
    recovery_id: Identifier | None = None
    reason: Text
    closed_on: date


class InvestigationOverdue(Fact):
    """An investigation is not answered, or not closed, by its day (协查逾期); both centers are told, once."""

    TOPICS = _TOLD
    KEY = "settlement_id"
    investigation_id: Identifier
    line_id: Identifier
    settlement_id: Identifier
    institution_id: InstitutionId
    omitted: Unanswered
    center_id: Area
    due_on: date


class OrderRecovery(Request):
    """The treatment center orders that money of a settlement go back to the insured place (001 (十八)).

    Fund by fund and by the original channel, never more than the settlement's lines came to. Ordered by
    mistake, its line is disputed in its statement, as any line is. Fines are no part of it.
    """

    TOPICS = _ASKED
    KEY = "settlement_id"
    settlement_id: Identifier
    center_id: Area
    officer: Identifier
    recovered: FundAmounts
    reason: Proof
    evidence: tuple[Text, ...] = Field(default=(), max_length=MOST_PROOFS)


class RecoveryDecided(Fact):
    """Money of a settlement goes back to its insured area (已决定追回), by a line below zero in a month."""

    TOPICS = _TOLD
    KEY = "settlement_id"
    recovery_id: Identifier
    settlement_id: Identifier
    institution_id: InstitutionId
    insured_area: Area
    center_id: Area
    officer: Identifier
    recovered: FundAmounts
    decided_on: date
    month: Month
    reason: Text
    evidence: tuple[Text, ...] = ()
    investigation_id: Identifier | None = None
