"""2303 住院预结算, 2304 住院结算: what the patient would pay, and the settlement itself.

The form does not count the lines: their number is that of the lines held, and what the HIS vouches for is
the total. Settled in between (中途结算) the stay goes on under the number of that very 2304, as a visit has
the number of its 2401: assumed, since no public page says what becomes of `mdtrt_id`.
"""

from collections.abc import Generator
from typing import Any

from pydantic import Field, model_validator

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

    `mid_setl_flag`: the patient stays; `dscgTime` is then the last day that is settled (assumed). It is not
    read where the patient leaves, in whatever form it comes: the discharge has told the day.
    """

    medfee_sumamt: Amount
    acct_used_flag: Flag = "0"
    insutype: Scheme | None = None
    mid_setl_flag: Flag = "0"
    last_on: Day | None = Field(default=None, alias="dscgTime")

    @model_validator(mode="before")
    @classmethod
    def _last_day_of_a_part(cls, given: Any) -> Any:
        if not isinstance(given, dict) or given.get("mid_setl_flag") == "1":
            return given
        return {name: value for name, value in given.items() if name != "dscgTime"}


Settle = Data[Bill]  # 2303 and 2304


def quote(call: Call[Settle]) -> Steps:
    """Tells what a settlement would be now; changes nothing."""
    bill = call.form.data
    found = yield from _visit(call)
    body = QuoteVisit.model_validate(_body(call, found))
    quoted = yield from ask(body, Quoted)
    return Told(_told(bill, found, quoted))


def settle(call: Call[Settle]) -> Steps:
    """Settles the stay, or a part of it; where the stay goes on is told in `exp_content`.

    A part whose settlement was taken back (2305) is settled again by the same 2304: it has its last day, and
    the stay goes on as before.
    """
    bill = call.form.data
    is_part = bill.mid_setl_flag == "1"
    if is_part and bill.last_on is None:
        raise FaultError("FORM_INVALID", "data.dscgTime: mid_setl_flag 1")
    found = yield from _visit(call)
    asked = _body(call, found)
    goes_on_as = call.msgid if is_part and not _is_again(bill, found) else ""
    if goes_on_as:
        asked |= {"last_on": bill.last_on, "next_visit_id": goes_on_as}
    body = (SettleInterim if goes_on_as else SettleVisit).model_validate(asked)
    settled = yield from ask(body, Settled)
    return Told(_told(bill, found, settled, goes_on_as))


def _is_again(bill: Bill, found: VisitFound) -> bool:
    """Whether it is a part that was reversed. Raises FaultError where its last day is another one."""
    is_again = found.state == "reversed" and found.stay_part is not None and found.stay_part.goes_on
    if is_again and bill.last_on != found.discharged_on:
        raise FaultError("FORM_INVALID", f"data.dscgTime: {found.discharged_on}")
    return is_again


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
