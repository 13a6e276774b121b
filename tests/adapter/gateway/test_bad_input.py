"""What a HIS may get wrong: each gets one reply that says what, where and what to do."""

from decimal import Decimal
from typing import Any

import pytest
import simplejson

from tests.adapter.gateway.conftest import NUMBERS
from tests.adapter.gateway.given.his import His, Json

EMPLOYEE = "TOWN-19"
PERSON, DAY = "TOWN-06", "2026-03-02 11:00:00"
ADMISSION = {"psn_no": PERSON, "begntime": DAY, "mdtrt_cert_type": "02", "med_type": "21"}


def _admission(**changed: Any) -> Json:
    return {"mdtrtinfo": {**ADMISSION, **changed}}


def _line(visit: str, number: str, **changed: Any) -> Json:
    told = {
        "mdtrt_id": visit,
        "psn_no": PERSON,
        "feedetl_sn": number,
        "fee_ocur_time": DAY,
        "med_list_codg": "X01-001",
        "med_chrgitm_type": "01",
        "cnt": 1,
        "pric": Decimal("80.00"),
        "det_item_fee_sumamt": Decimal("80.00"),
    }
    return {**told, **changed}


def _refusal(reply: Json) -> str:
    assert reply["infcode"] == -1
    assert " / " in reply["err_msg"]  # Chinese and English
    return str(reply["err_msg"])


ENVELOPES = [
    ({"msgid": "1"}, "FORM_INVALID [msgid"),
    ({"msgid": "H51010000009202603020900000001"}, "FORM_INVALID [msgid: "),
    ({"mdtrtarea_admvs": "5101"}, "FORM_INVALID [mdtrtarea_admvs"),
    ({"opter_type": "9"}, "FORM_INVALID [opter_type"),
    ({"opter": ""}, "FORM_INVALID [opter"),
    ({"inf_time": "2026-03-02"}, "FORM_INVALID [inf_time"),
    ({"recer_sys_code": "x" * 11}, "FORM_INVALID [recer_sys_code"),
    ({"enc_type": "SM4"}, "ENCRYPTED [enc_type: SM4]"),
    ({"sign_no": "no-such"}, "NOT_SIGNED_IN"),
    ({"input": []}, "FORM_INVALID [input"),
]


@pytest.mark.requirement("HUB-16")
@pytest.mark.parametrize(("changed", "said"), ENVELOPES, ids=lambda one: str(one)[:40])
def test_an_envelope_that_is_not_as_the_form_has_it_names_the_field(
    his: His, changed: Json, said: str
) -> None:
    assert _refusal(his.send(his.envelope("2401", _admission(), **changed))).startswith(said)


BILL = {"mdtrt_id": "no-such-visit", "psn_no": PERSON, "medfee_sumamt": 1}
INPUTS = [
    ("2401", _admission(psn_no="x" * 31), "FORM_INVALID [input.mdtrtinfo.psn_no"),
    ("2401", _admission(med_type="99"), "FORM_INVALID [input.mdtrtinfo.med_type"),
    ("2401", _admission(med_type="11"), "FORM_INVALID [mdtrtinfo.med_type: 11]"),
    ("2401", _admission(begntime="2026-02-30 00:00:00"), "FORM_INVALID [input.mdtrtinfo.begntime"),
    ("2401", _admission(psn_no="SAMPLE-0099"), "UNKNOWN_PERSON"),
    ("2301", {"feedetail": []}, "FORM_INVALID [input.feedetail"),
    ("2301", {"feedetail": [_line("v", "1", det_item_fee_sumamt=Decimal("80.005"))]}, "FORM_INVALID [input."),
    ("2301", {"feedetail": [_line("v", "1", cnt=Decimal("1.00001"))]}, "FORM_INVALID [input.feedetail.0.cnt"),
    ("2301", {"feedetail": [_line("v", "1"), _line("v", "1")]}, "LINE_ID_TAKEN [1]"),
    ("2301", {"feedetail": [_line("v", "1"), _line("w", "2")]}, "FORM_INVALID [feedetail"),
    ("2301", {"feedetail": [_line("no-such-visit", "1")]}, "UNKNOWN_VISIT"),
    ("2304", {"data": BILL}, "UNKNOWN_VISIT"),
    ("2207", {"data": {**BILL, "insutype": "390"}}, "UNKNOWN_MDTRT"),
    ("1101", {"data": {"mdtrt_cert_no": "11010519491231002X"}}, "IDENTITY_NUMBER"),
    ("2601", {"data": {"psn_no": PERSON, "omsgid": "x", "oinfno": "5201"}}, "NOT_YOURS"),
]  # fmt: skip


