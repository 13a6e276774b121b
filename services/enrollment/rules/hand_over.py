"""The hand-over (接续) from one agreement to the next: how areas change who advances (000 三(三)3).

An agreement keeps its funding mode, so another one follows it: without a gap, in which nobody could be
treated, and without a day in both, on which a line would have two. A stay goes by the day of its admission,
so what the old agreement covers is cleared under it to the end. Signed again without what it follows, the
new one frees the end of the old.
"""

from collections.abc import Mapping
from datetime import date

from services.enrollment.model import Known
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.enrollment.agreements import SignAgreement

_THE_SAME = ("insured_area", "treatment_area", "schemes")


def not_following(known: Known, periods: Mapping[date, SignAgreement], body: SignAgreement) -> Answer | None:
    """The refusal of an agreement that does not begin as the one it follows ends, or outlives its follower.

    `periods`: what is registered of the agreement.
    """
    after = {**periods, body.in_force_from: body}
    if (earlier := body.follows_agreement_id) and (
        refusal := _not_after(_registered(known, earlier), after, body)
    ):
        return refusal
    end = after[max(after)].in_force_until
    for later in _followers(known, body.agreement_id):
        begins_on = min(_registered(known, later))
        if begins_on != end:
            return refuse("DATE_NOT_POSSIBLE", f"in_force_until: {end}, {later} {begins_on}")
    return None


def _not_after(
    earlier: Mapping[date, SignAgreement], after: Mapping[date, SignAgreement], body: SignAgreement
) -> Answer | None:
    where = f"follows_agreement_id: {body.follows_agreement_id}"
    if not earlier:
        return refuse("UNKNOWN_AGREEMENT", where)
    last = earlier[max(earlier)]
    if body.agreement_id == last.agreement_id:
        return refuse("INVALID_FIELD", where)
    for name in _THE_SAME:
        if {*_each(getattr(last, name))} != {*_each(getattr(body, name))}:
            return refuse("INVALID_FIELD", f"{where}, {name}")
    if min(after) != last.in_force_until:
        return refuse("DATE_NOT_POSSIBLE", f"in_force_from: {min(after)}, {where} {last.in_force_until}")
    return None


def _each(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _registered(known: Known, agreement_id: str) -> dict[date, SignAgreement]:
    held = (SignAgreement.model_validate(one.content, strict=False) for one in known.periods(agreement_id))
    return {one.in_force_from: one for one in held}


def _followers(known: Known, agreement_id: str) -> set[str]:
    entries = known.of_kind("agreement")
    return {
        one.content["agreement_id"]
        for one in entries
        if one.content.get("follows_agreement_id") == agreement_id
    }
