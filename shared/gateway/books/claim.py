"""3203 清算申请, 3204 清算申请撤销; 3260 异地清分明细提取, 3261 确认, 3262 回退: the month's advances."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import Field

from shared.gateway.books.reconcile import ClrType, held_sums, totals_of, within
from shared.gateway.forms.asking import ask, settlements_of
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.fields import Amount, Data, Day, Form, Id, Scheme, SettlementId, fen, yuan
from shared.gateway.forms.transaction import Call, Steps, Told
from shared.messages.clearing.claims import WithdrawClaim
from shared.messages.clearing.months import ClaimAdvances, ClaimLine
from shared.messages.clearing.outcomes import ClaimReviewed, ClaimStands
from shared.messages.settlement.found import ListedSettlement

_PAGE = 100
_DAY = timedelta(days=1)
Year = Annotated[str, Field(pattern=r"^20[0-9]{2}$")]
MonthOfYear = Annotated[str, Field(pattern=r"^(0?[1-9]|1[0-2])$")]


class Application(Form):
    """The sums that the hospital applies for; they must be those of the settlements held."""

    setlym: Annotated[str, Field(pattern=r"^20[0-9]{2}(0[1-9]|1[0-2])$")]
    begndate: Day
    enddate: Day = Field(lt=date(2200, 1, 1))
    psntime: int = Field(ge=0, le=10**9)
    medfee_sumamt: Amount
    fund_appy_sum: Amount
    cash_payamt: Amount
    acct_pay: Amount
    clr_type: ClrType = "99"
    insutype: Scheme | None = None


Apply = Data[Application]  # 3203


class Withdrawal(Form):
    """An application, by the number that 3203 gave."""

    clr_appy_evt_id: Id


WithdrawApplication = Data[Withdrawal]  # 3204


class Page(Form):
    """A page of the month's detail, from a row on (the first is 1)."""

    trt_year: Year
    trt_month: MonthOfYear
    startrow: int = Field(ge=1, le=10**9)


Extract = Data[Page]  # 3260


class Row(Form):
    """A row of the month's detail that the hospital confirms."""

    setl_sn: SettlementId
    optins_pay_sumamt: Amount


class MonthRows(Form):
    """The month and rows to confirm."""

    trt_year: Year
    trt_month: MonthOfYear
    totalrow: int = Field(ge=0, le=5000)


class Confirm(Form):
    """The input of 3261."""

    data: MonthRows
    detail: tuple[Row, ...] = Field(min_length=1, max_length=5000)


class Rollback(Form):
    """What a confirmation is rolled back by: the msgid of its 3261."""

    otransid: Id


RollBack = Data[Rollback]  # 3262


def apply(call: Call[Apply]) -> Steps:
    """Claims the settlements of a period, whose sums must be those that the hospital has."""
    told = call.form.data
    listed = yield from settlements_of(call.institution_id, told.begndate, told.enddate + _DAY)
    held = within(listed, told.insutype, told.clr_type, None)
    sums = held_sums(totals_of(held))
    stated = (told.medfee_sumamt, told.fund_appy_sum, told.acct_pay, told.cash_payamt, told.psntime)
    if tuple(sums.values()) != stated:
        raise FaultError("TOTALS_DIFFER", ", ".join(f"{name} {amount}" for name, amount in sums.items()))
    lines = [(one.settlement_id, one.fund_fen) for one in held]
    return (yield from _claim(call, f"{told.setlym[:4]}-{told.setlym[4:]}", lines))


def confirm(call: Call[Confirm]) -> Steps:
    """Claims the rows that the hospital confirms of the month's detail."""
    month = call.form.data
    if month.totalrow != len(call.form.detail):
        raise FaultError("TOTALS_DIFFER", f"totalrow: {len(call.form.detail)}")
    lines = [(row.setl_sn, fen(row.optins_pay_sumamt)) for row in call.form.detail]
    return (yield from _claim(call, f"{month.trt_year}-{month.trt_month:0>2}", lines))


def _claim(call: Call[Any], month: str, lines: Sequence[tuple[str, int]]) -> Steps:
    body = ClaimAdvances(
        claim_id=call.msgid,
        institution_id=call.institution_id,
        month=month,
        lines=tuple(ClaimLine(settlement_id=name, fund_fen=amount) for name, amount in lines),
        fund_fen=sum(amount for _, amount in lines),
    )
    done = yield from ask(body, ClaimReviewed)
    verdicts: list[tuple[str, int, str]] = [
        (one.settlement_id, one.fund_fen, one.code) for one in done.verdicts
    ]
    verdicts += [(one.settlement_id, one.fund_fen, "TO_REVIEW") for one in done.to_review]
    detail = [{"setl_id": id, "fund_appy_sum": yuan(amount), "memo": code} for id, amount, code in verdicts]
    output = {"clr_appy_evt_id": done.claim_id, "fund_appy_sum": yuan(done.accepted_fen), "detail": detail}
    return Told({"result": output})


def withdraw(call: Call[WithdrawApplication]) -> Steps:
    """Takes an application back, while nothing of it was accepted or deducted."""
    return (yield from _withdraw(call, call.form.data.clr_appy_evt_id))


def roll_back(call: Call[RollBack]) -> Steps:
    """Takes a confirmation of rows back, while nothing of it was accepted or deducted."""
    return (yield from _withdraw(call, call.form.data.otransid))


def _withdraw(call: Call[Any], claim_id: str) -> Steps:
    body = WithdrawClaim(claim_id=claim_id, institution_id=call.institution_id, reason=call.envelope.infno)
    yield from ask(body, ClaimStands)
    return Told({})


def extract(call: Call[Extract]) -> Steps:
    """Tells the month's settlements of persons insured elsewhere, 100 rows at a time."""
    page = call.form.data
    first = date(int(page.trt_year), int(page.trt_month), 1)
    days = monthrange(first.year, first.month)[1]
    listed = yield from settlements_of(call.institution_id, first, first + timedelta(days=days))
    away = [one for one in within(listed, None, "99", None) if _is_away(call, one)]
    rows = away[page.startrow - 1 : page.startrow - 1 + _PAGE]
    told = [_row(call, number, one) for number, one in enumerate(rows, page.startrow)]
    return Told({"data": told, "recordsum": len(away)})


def _is_away(call: Call[Any], one: ListedSettlement) -> bool:
    return one.insured_area[:4] != call.institution_id[1:5]


def _row(call: Call[Any], number: int, one: ListedSettlement) -> dict[str, Any]:
    return {
        "seqno": number,
        "mdtrtarea": call.envelope.mdtrtarea_admvs,
        "insuplc_admdvs": one.insured_area,
        "medins_no": call.institution_id,
        "psn_no": one.person_id,
        "mdtrt_id": one.visit_id,
        "mdtrt_setl_time": one.settled_on.isoformat(),
        "setl_sn": one.settlement_id,
        "medfee_sumamt": yuan(one.total_fen),
        "optins_pay_sumamt": yuan(one.fund_fen),
    }
