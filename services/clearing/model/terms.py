"""Finds the agreement (协议) under which a settlement is cleared, and the terms that apply."""

from collections.abc import Collection, Iterable
from datetime import date

from services.clearing.ledger.rules import MODES
from services.clearing.model.line import Candidate, Line
from services.clearing.model.periods import last_ended, month_end, month_of, open_month
from shared.areas import city, covers, province
from shared.messages.enrollment.agreements import AgreementSigned


def covering_areas(area: str) -> tuple[str, str, str]:
    """The codes under which an agreement may name an area: its own, its city's, its province's."""
    return area, city(area), province(area)


def terms_on(periods: Collection[AgreementSigned], day: date) -> AgreementSigned:
    """The terms that apply on a day: those of the agreement's last period that has begun by then.

    An agreement is signed again for each period. On a day before all of them the terms of the first period
    apply: nothing else was ever agreed.
    """
    begun = [terms for terms in periods if terms.in_force_from <= day]
    return max(begun, key=_begin) if begun else min(periods, key=_begin)


def terms_of_month(periods: Collection[AgreementSigned], month: str) -> AgreementSigned:
    """The terms that apply to a month: those of the agreement's last period that has begun by its end.

    So a renewal that is signed ahead changes no month before its own first day.
    """
    begun = [terms for terms in periods if terms.in_force_from <= month_end(month, terms.cut_off_day)]
    return max(begun, key=_begin) if begun else min(periods, key=_begin)


def month_ended(periods: Collection[AgreementSigned], day: date) -> str:
    """The last month that has ended before `day`; the terms of each month say when it ends."""
    month = month_of(day, 0)
    end = month_end(month, terms_of_month(periods, month).cut_off_day)
    return month if end < day else last_ended(day, 0)


def find_agreement(line: Candidate, agreements: Iterable[AgreementSigned]) -> AgreementSigned | None:
    """The agreement in force between the line's two areas on its service day; of several the narrowest.

    As at the hospital's desk, the day on which an agreement ends is not covered. An agreement whose funding
    mode the ledger does not know covers nothing: without another one the line is held aside.
    """
    fitting = [agreement for agreement in agreements if _fits(line, agreement)]
    return min(fitting, key=_breadth, default=None)


def place_line(line: Candidate, terms: AgreementSigned, sorted_through: str, earliest: str) -> Line:
    """Makes a candidate a line under `terms`, those of its business day; its month is `earliest` or later."""
    return Line(
        line.line_id,
        line.settlement_id,
        line.visit_id,
        line.person_id,
        line.institution_id,
        line.visit_kind,
        line.insured_area,
        line.scheme,
        terms.agreement_id,
        max(open_month(line.business_on, terms.cut_off_day, sorted_through), earliest),
        terms.insured_center,
        terms.treatment_center,
        *line[-6:],
    )


def _begin(terms: AgreementSigned) -> date:
    return terms.in_force_from


def _fits(line: Candidate, agreement: AgreementSigned) -> bool:
    return (
        agreement.funding_mode in MODES
        and line.scheme in agreement.schemes
        and agreement.in_force_from <= line.service_on < agreement.in_force_until
        and covers(agreement.insured_area, line.insured_area)
        and covers(agreement.treatment_area, line.treatment_area)
    )


def _breadth(agreement: AgreementSigned) -> tuple[int, int, str]:
    return _zeros(agreement.insured_area), _zeros(agreement.treatment_area), agreement.agreement_id


def _zeros(area: str) -> int:
    return len(area) - len(area.rstrip("0"))
