"""One of each transaction, in an order that makes sense on the sample registry on 2 March 2026."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from tests.adapter.gateway.given.his import His, Json, yuan

PERSON, OTHER, EMPLOYEE, DAY = "SAMPLE-0017", "SAMPLE-0014", "SAMPLE-0004", "2026-03-02"
NOW = f"{DAY} 09:00:00"
Made = dict[str, str]
PRESCRIBED = {"psn_no": EMPLOYEE, "rxno": "RX-0001", "rx_circ_flag": "1"}
# What is another one each time, and what it is written as.
STEADY = {
    "inf_refmsgid": "510100202603020900000000000001",
    "refmsg_time": "20260302090000000",
    "respond_time": "20260302090000500",
    "sign_time": NOW,
    "sign_no": "0" * 30,
}


class Step(NamedTuple):
    """A transaction: its number, its input made from what earlier ones gave, what to keep of its reply."""

    infno: str
    given: Callable[[Made], Json]
    keeps: Callable[[Json], Made] = lambda _: {}
    accepted: bool = True


def _line(visit: str, number: str, item: str, category: str, cnt: str, pric: str, amount: str) -> Json:
    return {
        "feedetl_sn": number,
        "mdtrt_id": visit,
        "psn_no": PERSON,
        "chrg_bchno": "1",
        "fee_ocur_time": NOW,
        "med_list_codg": item,
        "med_chrgitm_type": category,
        "cnt": Decimal(cnt),
        "pric": Decimal(pric),
        "det_item_fee_sumamt": Decimal(amount),
    }


def bed(visit: str, number: str = "1") -> Json:
    """A line of three days in bed."""
    return _line(visit, number, "X01-001", "01", "3", "80.00", "240.00")


def _scan(visit: str, number: str = "2") -> Json:
    return _line(visit, number, "X03-005", "03", "1", "4446.91", "4446.91")


def _visit(name: str, psn_no: str = PERSON) -> Callable[[Made], Json]:
    return lambda made: {"data": {"mdtrt_id": made[name], "psn_no": psn_no}}


def admission(psn_no: str) -> Callable[[Made], Json]:
    """The input of an admission."""
    told = {"psn_no": psn_no, "begntime": NOW, "mdtrt_cert_type": "02", "med_type": "21", "ipt_no": "26-1"}
    return lambda _: {"mdtrtinfo": told, "diseinfo": [{"diag_code": "I10", "maindiag_flag": "1"}]}


def _change(made: Made) -> Json:
    told = {"mdtrt_id": made["stay"], "psn_no": PERSON, "begntime": NOW, "med_type": "21"}
    return {"adminfo": told, "diseinfo": [{"diag_code": "I10", "maindiag_flag": "1"}]}


def _registration(_: Made) -> Json:
    return {"data": {"psn_no": EMPLOYEE, "begntime": NOW, "mdtrt_cert_type": "01"}}


def _discharge(made: Made) -> Json:
    told = {"mdtrt_id": made["stay"], "psn_no": PERSON, "endtime": NOW, "dscg_way": "1"}
    return {"dscginfo": told, "diseinfo": [{"diag_code": "I10", "maindiag_flag": "1"}]}


def bill(name: str, total: str, **more: str) -> Callable[[Made], Json]:
    """The input of a settlement of this total."""
    told = {"psn_no": PERSON, "insutype": "390", "medfee_sumamt": yuan(total), "acct_used_flag": "0"}
    return lambda made: {"data": {"mdtrt_id": made[name], **told, **more}}


def _settlement(name: str, psn_no: str = PERSON) -> Callable[[Made], Json]:
    return lambda made: {"data": {"mdtrt_id": made[name], "psn_no": psn_no, "setl_id": made[f"{name}.setl"]}}


def _keep(name: str, *path: str | int) -> Callable[[Json], Made]:
    def keep(output: Json) -> Made:
        found: Any = output
        for one in path:
            found = found[one]
        return {name: found}

    return keep


def _keep_bill(output: Json) -> Made:
    info = output["setlinfo"]
    total, fund = info["medfee_sumamt"], info["fund_pay_sumamt"]
    return {"stay.setl": info["setl_id"], "total": str(total), "fund": str(fund), "cash": str(total - fund)}


def _list(made: Made) -> Json:
    """The settlement list; the scan is of class A here, the bed over its limit in part."""
    rows = [
        {
            "med_chrgitm": category,
            "amt": yuan(amount),
            "claa_sumfee": yuan(made[f"{name}.a"]),
            "clab_amt": yuan(made[f"{name}.b"]),
            "fulamt_ownpay_amt": yuan(made[f"{name}.self"]),
            "oth_amt": yuan("0.00"),
        }
        for name, category, amount in (("bed", "01", "240.00"), ("scan", "03", "4446.91"))
    ]
    head = {"mdtrt_id": made["stay"], "psn_no": PERSON, "setl_id": made["stay.setl"]}
    pay = [{"fund_pay_type": "390400", "fund_payamt": yuan(made["fund"])}]
    return {"setlinfo": {**head, "medfee_sumamt": yuan("4686.91")}, "payinfo": pay, "iteminfo": rows}


def _keep_lines(output: Json) -> Made:
    """What the list says of each category: what is in scope is of its class, the rest self-paid."""
    made = Made()
    for name, line in zip(("bed", "scan"), output["output"], strict=True):
        outside = line["det_item_fee_sumamt"] - line["inscp_scp_amt"]
        inside = line["inscp_scp_amt"]
        is_b = line["chrgitm_lv"] == "02"
        made |= {f"{name}.a": str(0 if is_b else inside), f"{name}.b": str(inside if is_b else 0)}
        made |= {f"{name}.self": str(outside)}
    return made


def _page(made: Made) -> Json:
    told = {"mdtrt_id": made["stay"], "psn_no": PERSON, "adm_date": DAY, "dscg_date": DAY}
    diseases = [{"diag_code": "I10", "maindiag_flag": "1"}, {"diag_code": "E11.9", "maindiag_flag": "0"}]
    return {"baseinfo": {**told, "medfee_sumamt": yuan("4686.91")}, "diseinfo": diseases}


def _sums(made: Made, **more: Any) -> Json:
    told = {"stmt_begndate": DAY, "stmt_enddate": DAY, "fixmedins_setl_cnt": 1, "acct_pay": yuan("0.00")}
    amounts = {"medfee_sumamt": yuan(made["total"]), "fund_pay_sumamt": yuan(made["fund"])}
    return {"data": {**told, **amounts, **more}}


def _detail(made: Made) -> Json:
    row = {
        "setl_id": made["stay.setl"],
        "medfee_sumamt": yuan(made["total"]),
        "fund_pay_sumamt": yuan(made["fund"]) + 61,
    }
    return {**_sums(made), "detail": [row]}


def _claim(_: Made) -> Json:
    """Of February, when there was nothing: a month is claimed once it has ended."""
    dates = {"setlym": "202602", "begndate": "2026-02-01", "enddate": "2026-02-28", "psntime": 0}
    fields = ("medfee_sumamt", "fund_appy_sum", "cash_payamt", "acct_pay")
    return {"data": {**dates, "clr_type": "21", **dict.fromkeys(fields, yuan("0.00"))}}


def _month(**more: Any) -> Json:
    return {"trt_year": "2026", "trt_month": "3", **more}


def _confirmation(made: Made) -> Json:
    rows = [{"setl_sn": made["stay.setl"], "optins_pay_sumamt": yuan(made["fund"])}]
    return {"data": _month(totalrow=1), "detail": rows}


STEPS = (
    Step("1101", lambda _: {"data": {"mdtrt_cert_no": PERSON, "begntime": NOW}}),
    Step("2001", lambda _: {"data": {"psn_no": PERSON, "med_type": "21", "begntime": NOW}}),
    Step(
        "2501",
        lambda _: {"refmedin": {"psn_no": PERSON, "mdtrtarea_admdvs": "510100", "begndate": DAY}},
        _keep("filing", "result", "trt_dcla_detl_sn"),
    ),
    Step("2502", lambda made: {"data": {"trt_dcla_detl_sn": made["filing"], "psn_no": PERSON}}),
    Step("2401", admission(OTHER), _keep("other", "result", "mdtrt_id")),
    Step("2404", lambda made: {"data": {"mdtrt_id": made["other"], "psn_no": OTHER}}),
    Step("2401", admission(OTHER), _keep("again", "result", "mdtrt_id")),
    Step("2601", lambda made: {"data": {"psn_no": OTHER, "omsgid": made["again"], "oinfno": "2401"}}),
    Step("2401", admission(PERSON), _keep("stay", "result", "mdtrt_id")),
    Step("2301", lambda made: {"feedetail": [bed(made["stay"]), _scan(made["stay"])]}),
    Step("2301", lambda made: {"feedetail": [bed(made["stay"], "9")]}),
    Step("2302", lambda made: {"data": [{"mdtrt_id": made["stay"], "psn_no": PERSON, "feedetl_sn": "9"}]}),
    Step("2403", _change),
    Step("2303", bill("stay", "4686.91")),
    Step("2402", _discharge),
    Step("2405", _visit("stay")),
    Step("2402", _discharge),
    Step("2304", bill("stay", "4686.91"), _keep_bill),
    Step("2305", _settlement("stay")),
    Step("2304", bill("stay", "4686.91"), _keep_bill),
    Step("5201", _visit("stay")),
    Step("5202", _visit("stay"), accepted=False),
    Step("5203", _settlement("stay")),
    Step("5204", _visit("stay"), _keep_lines),
    Step("4401", _page),
    Step("4101", _list),
    Step("2201", _registration, _keep("lost", "data", "mdtrt_id")),
    Step("2202", _visit("lost", EMPLOYEE)),
    Step("2201", _registration, _keep("bill", "data", "mdtrt_id")),
    Step("2203", lambda made: {"mdtrtinfo": _visit("bill", EMPLOYEE)(made)["data"] | {"med_type": "11"}}),
    Step("2204", lambda made: {"feedetail": [_scan(made["bill"], "1") | {"psn_no": EMPLOYEE}]}),
    Step("2205", lambda made: {"data": {"mdtrt_id": made["bill"], "psn_no": EMPLOYEE, "chrg_bchno": "1"}}),
    Step("2204", lambda made: {"feedetail": [bed(made["bill"], "1") | PRESCRIBED]}),
    Step("2206", bill("bill", "240.00", psn_no=EMPLOYEE, insutype="310", acct_used_flag="1")),
    Step("2207", bill("bill", "240.00", psn_no=EMPLOYEE, insutype="310", acct_used_flag="1"),
         _keep("bill.setl", "setlinfo", "setl_id")),
    Step("2208", _settlement("bill", EMPLOYEE)),
    Step("3201", lambda made: _sums(made, clr_type="21", insutype="390")),
    Step("3202", _detail),
    Step("3203", _claim, _keep("claim", "result", "clr_appy_evt_id")),
    Step("3204", lambda made: {"data": {"clr_appy_evt_id": made["claim"]}}),
    Step("3260", lambda _: {"data": _month(startrow=1)}),
    Step("3261", _confirmation, accepted=False),
    Step("3262", lambda made: {"data": {"otransid": made["stay"]}}, accepted=False),
)  # fmt: skip


def run(his: His) -> list[Json]:
    """Sends all of them; the pairs of request and reply, without what is another one each time."""
    pairs, made = [], Made()
    pairs.append(pair_of(his, "9001", {"signIn": {"opter_no": "0001"}}))
    his.sign_no = pairs[-1]["reply"]["output"]["signinoutb"]["sign_no"]
    for step in STEPS:
        pair = pair_of(his, step.infno, step.given(made))
        pairs.append(pair)
        assert (pair["reply"]["infcode"] == 0) == step.accepted, (step.infno, pair["reply"]["err_msg"])
        made |= step.keeps(pair["reply"]["output"]) if step.accepted else {}
    pairs.append(pair_of(his, "9002", {"signOut": {"sign_no": his.sign_no, "opter_no": "0001"}}))
    return [steady(pair) for pair in pairs]


def pair_of(his: His, infno: str, given: Json) -> Json:
    """A request, and its reply."""
    request = his.envelope(infno, given)
    return {"request": request, "reply": his.send(request)}


def steady(told: Any) -> Any:
    """What was told, without what is another one each time."""
    if isinstance(told, dict):
        return {name: STEADY.get(name, steady(value)) if value else value for name, value in told.items()}
    return [steady(one) for one in told] if isinstance(told, list) else told
