"""THE table of the gateway: each transaction of the national form (交易), how it is read and what it does."""

from typing import Any

from shared.gateway.books import claim, pages, reconcile
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.fields import Form
from shared.gateway.forms.transaction import Call, Steps, Transaction
from shared.gateway.forms.visit import Fees
from shared.gateway.inpatient import admit, cancel_admission, cancel_fees, discharge, upload_fees
from shared.gateway.inpatient import reverse as reverse_settlement
from shared.gateway.inpatient import settle as stay
from shared.gateway.outpatient import diagnose, fees, register
from shared.gateway.outpatient import settle as bill
from shared.gateway.person import entitlement, filing, reverse
from shared.gateway.queries import visits
from shared.messages.clearing.claims import WithdrawClaim
from shared.messages.clearing.months import ClaimAdvances
from shared.messages.referral.filings import SubmitFiling
from shared.messages.settlement.admissions import ChangeAdmission
from shared.messages.settlement.case_pages import SubmitCasePage
from shared.messages.settlement.corrections import CancelDischarge
from shared.messages.settlement.visits import (
    AdmitPatient,
    DischargePatient,
    ReverseSettlement,
    SettleOutpatient,
    SettleVisit,
)


class AnyInput(Form):
    """An input that is not read."""


def _no_counterpart(call: Call[Any]) -> Steps:
    raise FaultError("NO_COUNTERPART", call.envelope.infno)


TABLE: dict[str, Transaction] = {
    "1101": Transaction(entitlement.FindPerson, entitlement.find_person, "question", is_reversible=False),
    "2001": Transaction(
        entitlement.CheckEntitlement, entitlement.check_entitlement, "question", is_reversible=False
    ),
    "2201": Transaction(register.Register, register.register, "desk", is_reversible=False),
    "2202": Transaction(
        register.CancelRegistration, register.cancel_registration, "desk", is_reversible=False
    ),
    "2203": Transaction(diagnose.Diagnose, diagnose.diagnose, "desk", is_reversible=False),
    "2204": Transaction(Fees, fees.upload_fees, "desk", is_reversible=False),
    "2205": Transaction(fees.CancelFees, fees.cancel_fees, "desk", is_reversible=False),
    "2206": Transaction(bill.Settle, bill.quote, "question", is_reversible=False),
    "2207": Transaction(bill.Settle, bill.settle, "desk", SettleOutpatient),
    "2208": Transaction(reverse_settlement.Reverse, reverse_settlement.reverse, "desk", ReverseSettlement),
    "2301": Transaction(Fees, upload_fees.upload_fees),
    "2302": Transaction(cancel_fees.CancelFees, cancel_fees.cancel_fees),
    "2303": Transaction(stay.Settle, stay.quote, "question", is_reversible=False),
    "2304": Transaction(stay.Settle, stay.settle, "desk", SettleVisit),
    "2305": Transaction(reverse_settlement.Reverse, reverse_settlement.reverse, "desk", ReverseSettlement),
    "2401": Transaction(admit.Admit, admit.admit, "kept", AdmitPatient),
    "2402": Transaction(discharge.Discharge, discharge.discharge, "kept", DischargePatient),
    "2403": Transaction(admit.Change, admit.change, "kept", ChangeAdmission),
    "2404": Transaction(
        cancel_admission.CancelAdmission, cancel_admission.cancel_admission, original="mdtrt_id", of=("2401",)
    ),
    "2405": Transaction(discharge.Return, discharge.cancel_discharge, "kept", CancelDischarge),
    "2501": Transaction(filing.FileTransfer, filing.file_transfer, "kept", SubmitFiling),
    "2502": Transaction(
        filing.CancelTransfer, filing.cancel_transfer, original="trt_dcla_detl_sn", of=("2501",)
    ),
    "2601": Transaction(reverse.Reverse, reverse.reverse, original="omsgid", is_reversible=False),
    "3201": Transaction(
        reconcile.ReconcileTotals, reconcile.reconcile_totals, "question", is_reversible=False
    ),
    "3202": Transaction(reconcile.ReconcileLines, reconcile.reconcile_lines, "question", is_reversible=False),
    "3203": Transaction(claim.Apply, claim.apply, "kept", ClaimAdvances),
    "3204": Transaction(
        claim.WithdrawApplication, claim.withdraw, "kept", WithdrawClaim, "clr_appy_evt_id", ("3203", "3261")
    ),
    "3260": Transaction(claim.Extract, claim.extract, "question", is_reversible=False),
    "3261": Transaction(claim.Confirm, claim.confirm, "kept", ClaimAdvances),
    "3262": Transaction(claim.RollBack, claim.roll_back, "kept", WithdrawClaim, "otransid", ("3261",)),
    "4101": Transaction(pages.SettlementList, pages.check_list, "question", is_reversible=False),
    "4401": Transaction(pages.CasePage, pages.submit_page, "kept", SubmitCasePage),
    "5201": Transaction(visits.AskVisit, visits.ask_visit, "question", is_reversible=False),
    "5202": Transaction(AnyInput, _no_counterpart, "question", is_reversible=False),
    "5203": Transaction(visits.AskVisit, visits.ask_settlement, "question", is_reversible=False),
    "5204": Transaction(visits.AskVisit, visits.ask_fees, "question", is_reversible=False),
}
SIGN_IN, SIGN_OUT, REVERSE = "9001", "9002", "2601"
