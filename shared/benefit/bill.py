"""The bill (账单) as the engine takes it, whether it comes from a file or from the service's own rows."""

from collections.abc import Mapping
from datetime import date
from typing import Literal, NamedTuple

from shared.benefit.policy.form import FilingUsed
from shared.findings import Finding, InvalidFileError

VisitKind = Literal["inpatient", "outpatient_general", "outpatient_chronic", "pharmacy"]


class InvalidBillError(InvalidFileError):
    """The bill's amounts or members are not possible; `findings` names each place."""


class Amounts(NamedTuple):
    """The sums of a bill in fen: total (总费用), 全自费, 超限价 and 先行自付."""

    total_fen: int
    full_self_pay_fen: int
    over_limit_fen: int
    pre_self_pay_fen: int

    @property
    def in_scope_fen(self) -> int:
        """What is left in scope of the policy (政策范围内费用)."""
        return self.total_fen - self.full_self_pay_fen - self.over_limit_fen - self.pre_self_pay_fen


class CategorySum(NamedTuple):
    """One of the 14 national fee categories (大类费用) of a bill, in fen; the parts add up (001 (十五))."""

    amount_fen: int
    class_a_fen: int
    class_b_fen: int
    self_pay_fen: int
    other_fen: int = 0


class YearToDate(NamedTuple):
    """What the person has had in the year before this bill (年度累计), in fen; stays without this one.

    For outpatient kinds the outpatient pair is that of the table the bill is settled under.
    """

    stays: int = 0
    pool_paid_fen: int = 0
    large_amount_paid_fen: int = 0
    serious_illness_base_fen: int = 0
    serious_illness_paid_fen: int = 0
    assistance_base_fen: int = 0
    assistance_paid_fen: int = 0
    outpatient_deductible_paid_fen: int = 0
    outpatient_paid_fen: int = 0


NOTHING_YET = YearToDate()


class PartsBefore(NamedTuple):
    """What earlier parts of the same stay came to, fen: the bands go on where they have ended."""

    in_scope_fen: int = 0
    deductible_fen: int = 0


class Bill(NamedTuple):
    """One bill to be settled: what was billed, for whom, under which filing (备案), after what in the year.

    `hospital_tier` is the insured area's own, as it counts the hospital's. `service_on` is the admission
    of a stay, else the visit. `transfer_paid_fen` is what was paid as deductible over the chain of stays
    this one continues, None when it continues none. `account_fen` is the account's balance when it is in
    use, else 0. `deductible_left_fen`: what earlier parts of this very stay, settled in between (中途结算),
    left of its deductible; None for a stay that is settled whole, or its first part. `parts_before`: what
    was in scope of these parts, and what of it went to the deductible.
    """

    bill_id: str
    kind: VisitKind
    hospital_tier: str
    service_on: date
    filing: FilingUsed
    amounts: Amounts
    by_category: Mapping[str, CategorySum] | None = None
    disease: str | None = None
    retired: bool = False
    identities: tuple[str, ...] = ()
    year_to_date: YearToDate = NOTHING_YET
    transfer_paid_fen: int | None = None
    account_fen: int = 0
    deductible_left_fen: int | None = None
    parts_before: PartsBefore = PartsBefore()


def check(bill: Bill) -> None:
    """Raises InvalidBillError when the sums are not possible, or a chronic bill names no disease."""
    amounts = bill.amounts
    if min(amounts) < 0:
        raise InvalidBillError([Finding("amounts", "合计或某一部分为负", "the total or a part is negative")])
    if amounts.in_scope_fen < 0:
        raise InvalidBillError([Finding("amounts", "各部分之和超过总费用", "the parts are above the total")])
    if bill.kind == "outpatient_chronic" and not bill.disease:
        raise InvalidBillError([Finding("disease", "慢特病账单缺少病种", "a chronic bill needs its disease")])
