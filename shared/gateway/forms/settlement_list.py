"""The settlement list in the national form (结算清单, 4101), assembled from what is known of a visit."""

from shared.gateway.forms.fields import yuan
from shared.gateway.forms.settled import setldetail
from shared.gateway.forms.transaction import Output
from shared.messages.amounts import CategoryAmounts
from shared.messages.settlement.found import FoundSettlement, VisitFound, hospital_days

LACKS = {
    "SETTLEMENT": "未结算或已冲正 / not settled, or taken back",
    "CREDENTIAL": "未出示就医凭证 / no credential was shown",
    "DISCHARGE": "未出院 / not discharged",
    "COSTS": "有未上传费用的住院日 / days of the stay without costs",
    "CASE_PAGE": "病案首页未上报 / no case page yet",
}
"""What a list may lack, in words."""


def settlement_list(found: VisitFound, fixmedins_code: str, psn_no: str) -> Output:
    """The list: head, diagnoses, payments by fund, fee categories; `stas` is 1 where it lacks nothing."""
    lacks = found.list_lacks or ()
    held = found.settlement
    return {
        "setlinfo": {**_visit(found, fixmedins_code, psn_no), **(_settlement(held) if held else {})},
        "diseinfo": [_diagnosis(*one) for one in enumerate(found.diagnoses)],
        "payinfo": setldetail(held.payments, found.scheme) if held else [],
        "iteminfo": [_category(*one) for one in sorted(held.by_category.items())] if held else [],
        "stas": "0" if lacks else "1",
        "lack": [f"{lack} {LACKS[lack]}" for lack in lacks],
    }


def _visit(found: VisitFound, fixmedins_code: str, psn_no: str) -> Output:
    left = found.discharged_on
    return {
        "mdtrt_id": found.visit_id,
        "psn_no": psn_no,
        "fixmedins_code": fixmedins_code,
        "insuplc": found.insured_area,
        "hi_type": found.scheme,
        "adm_time": found.service_on.isoformat(),
        "dscg_time": left.isoformat() if left else None,
        "act_ipt_days": hospital_days(found.service_on, left, found.stay_part) if left else None,
    }


def _settlement(held: FoundSettlement) -> Output:
    paid = held.payments
    outside_fen = paid.full_self_pay_fen + paid.over_limit_fen  # what the categories have as self-paid
    return {
        "setl_id": held.settlement_id,
        "setl_end_date": held.settled_on.isoformat(),
        "hi_setl_lv": held.home_tier,
        "medfee_sumamt": yuan(paid.total_fen),
        "psn_ownpay": yuan(outside_fen),
        "psn_selfpay": yuan(paid.personal_fen - outside_fen),
        "acct_pay": yuan(paid.account_fen),
        "psn_cashpay": yuan(paid.cash_fen),
    }


def _diagnosis(place: int, code: str) -> Output:
    return {"diag_code": code, "maindiag_flag": "0" if place else "1"}


def _category(category: str, sums: CategoryAmounts) -> Output:
    return {
        "med_chrgitm": category,
        "amt": yuan(sums.amount_fen),
        "claa_sumfee": yuan(sums.class_a_fen),
        "clab_amt": yuan(sums.class_b_fen),
        "fulamt_ownpay_amt": yuan(sums.self_pay_fen),
        "oth_amt": yuan(sums.other_fen),
    }
