"""What the inputs about a visit have in common (就诊信息): who, what kind of care, diagnoses, fee lines."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from shared.benefit.bill import VisitKind
from shared.gateway.forms.fault import FaultError
from shared.gateway.forms.fields import (
    Category,
    Code,
    Day,
    Flag,
    Form,
    Id,
    ItemCode,
    Price,
    Quantity,
    Yuan,
    fen,
    plain,
)
from shared.messages.settlement.visits import Control, FeeLine

MedType = Literal["11", "12", "13", "14", "140104", "140201", "21", "22", "23", "24", "25", "28", "41"]
KIND_OF: dict[str, VisitKind] = {
    **dict.fromkeys(("11", "12", "13"), "outpatient_general"),
    **dict.fromkeys(("14", "140104", "140201"), "outpatient_chronic"),
    **dict.fromkeys(("21", "22", "23", "24", "25", "28"), "inpatient"),
    "41": "pharmacy",
}
TRAUMA, EMERGENCY = frozenset({"22"}), frozenset({"24"})


class VisitName(Form):
    """A visit (就诊) of a person, by the number that 2401 or 2201 gave."""

    mdtrt_id: Id
    psn_no: Id


class Diagnosis(Form):
    """A diagnosis (诊断), the main one marked."""

    diag_code: Code
    maindiag_flag: Flag = "0"


class Liability(Form):
    """Who answers for a trauma (第三方责任); assumed: `exp_content` names the signed statement."""

    ttp_pay_flag: Flag = "0"
    exp_content: Id | None = None


class FeeDetail(VisitName):
    """One fee line (费用明细); a return has a negative count.

    Assumed: its category comes with it, and where `rx_circ_flag` is 1, `rxno` is the number of an electronic
    prescription (电子处方) that circulates; else it is the institution's own and is not told.
    """

    feedetl_sn: Id
    fee_ocur_time: Day
    med_list_codg: ItemCode
    med_chrgitm_type: Category
    cnt: Quantity
    pric: Price
    det_item_fee_sumamt: Yuan
    chrg_bchno: Id = "1"
    rxno: Id | None = None
    rx_circ_flag: Flag = "0"

    @property
    def prescription_id(self) -> str | None:
        """The electronic prescription that the line dispenses; None where it is of none, or a return."""
        return self.rxno if self.rx_circ_flag == "1" and self.cnt > 0 else None

    def line(self) -> FeeLine:
        """The line as the bus has it."""
        return FeeLine(
            line=self.feedetl_sn,
            item=self.med_list_codg,
            category=self.med_chrgitm_type,
            quantity=plain(self.cnt),
            price=plain(self.pric),
        )


class Fees(Form):
    """Fee lines of one visit (2301, 2204)."""

    feedetail: tuple[FeeDetail, ...] = Field(min_length=1, max_length=2000)


def name_of(fees: Fees) -> VisitName:
    """The one visit that the lines are of. Raises FaultError for several, or for a line named twice."""
    names = {(line.mdtrt_id, line.psn_no) for line in fees.feedetail}
    if len(names) > 1:
        raise FaultError("FORM_INVALID", "feedetail: one mdtrt_id, psn_no")
    numbers = [line.feedetl_sn for line in fees.feedetail]
    if len(set(numbers)) < len(numbers):
        raise FaultError("LINE_ID_TAKEN", next(number for number in numbers if numbers.count(number) > 1))
    return fees.feedetail[0]


def control(lines: int, total: Decimal) -> Control:
    """A control total (对账总数) as the HIS has counted."""
    return Control(lines=lines, total_fen=fen(total))


def codes(diagnoses: tuple[Diagnosis, ...]) -> tuple[str, ...]:
    """The codes of the diagnoses, the main one first."""
    ordered = sorted(diagnoses, key=lambda one: one.maindiag_flag, reverse=True)
    return tuple(one.diag_code for one in ordered)
