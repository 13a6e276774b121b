"""A settlement as the form's output has it (结算信息 setlinfo、基金分项 setldetail), in yuan."""

from decimal import Decimal

from shared.gateway.forms.fields import yuan
from shared.gateway.forms.transaction import Output
from shared.messages.amounts import Payments
from shared.messages.settlement.found import FoundLine

_FIELDS = {
    "medfee_sumamt": "total_fen",
    "fulamt_ownpay_amt": "full_self_pay_fen",
    "overlmt_selfpay": "over_limit_fen",
    "preselfpay_amt": "pre_self_pay_fen",
    "inscp_scp_amt": "in_scope_fen",
    "act_pay_dedc": "deductible_fen",
    "hifp_pay": "pool_fen",
    "hifob_pay": "large_amount_fen",
    "hifmi_pay": "serious_illness_fen",
    "maf_pay": "assistance_fen",
    "fund_pay_sumamt": "fund_fen",
    "psn_part_amt": "personal_fen",
    "acct_pay": "account_fen",
    "psn_cash_pay": "cash_fen",
}
# Codes of fund items as one province has them; those of NRCMS and of assistance are assumed.
_POOL = {"310": "310100", "390": "390400", "380": "380100"}
_FUNDS = {"large_amount_fen": "330100", "serious_illness_fen": "390500", "assistance_fen": "610100"}


def setlinfo(payments: Payments, mdtrt_id: str, psn_no: str, setl_id: str = "") -> Output:
    """Who pays what of a bill; `pool_prop_selfpay` is the ratio that the pool pays, in the form's words."""
    ratio = Decimal(payments.ratio_bp).scaleb(-4) if payments.ratio_bp is not None else None
    names = {"setl_id": setl_id} if setl_id else {}
    amounts = {field: yuan(getattr(payments, source)) for field, source in _FIELDS.items()}
    return {"mdtrt_id": mdtrt_id, **names, "psn_no": psn_no, **amounts, "pool_prop_selfpay": ratio}


def setldetail(payments: Payments, insutype: str) -> list[Output]:
    """What each fund pays; funds that pay nothing are left out."""
    sources = {"pool_fen": _POOL[insutype], **_FUNDS}
    paid = ((code, getattr(payments, source)) for source, code in sources.items())
    return [{"fund_pay_type": code, "fund_payamt": yuan(amount)} for code, amount in paid if amount]


def split(line: FoundLine) -> Output:
    """A fee line as it was split (明细拆分): over the limit, self-paid, paid first, in scope."""
    outside = line.full_self_pay_fen + line.over_limit_fen + line.pre_self_pay_fen
    return {
        "feedetl_sn": line.line,
        "fee_ocur_time": line.cost_on.isoformat(),
        "med_list_codg": line.item,
        "cnt": Decimal(line.quantity),
        "pric": Decimal(line.price),
        "det_item_fee_sumamt": yuan(line.amount_fen),
        "overlmt_amt": yuan(line.over_limit_fen),
        "fulamt_ownpay_amt": yuan(line.full_self_pay_fen),
        "preselfpay_amt": yuan(line.pre_self_pay_fen),
        "inscp_scp_amt": yuan(line.amount_fen - outside),
        "chrgitm_lv": line.level,
        "med_chrgitm_type": line.category,
        "memo": "" if line.known_item else "目录外项目，自费 / not in the catalogue, paid by the patient",
    }
