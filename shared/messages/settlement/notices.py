"""What settlement tells a node that did not ask (通知), on its reply topic."""

from datetime import date

from shared.benefit.policy.form import FilingUsed
from shared.messages.body import Fact, Fen, Identifier
from shared.messages.settlement.visits import VisitSubject


class FilingCounts(VisitSubject):
    """A filing (备案) that came during a stay counts for it, as far as is known: a quote would be another.

    Told to the node of the hospital; which filing counts in the end is decided at the settlement (001 (九)).
    """

    TOPICS = ("reply.<node>",)
    filing_id: Identifier
    filing: FilingUsed
    filed_on: date


class SettlementReplaced(Fact):
    """A settlement was taken back and settled again, as an earlier one of the person's was reversed elsewhere
    (连带冲正). Told to the node that made it: the patient's part may be another, so is what the fund owes.

    `caused_by` is the settlement that was reversed; the visit's settlement in force is the new one.
    """

    TOPICS = ("reply.<node>",)
    KEY = "visit_id"
    visit_id: Identifier
    person_id: Identifier
    institution_id: str
    caused_by: str
    settlement_id: str
    fund_fen: Fen
    personal_fen: Fen
    new_settlement_id: str
    new_fund_fen: Fen
    new_personal_fen: Fen
    settled_on: date