@pytest.mark.requirement("HUB-16")
@pytest.mark.parametrize(("infno", "given", "said"), INPUTS, ids=lambda one: str(one)[:60])
def test_an_input_that_is_not_as_the_form_has_it_names_the_field(
    his: His, infno: str, given: Json, said: str
) -> None:
    assert _refusal(his.ask(infno, given)).startswith(said)


def test_an_identity_number_is_not_repeated_in_the_reply(his: His) -> None:
    reply = his.ask("1101", {"data": {"mdtrt_cert_no": "11010519491231002X"}})
    assert "1101051949" not in str(reply)


def test_a_refusal_of_the_bus_speaks_the_words_of_the_form(his: His) -> None:
    visit = his.ask("2401", _admission())["output"]["result"]["mdtrt_id"]
    name = {"mdtrt_id": visit, "psn_no": PERSON}
    unknown = _line(visit, "1", med_list_codg="X99-999")
    [split] = his.ask("2301", {"feedetail": [unknown]})["output"]["result"]
    assert "not in the catalogue" in split["memo"]
    said = _refusal(his.ask("2301", {"feedetail": [_line(visit, "2", det_item_fee_sumamt=Decimal("23.40"))]}))
    assert said.startswith("LINES_DO_NOT_ADD_UP [1 lines, 80.00 元 / yuan]")
    said = _refusal(his.ask("2303", {"data": {**name, "medfee_sumamt": Decimal("80.01")}}))
    assert said.startswith("CONTROL_TOTAL [medfee_sumamt; 2026-03-02: 1 条 / lines, 80.00]")
    assert "days`" not in said
    said = _refusal(his.ask("2303", {"data": {**name, "medfee_sumamt": 80, "insutype": "310"}}))
    assert said.startswith("FORM_INVALID [data.insutype: 390]")
    assert his.ask("2302", {"data": [{**name, "feedetl_sn": "0000"}]})["infcode"] == 0
    assert his.ask("2404", {"data": name})["infcode"] == 0


def test_what_another_hospital_did_is_not_undone_and_a_wrong_number_undoes_nothing(
    his: His, address: str
) -> None:
    other = His(address, "H51010000003", first=next(NUMBERS))
    other.sign_in()
    visit = his.ask("2401", _admission())["output"]["result"]["mdtrt_id"]
    name = {"mdtrt_id": visit, "psn_no": PERSON}
    filing = {"trt_dcla_detl_sn": visit, "psn_no": PERSON}
    undo = {"psn_no": PERSON, "omsgid": visit, "oinfno": "2401"}
    for infno, given in (("2404", name), ("2502", filing), ("2601", undo)):
        assert _refusal(other.ask(infno, {"data": given})).startswith("NOT_YOURS")
    assert _refusal(his.ask("2502", {"data": filing})).startswith("UNKNOWN_MSGID")
    assert _refusal(his.ask("2601", {"data": {**undo, "oinfno": "2402"}})).startswith("UNKNOWN_MSGID")
    assert _refusal(his.ask("2601", {"data": {**undo, "psn_no": "TOWN-01"}})).startswith("UNKNOWN_MSGID")
    never = {**name, "mdtrt_id": his.msgid()}
    assert _refusal(his.ask("2404", {"data": never})).startswith("UNKNOWN_MSGID")
    own = his.msgid()
    assert _refusal(his.ask("2601", {"data": {**undo, "omsgid": own}}, own)).startswith("NOT_YOURS")
    assert his.ask("5201", {"data": name})["output"]["mdtrtinfo"][0]["memo"] == "admitted"
    assert his.ask("2601", {"data": undo})["infcode"] == 0


