"""The terms (清算条款) of an agreement: those that apply on a day or to a month."""

from collections.abc import Collection
from datetime import date

from shared.messages.enrollment.agreements import AgreementSigned
from shared.month.place import first_to_count, last_day, month_after
from shared.month.terms import MonthRule


def month_rule(signed: AgreementSigned) -> MonthRule:
    """The rule of months that an agreement was signed with."""
    return MonthRule(*(getattr(signed, name) for name in MonthRule._fields))


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
    end = last_day(MonthRule(max(periods, key=_begin).cut_off_day), month)
    return terms_on(periods, end)


def due_month(rule: MonthRule, on: date, sorted_through: str) -> str:
    """The month with which an institution is paid what was accepted on a day: the first open one."""
    month = first_to_count(rule, on)
    return max(month, month_after(sorted_through)) if sorted_through else month


def _begin(terms: AgreementSigned) -> date:
    return terms.in_force_from
