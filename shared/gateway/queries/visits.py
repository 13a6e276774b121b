"""5201 就诊信息查询, 5203 结算信息查询, 5204 费用明细查询: how a visit stands, its settlement, its lines."""

from shared.gateway.forms.asking import lines_of, visit_of
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.fields import Data, SettlementId, yuan
from shared.gateway.forms.settled import setldetail, setlinfo, split
from shared.gateway.forms.transaction import Call, Output, Steps, Told
from shared.gateway.forms.visit import VisitName
from shared.messages.settlement.found import VisitFound


class Named(VisitName):
    """A visit, and where it is asked for its settlement, which."""

    setl_id: SettlementId | None = None


AskVisit = Data[Named]  # 5201, 5203 and 5204; a visit is asked for by its number, never by a period


def ask_visit(call: Call[AskVisit]) -> Steps:
    """Tells the state of the visit, what is held of it day by day, when its case page is due."""
    told = call.form.data
    found = yield from visit_of(call.institution_id, told)
    visit = {
        "mdtrt_id": found.visit_id,
        "psn_no": told.psn_no,
        "insutype": found.scheme,
        "insuplc_admdvs": found.insured_area,
        "begntime": found.service_on.isoformat(),
        "endtime": found.discharged_on and found.discharged_on.isoformat(),
        "vali_flag": "0" if found.state == "cancelled" else "1",
        "memo": found.state,
        "setl_id": found.settlement.settlement_id if found.settlement and found.settlement.in_force else None,
        "due_date": found.case_page_due_on and found.case_page_due_on.isoformat(),
        "feedetail": [_day(day.cost_on.isoformat(), day.lines, day.total_fen) for day in found.days],
    }
    return Told({"mdtrtinfo": [visit]})


def _day(day: str, lines: int, total_fen: int) -> Output:
    return {"fee_ocur_time": day, "cnt": lines, "det_item_fee_sumamt": yuan(total_fen)}


def ask_settlement(call: Call[AskVisit]) -> Steps:
    """Tells the visit's newest settlement, and how its amounts came about step by step."""
    told = call.form.data
    found = yield from visit_of(call.institution_id, told)
    return Told(_settlement(told, found))


def _settlement(told: Named, found: VisitFound) -> Output:
    held = found.settlement
    if held is None or told.setl_id not in (None, held.settlement_id):
        raise FaultError("UNKNOWN_SETL", f"setl_id: {told.setl_id}")
    info = setlinfo(held.payments, told.mdtrt_id, told.psn_no, held.settlement_id)
    info |= {"setl_time": held.settled_on.isoformat(), "vali_flag": "1" if held.in_force else "0"}
    steps = [f"{step.text} ({step.clause})" for step in held.steps]  # its text tells the amount
    return {
        "setlinfo": info,
        "setldetail": setldetail(held.payments, found.scheme),
        "setl_proc_info": steps,
    }


def ask_fees(call: Call[AskVisit]) -> Steps:
    """Tells the fee lines of the visit as they were split."""
    lines = yield from lines_of(call.institution_id, call.form.data)
    return Told({"output": [split(line) for line in lines]})
