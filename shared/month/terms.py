"""Terms (清算条款): what an agreement says of the months in which it is cleared."""

from calendar import monthrange
from datetime import date
from typing import NamedTuple

from shared.messages.enrollment.agreements import FundingMode
from shared.month.facts import Agreement


def month_end(month: str, cut_off_day: int) -> date:
    """The last business day of a month: its cut-off day, else its end."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, cut_off_day or monthrange(year, number)[1])


class MonthRule(NamedTuple):
    """The rule of months (月份规则): when one ends, until when it is declared, and when it is too late."""

    cut_off_day: int = 0
    declare_by_day: int = 0
    max_delay_months: int = 2
    year_close: str = "03-31"


class Terms(NamedTuple):
    """The terms (清算条款) of an agreement: its mode and centers, what makes a line count, and its months."""

    agreement_id: str
    funding_mode: FundingMode
    insured_center: str
    treatment_center: str
    are_claims_required: bool
    is_case_page_required: bool
    months: MonthRule


def terms_of(signed: Agreement) -> Terms:
    """The terms that stand in an agreement as it was signed."""
    return Terms(
        agreement_id=signed.agreement_id,
        funding_mode=signed.funding_mode,
        insured_center=signed.insured_center,
        treatment_center=signed.treatment_center,
        are_claims_required=signed.claims == "required",
        is_case_page_required=signed.case_page_required,
        months=MonthRule(
            signed.cut_off_day, signed.declare_by_day, signed.max_delay_months, signed.year_close
        ),
    )