def test_a_bill_whose_settlement_was_reversed_is_open_again_and_its_steps_are_not(his: His) -> None:
    told = {"psn_no": EMPLOYEE, "begntime": DAY, "mdtrt_cert_type": "01"}
    bill = his.ask("2201", {"data": told})["output"]["data"]["mdtrt_id"]
    name = {"mdtrt_id": bill, "psn_no": EMPLOYEE}
    step = his.msgid()
    his.ask("2203", {"mdtrtinfo": {**name, "med_type": "11"}})
    fee = _line(bill, "1", psn_no=EMPLOYEE)
    assert his.ask("2204", {"feedetail": [fee]}, step)["infcode"] == 0
    undo = {"psn_no": EMPLOYEE, "omsgid": step, "oinfno": "2204"}
    assert _refusal(his.ask("2601", {"data": undo})).startswith("NO_COUNTERPART")
    total = {**name, "medfee_sumamt": Decimal("80.00"), "insutype": "310"}
    assert _refusal(his.ask("2206", {"data": {**total, "insutype": "390"}})).startswith(
        "FORM_INVALID [data.insutype"
    )
    settled = his.msgid()
    assert his.ask("2207", {"data": total}, settled)["infcode"] == 0
    undo = {"psn_no": EMPLOYEE, "omsgid": settled, "oinfno": "2207"}
    assert his.ask("2601", {"data": undo})["err_msg"] == ""
    assert his.ask("2206", {"data": total})["infcode"] == 0


@pytest.mark.parametrize("charset", ["punycode", "utf-7", "undefined", "hex", "idna"])
def test_an_encoding_that_is_none_of_texts_here_is_refused_at_once(his: His, charset: str) -> None:
    body = b"a" * 400_000
    assert _refusal(his.post("/5201", body, f"application/json; charset={charset}")).startswith("NOT_UTF8")


def test_what_no_text_or_number_is_gets_a_reply_in_the_form(his: His) -> None:
    name = {"mdtrt_id": "no-such-visit", "psn_no": PERSON}
    half = simplejson.dumps(his.envelope("5201", {"data": name})).replace("周示例", "x").encode()
    broken = half.replace(b'"opter_name"', b'"memo": "\\ud800", "opter_name"')
    assert _refusal(his.post("/5201", broken)).startswith("NOT_JSON")
    assert _refusal(his.post("/1102", half)).startswith("UNKNOWN_INFNO [POST /1102]")
    odd: Any
    for odd in (True, "1e3", "１", "0x1", [1]):
        bill = {**name, "medfee_sumamt": odd}
        assert _refusal(his.ask("2303", {"data": bill})).startswith("FORM_INVALID [input.data.medfee_sumamt")
    for odd in (0, "ZHANG SAN", "2026-3-2", "2026-03-02 25:00:00"):
        said = _refusal(his.ask("2401", _admission(begntime=odd)))
        assert said.startswith("FORM_INVALID [input.mdtrtinfo.begntime")
        assert "ZHANG" not in said


def test_a_number_of_no_transaction_and_one_that_is_not_that_of_the_address(his: His) -> None:
    body = simplejson.dumps(his.envelope("9999", {})).encode()
    assert _refusal(his.post("/", body)).startswith("UNKNOWN_INFNO [9999]")
    assert _refusal(his.post("/2401", body)).startswith("INFNO_DIFFERS [2401, 9999]")


def test_the_area_may_be_spelt_as_everywhere_else(his: His) -> None:
    told = his.envelope("5201", {"data": {"mdtrt_id": "no-such-visit", "psn_no": PERSON}})
    told["mdtrtarea_admdvs"] = told.pop("mdtrtarea_admvs")
    assert _refusal(his.send(told)).startswith("UNKNOWN_VISIT")


