"""Payment orders, each made in one line; what a test does not name has a plain value. All is invented."""

from datetime import date, datetime, timedelta, timezone
from typing import Any

from shared.bank.payment import Holder, PaymentOrder
from shared.bank.run import RunHead

PAYER = "0000111122223333"
PAYEE = "9999000011112222"
DAY = date(2026, 4, 10)
CHINA = timezone(timedelta(hours=8))
MADE_AT = datetime(2026, 4, 9, 17, 30, tzinfo=CHINA)
CENTER = Holder("甲省结算中心", PAYER, "900100000017", "虚拟银行甲支行")
HOSPITAL = Holder("乙市示例医院", PAYEE, "900200000025", "虚拟银行乙支行")
HEAD = RunHead("RUN-2026-04", MADE_AT, "甲省结算中心")


def order(reference: str = "PAY-1", fen: int = 100_00, **changes: Any) -> PaymentOrder:
    """An order of the center to the hospital."""
    plain: dict[str, Any] = {
        "debtor": CENTER,
        "creditor": HOSPITAL,
        "due_on": DAY,
        "purpose": "清算款",
        "remittance_text": "清算单 S-2026-03",
    }
    return PaymentOrder(reference=reference, amount_fen=fen, **{**plain, **changes})
