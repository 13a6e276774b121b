"""4401 住院病案首页上传, 4101 医疗保障基金结算清单上传: the case page, and the settlement list."""

from datetime import date
from typing import Any

from pydantic import Field

from shared.gateway.forms.asking import ask, names, visit_of
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.fields import Amount, Category, Day, Form, Id, SettlementId, Yuan, fen, yuan
from shared.gateway.forms.settled import setldetail
from shared.gateway.forms.settlement_list import settlement_list
from shared.gateway.forms.transaction import Call, Steps, Told
from shared.gateway.forms.visit import Diagnosis, VisitName, codes
from shared.messages.outcomes import PageReceived
from shared.messages.settlement.case_pages import SubmitCasePage
from shared.messages.settlement.found import FoundSettlement


class PageHead(VisitName):
    """What the case page says of the stay.

    Assumed: `medfee_sumamt` is its total; `exp_content` the msgid of the page that it replaces.
    """

    adm_date: Day
    dscg_date: Day
    medfee_sumamt: Amount
    exp_content: Id | None = None


class CasePage(Form):
    """The input of 4401; what else a page has is clinical, and has no counterpart."""

    baseinfo: PageHead
    diseinfo: tuple[Diagnosis, ...] = Field(min_length=1, max_length=100)


class ListHead(VisitName):
    """Which settlement the list is of, and its total."""

    setl_id: SettlementId
    medfee_sumamt: Amount


class CategoryRow(Form):
    """A fee category of the list (收费项目): its amount is class A, class B, self-paid and other."""

    med_chrgitm: Category
    amt: Yuan
    claa_sumfee: Yuan
    clab_amt: Yuan
    fulamt_ownpay_amt: Yuan
    oth_amt: Yuan


class FundRow(Form):
    """What one fund pays, in the list."""

    fund_pay_type: Id
    fund_payamt: Amount


class SettlementList(Form):
    """The input of 4101; without its categories nothing is compared but the total."""

    setlinfo: ListHead
    payinfo: tuple[FundRow, ...] = ()
    iteminfo: tuple[CategoryRow, ...] = Field(default=(), max_length=14)


def submit_page(call: Call[CasePage]) -> Steps:
    """Submits the case page, due 5 working days after the discharge (000 三(一)4)."""
    told = call.form.baseinfo
    main, *others = codes(call.form.diseinfo)
    body = SubmitCasePage(
        **names(call.institution_id, told),
        page_id=call.msgid,
        corrects_page_id=told.exp_content,
        admitted_on=told.adm_date,
        discharged_on=told.dscg_date,
        main_diagnosis=main,
        other_diagnoses=tuple(others),
        total_fen=fen(told.medfee_sumamt),
    )
    done = yield from ask(body, PageReceived)
    return Told(
        {"result": {"mdtrt_id": done.visit_id, "due_date": _day(done.due_on), "late_flag": _flag(done.late)}}
    )


def check_list(call: Call[SettlementList]) -> Steps:
    """Compares the list with the settlement, category by category and fund by fund; nothing is kept.

    The reply has the list as it is assembled here, whether it is complete (`stas`), and what it lacks.
    """
    told = call.form.setlinfo
    found = yield from visit_of(call.institution_id, told)
    held = found.settlement
    if held is None or held.settlement_id != told.setl_id or not held.in_force:
        raise FaultError("UNKNOWN_SETL", f"setl_id: {told.setl_id}")
    _compare("medfee_sumamt", fen(told.medfee_sumamt), held.payments.total_fen)
    if call.form.iteminfo:
        _compare_categories(call.form, held)
    funds = {one["fund_pay_type"]: one["fund_payamt"] for one in setldetail(held.payments, found.scheme)}
    for row in call.form.payinfo:
        _compare(
            f"payinfo.{row.fund_pay_type}", fen(row.fund_payamt), fen(funds.get(row.fund_pay_type, yuan(0)))
        )
    return Told({"setl_list_id": call.msgid, **settlement_list(found, call.institution_id, told.psn_no)})


def _compare_categories(form: SettlementList, held: FoundSettlement) -> None:
    stated = {row.med_chrgitm: row for row in form.iteminfo}
    if set(stated) != set(held.by_category):
        raise FaultError("AMOUNT_DIFFERS", f"iteminfo: {' '.join(sorted(held.by_category))}")
    for category, row in stated.items():
        sums = held.by_category[category]
        parts = {
            "amt": (row.amt, sums.amount_fen),
            "claa_sumfee": (row.claa_sumfee, sums.class_a_fen),
            "clab_amt": (row.clab_amt, sums.class_b_fen),
            "fulamt_ownpay_amt": (row.fulamt_ownpay_amt, sums.self_pay_fen),
            "oth_amt": (row.oth_amt, sums.other_fen),
        }
        for name, (said, fen_held) in parts.items():
            _compare(f"iteminfo.{category}.{name}", fen(said), fen_held)


def _compare(where: str, stated_fen: int, held_fen: int) -> None:
    if stated_fen != held_fen:
        raise FaultError("AMOUNT_DIFFERS", f"{where}: {yuan(held_fen)}")


def _flag(value: Any) -> str:
    return "1" if value else "0"


def _day(day: date) -> str:
    return day.isoformat()