def test_bodies_in_another_encoding_or_of_no_form_at_all(his: His) -> None:
    told = his.envelope("5201", {"data": {"mdtrt_id": "no-such-visit", "psn_no": PERSON}})
    text = simplejson.dumps(told, ensure_ascii=False)
    assert _refusal(his.post("/5201", text.encode("gbk"))).startswith("NOT_UTF8")
    assert _refusal(his.post("/5201", text.encode("gbk"), "application/json; charset=GBK")).startswith(
        "UNKNOWN_V"
    )
    assert _refusal(his.post("/5201", b"{")).startswith("NOT_JSON")
    assert _refusal(his.post("/5201", b"[" * 100_000)).startswith("NOT_JSON")
    assert _refusal(his.post("/5201", b"7")).startswith("FORM_INVALID")
    assert _refusal(his.post("/5201", b" " * 2_000_001)).startswith("TOO_LARGE")


def test_a_msgid_used_again_gets_its_reply_or_is_refused_for_another_body(his: His) -> None:
    msgid = his.msgid()
    first = his.ask("2401", _admission(begntime="2026-03-02 00:00:00"), msgid)
    assert first["infcode"] == 0
    again = his.envelope(
        "2401", _admission(begntime="2026-03-02 00:00:00"), msgid, inf_time="2026-03-02 09:00:09"
    )
    assert his.send(again) == first
    assert _refusal(his.ask("2401", _admission(), msgid)).startswith("MSGID_REUSED")
    undone = his.ask("2404", {"data": {"mdtrt_id": msgid, "psn_no": PERSON}})
    assert undone["infcode"] == 0


def test_what_was_reversed_before_it_came_never_takes_effect(his: His) -> None:
    msgid = his.msgid()
    done = his.ask("2601", {"data": {"psn_no": PERSON, "omsgid": msgid, "oinfno": "2401"}})
    assert done["infcode"] == 0, done
    assert _refusal(his.ask("2401", _admission(), msgid)).startswith("REVERSED")


def test_a_line_is_taken_once_in_a_visit_and_taken_back_with_its_upload(his: His) -> None:
    visit = his.ask("2401", _admission())["output"]["result"]["mdtrt_id"]
    assert his.ask("2301", {"feedetail": [_line(visit, "1"), _line(visit, "2")]})["infcode"] == 0
    twice = his.ask("2301", {"feedetail": [_line(visit, "3"), _line(visit, "2")]})
    assert _refusal(twice).startswith("LINE_ID_TAKEN [feedetl_sn: 2]")
    name = {"mdtrt_id": visit, "psn_no": PERSON}
    held = his.ask("5204", {"data": name})["output"]["output"]
    assert [line["feedetl_sn"] for line in held] == ["1", "2"]  # nothing is left of what was refused
    part = his.ask("2302", {"data": [{**name, "feedetl_sn": "1"}]})
    assert _refusal(part).startswith("PART_OF_BATCH [feedetl_sn: 2]")
    assert _refusal(his.ask("2302", {"data": [{**name, "feedetl_sn": "7"}]})).startswith("UNKNOWN_LINE")
    assert his.ask("2302", {"data": [{**name, "feedetl_sn": "0000"}]})["infcode"] == 0
    assert his.ask("2404", {"data": name})["infcode"] == 0


def test_lines_of_several_days_are_all_taken_or_none(his: His) -> None:
    visit = his.ask("2401", _admission())["output"]["result"]["mdtrt_id"]
    ahead = _line(visit, "2", fee_ocur_time="2026-03-09 00:00:00")
    assert _refusal(his.ask("2301", {"feedetail": [_line(visit, "1"), ahead]})).startswith(
        "DATE_NOT_POSSIBLE"
    )
    name = {"mdtrt_id": visit, "psn_no": PERSON}
    assert his.ask("5204", {"data": name})["output"]["output"] == []
    assert his.ask("2404", {"data": name})["infcode"] == 0
