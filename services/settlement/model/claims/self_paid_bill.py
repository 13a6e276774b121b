"""A bill that the patient paid whole (自费账单), its lines split and compared with the prices at home."""

from datetime import date
from typing import NamedTuple

from services.settlement.model.visit import Injury
from shared.benefit.bill import Amounts


class SelfPaidBill(NamedTuple):
    """A self-paid bill (自费账单), never changed: `number` counts a visit's bills, and the newest is settled.

    `categories` and `lines` are packed; each line has the price at home that it was compared with.
    `excess_fen` is what is above those prices and within the catalogue's own limits. `injury_before` and
    `statement_before`: what was known of the visit's trauma before its first bill.
    """

    visit_id: str
    number: int
    person_id: str
    institution_id: str
    request_id: str
    invoice_id: str
    disease: str | None
    heard_on: date
    line_count: int
    total_fen: int
    full_self_pay_fen: int
    over_limit_fen: int
    pre_self_pay_fen: int
    excess_fen: int
    unpriced_items: int
    categories: bytes
    lines: bytes = b""
    injury_before: Injury | None = None
    statement_before: str | None = None

    @property
    def amounts(self) -> Amounts:
        """Its four sums."""
        return Amounts(self.total_fen, self.full_self_pay_fen, self.over_limit_fen, self.pre_self_pay_fen)


class SelfPaidWithdrawal(NamedTuple):
    """A self-paid bill undone (撤销自费上传) before it was claimed."""

    visit_id: str
    number: int
    withdrawn_on: date
