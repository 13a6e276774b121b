"""2303 住院预结算, 2304 住院结算: what the patient would pay, and the settlement itself.

The form does not count the lines: their number is that of the lines held, and what the HIS vouches for is
the total. Settled in between (中途结算) the stay goes on under the number of that very 2304, as a visit has
the number of its 2401: assumed, since no public page says what becomes of `mdtrt_id`.
"""

from collections.abc import Generator

from pydantic import Field

from shared.gateway.forms.asking import ask, names, visit_of
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.fields import Amount, Data, Day, Flag, Scheme
from shared.gateway.forms.settled import setldetail, setlinfo
from shared.gateway.forms.transaction import Call, Steps, Told, Wanted
from shared.gateway.forms.visit import Liability, VisitName, control
from shared.messages.body import Result
from shared.messages.outcomes import Quoted, Settled
from shared.messages.settlement.admissions import SettleInterim
from shared.messages.settlement.found import VisitFound
from shared.messages.settlement.visits import QuoteVisit, SettleVisit


class Bill(VisitName, Liability):
    """The bill to settle: its total as the HIS has it, and whether the patient's account is used.

    `mid_setl_flag`: the patient stays; `dscgTime` is then the last day that is settled (assumed).
    """

    medfee_sumamt: Amount
    acct_used_flag: Flag = "0"
    insutype: Scheme | None = None
    mid_setl_flag: Flag = "0"
    last_on: Day | None = Field(default=None, alias="dscgTime")


Settle = Data[Bill]  # 2303 and 2304


def quote(call: Call[Settle]) -> Steps:
    """Tells what a settlement would be now; changes nothing."""
    bill = call.form.data
    found = yield from _visit(call)
    body = QuoteVisit.model_validate(_body(call, found))
    quoted = yield from ask(body, Quoted)
    return Told(_told(bill, found, quoted))


def settle(call: Call[Settle]) -> Steps:
    """Settles the stay, or a part of it; where the stay goes on is told in `exp_content`."""
    bill = call.form.data
    is_part = bill.mid_setl_flag == "1"
    if is_part and bill.last_on is None:
        raise FaultError("FORM_INVALID", "data.dscgTime: mid_setl_flag 1")
    found = yield from _visit(call)
    asked = _body(call, found)
    if is_part:
        asked |= {"last_on": bill.last_on, "next_visit_id": call.msgid}
    body = (SettleInterim if is_part else SettleVisit).model_validate(asked)
    settled = yield from ask(body, Settled)
    return Told(_told(bill, found, settled, goes_on_as=call.msgid if is_part else ""))


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


def _told(
    bill: Bill, found: VisitFound, outcome: Quoted | Settled, goes_on_as: str = ""
) -> dict[str, object]:
    setl_id = outcome.settlement_id if isinstance(outcome, Settled) else ""
    info = setlinfo(outcome.payments, bill.mdtrt_id, bill.psn_no, setl_id)
    if isinstance(outcome, Settled):
        info["setl_time"] = outcome.settled_on.isoformat()
    if goes_on_as:
        info["exp_content"] = goes_on_as
    return {"setlinfo": info, "setldetail": setldetail(outcome.payments, found.scheme)}
