"""Agreements (协议) between two areas: who may sign one, and when it may be renewed.

Each period of an agreement is an entry of its own, so that what held on a day can be answered: terms change
for days to come alone. The parameters by which lines find their month are those signed last, for all months;
so once a period has begun they stay, and another agreement is signed for other ones.
"""

from collections.abc import Iterator
from datetime import date

from services.enrollment.model import Known
from services.enrollment.rules.hand_over import not_following
from services.enrollment.rules.permission import require_operator
from services.enrollment.rules.register import register
from shared.areas import covers
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.enrollment.agreements import AgreementSigned, SignAgreement

_MOST_WORKING_DAYS = 250
"""A year of working days: a term beyond it is a slip, and may lie beyond the last day of the calendar."""

_TERMS_IN_DAYS = ("confirm_working_days", "pay_working_days", "decide_working_days")
_PLACING = (
    "cut_off_day",
    "declare_by_day",
    "claims",
    "case_page_required",
    "max_delay_months",
    "year_close",
)
"""The parameters by which lines find their month: another value would place what is placed already anew."""


def agreement_subject(body: SignAgreement) -> str:
    """The name of an agreement's period in the register: a renewal is another one."""
    return f"{body.agreement_id}/{body.in_force_from}"


def sign_agreement(known: Known, message: Message, body: SignAgreement) -> Decision:
    """An agreement between two areas, each with a registered center over it; operators only.

    Signed again it is renewed or changed for days to come, but for its funding mode: its ledger has been kept
    under that.
    """
    periods = _periods(known, body)
    refusal = (
        require_operator(known, message.source)
        or _no_center(known, body.insured_center, body.insured_area, "insured_center")
        or _no_center(known, body.treatment_center, body.treatment_area, "treatment_center")
        or _not_to_choose(known, body)
        or _center_ended(known, periods, body, message.day)
        or _out_of_bounds(body)
        or _other_mode(periods, body)
        or not_following(known, periods, body)
        or _reaches_back(periods, body, message.day)
    )
    if refusal:
        return Decision(answer=refusal)
    return register(known, "agreement", body, AgreementSigned, subject_id=agreement_subject(body))


def _periods(known: Known, body: SignAgreement) -> dict[date, SignAgreement]:
    """What is registered of an agreement, by the first day of each period."""
    entries = known.periods(body.agreement_id)
    held = (SignAgreement.model_validate(entry.content, strict=False) for entry in entries)
    return {one.in_force_from: one for one in held}


def _no_center(known: Known, center: str, area: str, field: str) -> Answer | None:
    if not known.entry("center", center):
        return refuse("UNKNOWN_AREA", f"{field}: {center}")
    return None if covers(center, area) else refuse("CENTER_NOT_YOURS", f"{field}: {center} ∌ {area}")


def _not_to_choose(known: Known, body: SignAgreement) -> Answer | None:
    """The refusal of an institution that is not registered, lies elsewhere, or was never published."""
    for place, one in enumerate(body.institutions):
        held = known.entry("institution", one.institution_id)
        if held is None:
            return refuse("UNKNOWN_INSTITUTION", f"institutions.{place}: {one.institution_id}")
        is_there = covers(body.treatment_area, held.content["area"])
        if not is_there or held.content["status"] == "nominated":
            shown = f"{held.content['area']} {held.content['status']}"
            return refuse("INVALID_FIELD", f"institutions.{place}: {one.institution_id} {shown}")
    return None


def _center_ended(
    known: Known, periods: dict[date, SignAgreement], body: SignAgreement, day: date | None
) -> Answer | None:
    """The refusal of a center that is not in force on the first day of the terms, or today if that is later.

    A period that named it before may be signed again, though for no longer: it can still be ended.
    """
    on, held = max(body.in_force_from, day or body.in_force_from), periods.get(body.in_force_from)
    for field in ("insured_center", "treatment_center"):
        center_id = getattr(body, field)
        if held and getattr(held, field) == center_id and body.in_force_until <= held.in_force_until:
            continue
        if not known.is_center_in_force(center_id, on):
            return refuse("CENTER_NOT_IN_FORCE", f"{field}: {center_id}, {on}")
    return None


def _out_of_bounds(body: SignAgreement) -> Answer | None:
    if body.in_force_until <= body.in_force_from:
        return refuse("DATE_NOT_POSSIBLE", "in_force_until")
    for name in _TERMS_IN_DAYS:
        if getattr(body, name) > _MOST_WORKING_DAYS:
            return refuse("INVALID_FIELD", f"{name}: {getattr(body, name)} > {_MOST_WORKING_DAYS}")
    if body.review != "BY_RULE" and body.claims == "none":  # what nobody claims, nobody reviews
        return refuse("INVALID_FIELD", f"review: {body.review}, claims: none")
    return None


def _other_mode(periods: dict[date, SignAgreement], body: SignAgreement) -> Answer | None:
    for held in periods.values():
        if held.funding_mode != body.funding_mode:
            return refuse("FUNDING_MODE_FIXED", f"funding_mode: {held.funding_mode}")
    return None


def _reaches_back(periods: dict[date, SignAgreement], body: SignAgreement, day: date | None) -> Answer | None:
    """The refusal of terms that would change a day or a month that has begun.

    None before any day is open, nor for an agreement of which no period has begun: nothing held of it yet.
    """
    if day is None or not any(first <= day for first in periods):
        return None
    held = periods.get(body.in_force_from)
    if held == body:
        return None
    if (changes_on := _first_change(held, body)) <= day:
        return refuse("TERMS_REACH_BACK", f"in_force_from: {changes_on} ≤ {day}")
    if changed := [*_placing_changed(periods, body)]:
        return refuse("TERMS_REACH_BACK", ", ".join(changed))
    return None


def _first_change(held: SignAgreement | None, body: SignAgreement) -> date:
    """The first day on which a signing changes the terms; where only the end is another, the earlier end."""
    if held and held.model_copy(update={"in_force_until": body.in_force_until}) == body:
        return min(held.in_force_until, body.in_force_until)
    return body.in_force_from


def _placing_changed(periods: dict[date, SignAgreement], body: SignAgreement) -> Iterator[str]:
    """The parameters by which lines are placed that a signing would change: those signed last hold."""
    before, after = periods[max(periods)], {**periods, body.in_force_from: body}
    return (name for name in _PLACING if getattr(before, name) != getattr(after[max(after)], name))
