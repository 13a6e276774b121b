"""What travels about recoveries (追回): money of a settlement, found unduly paid, goes back by its funds."""

from datetime import date

from pydantic import Field

from shared.messages.amounts import FundAmounts
from shared.messages.body import Area, Fact, Identifier, InstitutionId, Month, Proof, Request, Text

MOST_PROOFS = 20


class OrderRecovery(Request):
    """The treatment center orders that money of a settlement go back to the insured place (001 (十八)).

    Fund by fund and by the original channel, never more than the settlement's lines came to. Ordered by
    mistake, its line is disputed in its statement, as any line is. Fines are no part of it.
    """

    TOPICS = ("monthly.claims",)
    KEY = "settlement_id"
    settlement_id: Identifier
    center_id: Area
    officer: Identifier
    recovered: FundAmounts
    reason: Proof
    evidence: tuple[Text, ...] = Field(default=(), max_length=MOST_PROOFS)


class RecoveryDecided(Fact):
    """Money of a settlement goes back to its insured area (已决定追回), by a line below zero in a month."""

    TOPICS = ("clearing.events", "reply.<node>")
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
