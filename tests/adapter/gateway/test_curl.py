"""A whole stay by curl, with JSON bodies alone: nothing of ours on the hospital's side."""

import json
import subprocess
from typing import Any

import pytest

from tests.adapter.gateway.given.his import His

PERSON, DAY = "TOWN-05", "2026-03-02"


def _curl(his: His, infno: str, given: dict[str, Any]) -> dict[str, Any]:
    body = json.dumps(his.envelope(infno, given))
    words = ["curl", "-sS", "-H", "content-type: application/json", "-d", "@-", f"{his.address}/{infno}"]
    done = subprocess.run(words, input=body, capture_output=True, text=True, timeout=60, check=True)
    reply: dict[str, Any] = json.loads(done.stdout)
    assert reply["infcode"] == 0, reply["err_msg"]
    output: dict[str, Any] = reply["output"]
    return output


@pytest.mark.requirement("HUB-16")
def test_a_whole_stay_by_curl(his: His) -> None:
    his.sign_no = _curl(his, "9001", {"signIn": {"opter_no": "0001"}})["signinoutb"]["sign_no"]
    admission = {"psn_no": PERSON, "begntime": f"{DAY} 10:00:00", "mdtrt_cert_type": "03", "med_type": "21"}
    diagnosed = [{"diag_code": "J18.900", "maindiag_flag": "1"}]
    visit = _curl(his, "2401", {"mdtrtinfo": admission, "diseinfo": diagnosed})["result"]["mdtrt_id"]
    names = {"mdtrt_id": visit, "psn_no": PERSON}
    line = {
        **names,
        "feedetl_sn": "1",
        "fee_ocur_time": f"{DAY} 10:30:00",
        "med_list_codg": "X03-005",
        "med_chrgitm_type": "03",
        "cnt": 2,
        "pric": 310.5,
        "det_item_fee_sumamt": 621.00,
    }
    [split] = _curl(his, "2301", {"feedetail": [line]})["result"]
    assert split["det_item_fee_sumamt"] == 621
    _curl(his, "2402", {"dscginfo": {**names, "endtime": DAY, "dscg_way": "1"}, "diseinfo": diagnosed})
    bill = {"data": {**names, "medfee_sumamt": 621}}
    quoted, settled = _curl(his, "2303", bill)["setlinfo"], _curl(his, "2304", bill)["setlinfo"]
    assert quoted["psn_part_amt"] == settled["psn_part_amt"]
    assert settled["fund_pay_sumamt"] + settled["acct_pay"] + settled["psn_cash_pay"] == 621
    page = {
        "baseinfo": {**names, "adm_date": DAY, "dscg_date": DAY, "medfee_sumamt": 621},
        "diseinfo": diagnosed,
    }
    assert _curl(his, "4401", page)["result"]["late_flag"] == "0"
