"""Trauma (外伤): paid directly where no third party is liable, and verified afterwards (001 (七)). Pure.

The fund does not pay what a third party owes (社会保险法 第三十条): meanwhile the bill is the patient's.
"""

from services.settlement.model.visit import Injury, Visit
from shared.bus.message import Message
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.settlement.admissions import ChangeAdmission, SettleInterim
from shared.messages.settlement.corrections import VerificationOpened
from shared.messages.settlement.reimbursement import ClaimReimbursement, UploadSelfPaid
from shared.messages.settlement.visits import AdmitPatient, OutpatientBill, QuoteVisit, SettleVisit


def injury_of(body: AdmitPatient | ChangeAdmission | OutpatientBill | UploadSelfPaid) -> Injury | None:
    """Who is liable for a trauma, as far as the institution knows; None where there is none."""
    if body.third_party:
        return "third_party"
    return "own" if body.trauma else None


def stated(
    visit: Visit, body: QuoteVisit | SettleVisit | SettleInterim | OutpatientBill | ClaimReimbursement
) -> Visit | Answer:
    """The visit with the liability stated by now; refused if a third party is liable or nobody has signed.

    A statement signed after the admission overrules a third party that was named there.
    """
    if visit.injury is None and not body.third_party:
        return visit
    if body.third_party or (visit.injury == "third_party" and body.liability_statement_id is None):
        return refuse("THIRD_PARTY_LIABLE", visit.visit_id)
    liability_statement_id = body.liability_statement_id or visit.liability_statement_id
    if liability_statement_id is None:
        return refuse("STATEMENT_MISSING", "liability_statement_id")
    return visit._replace(injury="own", liability_statement_id=liability_statement_id)


def to_verify(message: Message, visit: Visit, settlement_id: str, fund_fen: int) -> VerificationOpened:
    """The task of verifying a trauma that was settled directly, for the treatment area's agency."""
    return VerificationOpened.model_validate(
        {
            "visit_id": visit.visit_id,
            "person_id": visit.person_id,
            "institution_id": visit.institution_id,
            "task_id": message.derive(f"verification {settlement_id}"),
            "settlement_id": settlement_id,
            "treatment_area": visit.treatment_area,
            "liability_statement_id": visit.liability_statement_id,
            "fund_fen": fund_fen,
            "opened_on": message.day,
        }
    )
