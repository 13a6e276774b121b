"""3201 医药机构费用结算对总账, 3202 对明细账: compares the hospital's books with those held."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Literal

from pydantic import Field

from shared.gateway.forms.asking import ask, settlements_of
from shared.gateway.forms.fields import Amount, AreaCode, Data, Day, Form, Scheme, SettlementId, fen, yuan
from shared.gateway.forms.transaction import Call, Output, Steps, Told
from shared.messages.settlement.found import FoundDifference, ListedSettlement, Reconciled
from shared.messages.settlement.queries import ReconcileSettlements, StatedSettlement, Totals

ClrType = Literal["11", "21", "41", "99"]
KINDS_OF: dict[str, tuple[str, ...]] = {
    "11": ("outpatient_general", "outpatient_chronic"),
    "21": ("inpatient",),
    "41": ("pharmacy",),
}
_DAY = timedelta(days=1)


class Sums(Form):
    """The sums of a period as the HIS has them: those in force, without what was taken back."""

    stmt_begndate: Day
    stmt_enddate: Day
    medfee_sumamt: Amount
    fund_pay_sumamt: Amount
    acct_pay: Amount
    fixmedins_setl_cnt: int = Field(ge=0, le=10**9)
    setl_optins: AreaCode | None = None

    def totals(self) -> Totals:
        """The sums as the bus has them; cash is what is left of the total."""
        cash = self.medfee_sumamt - self.fund_pay_sumamt - self.acct_pay
        return Totals(
            settlements=self.fixmedins_setl_cnt,
            total_fen=fen(self.medfee_sumamt),
            fund_fen=fen(self.fund_pay_sumamt),
            account_fen=fen(self.acct_pay),
            cash_fen=max(fen(cash), 0),
        )


class TypedSums(Sums):
    """The sums of one scheme and kind of clearing (清算类别); 99 or none: of all."""

    insutype: Scheme | None = None
    clr_type: ClrType = "99"


class Settlement(Form):
    """A settlement as the HIS has it."""

    setl_id: SettlementId
    medfee_sumamt: Amount
    fund_pay_sumamt: Amount


ReconcileTotals = Data[TypedSums]  # 3201


class ReconcileLines(Form):
    """The input of 3202; assumed: the lines stand in `detail`, where the form has them in a file."""

    data: Sums
    detail: tuple[Settlement, ...] = Field(min_length=1, max_length=5000)


def reconcile_totals(call: Call[ReconcileTotals]) -> Steps:
    """Compares the totals: `stmt_rslt` 0 they agree, 1 they differ, with what is held."""
    told = call.form.data
    listed = yield from settlements_of(call.institution_id, told.stmt_begndate, told.stmt_enddate + _DAY)
    held = totals_of(within(listed, told.insutype, told.clr_type, told.setl_optins))
    return Told({"stmtinfo": _outcome(told, held, equal=held == told.totals())})


def reconcile_lines(call: Call[ReconcileLines]) -> Steps:
    """Compares settlement by settlement, and gives each difference with its cause."""
    told = call.form.data
    stated = (
        StatedSettlement(
            settlement_id=one.setl_id,
            total_fen=fen(one.medfee_sumamt),
            fund_fen=fen(one.fund_pay_sumamt),
        )
        for one in call.form.detail
    )
    body = ReconcileSettlements(
        institution_id=call.institution_id,
        from_on=told.stmt_begndate,
        until_on=told.stmt_enddate + _DAY,
        totals=told.totals(),
        lines=tuple(stated),
        insured_area=told.setl_optins,
    )
    done = yield from ask(body, Reconciled)
    outcome = _outcome(told, done.held, equal=done.equal)
    return Told({"stmtinfo": outcome, "detail": [_difference(one) for one in done.differences]})


def within(
    listed: Iterable[ListedSettlement], scheme: str | None, clr_type: str, area: str | None
) -> list[ListedSettlement]:
    """The settlements in force of a scheme, kind of clearing and insured area, each where it is given."""
    kinds = KINDS_OF.get(clr_type)
    return [
        one
        for one in listed
        if one.reversed_on is None
        and scheme in (None, one.scheme)
        and area in (None, one.insured_area)
        and (kinds is None or one.kind in kinds)
    ]


def totals_of(settlements: Sequence[ListedSettlement]) -> Totals:
    """Their sums."""
    return Totals(
        settlements=len(settlements),
        total_fen=sum(one.total_fen for one in settlements),
        fund_fen=sum(one.fund_fen for one in settlements),
        account_fen=sum(one.account_fen for one in settlements),
        cash_fen=sum(one.cash_fen for one in settlements),
    )


def held_sums(held: Totals) -> Output:
    """The sums held, in the form's words."""
    return {
        "medfee_sumamt": yuan(held.total_fen),
        "fund_pay_sumamt": yuan(held.fund_fen),
        "acct_pay": yuan(held.account_fen),
        "cash_payamt": yuan(held.cash_fen),
        "fixmedins_setl_cnt": held.settlements,
    }


def _outcome(told: Sums, held: Totals, *, equal: bool) -> Output:
    return {"setl_optins": told.setl_optins, "stmt_rslt": "0" if equal else "1", **held_sums(held)}


def _difference(one: FoundDifference) -> Output:
    amounts = {
        "medfee_sumamt": one.stated_total_fen,
        "fund_pay_sumamt": one.stated_fund_fen,
        "held_medfee_sumamt": one.held_total_fen,
        "held_fund_pay_sumamt": one.held_fund_fen,
    }
    told = {name: None if amount is None else yuan(amount) for name, amount in amounts.items()}
    return {"setl_id": one.settlement_id, "stmt_rslt_dscr": one.cause, **told}
