"""2303 住院预结算, 2304 住院结算: what the patient would pay, and the settlement itself.

The form does not count the lines: their number is that of the lines held, and what the HIS vouches for is
the total.
"""

from collections.abc import Generator

from shared.gateway.forms.asking import ask, names, visit_of
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.fields import Amount, Data, Flag, Scheme
from shared.gateway.forms.settled import setldetail, setlinfo
from shared.gateway.forms.transaction import Call, Steps, Told, Wanted
from shared.gateway.forms.visit import Liability, VisitName, control
from shared.messages.body import Result
from shared.messages.outcomes import Quoted, Settled
from shared.messages.settlement.found import VisitFound
from shared.messages.settlement.visits import QuoteVisit, SettleVisit


class Bill(VisitName, Liability):
    """The bill to settle: its total as the HIS has it, and whether the patient's account is used."""

    medfee_sumamt: Amount
    acct_used_flag: Flag = "0"
    insutype: Scheme | None = None


Settle = Data[Bill]  # 2303 and 2304


def quote(call: Call[Settle]) -> Steps:
    """Tells what a settlement would be now; changes nothing."""
    bill = call.form.data
    found = yield from _visit(call)
    body = QuoteVisit.model_validate(_body(call, found))
    quoted = yield from ask(body, Quoted)
    return Told(_told(bill, found, quoted))


def settle(call: Call[Settle]) -> Steps:
    """Settles the stay."""
    bill = call.form.data
    found = yield from _visit(call)
    settled = yield from ask(SettleVisit.model_validate(_body(call, found)), Settled)
    return Told(_told(bill, found, settled))


def _visit(call: Call[Settle]) -> Generator[Wanted, Result, VisitFound]:
    """How the visit stands. Raises FaultError where the HIS has the person under another scheme."""
    bill = call.form.data
    found = yield from visit_of(call.institution_id, bill)
    if bill.insutype not in (None, found.scheme):
        raise FaultError("FORM_INVALID", f"data.insutype: {found.scheme}")
    return found


def _body(call: Call[Settle], found: VisitFound) -> dict[str, object]:
    bill = call.form.data
    return {
        **names(call.institution_id, bill),
        "control": control(sum(day.lines for day in found.days), bill.medfee_sumamt),
        "use_account": bill.acct_used_flag == "1",
        "third_party": bill.ttp_pay_flag == "1",
        "liability_statement_id": bill.exp_content,
    }


def _told(bill: Bill, found: VisitFound, outcome: Quoted | Settled) -> dict[str, object]:
    setl_id = outcome.settlement_id if isinstance(outcome, Settled) else ""
    info = setlinfo(outcome.payments, bill.mdtrt_id, bill.psn_no, setl_id)
    if isinstance(outcome, Settled):
        info["setl_time"] = outcome.settled_on.isoformat()
    return {"setlinfo": info, "setldetail": setldetail(outcome.payments, found.scheme)}
