"""Telling who pools for an area (设定统筹层次), for days to come; also a merger of pools (统筹区合并)."""

from datetime import date

from services.enrollment.model import Known
from services.enrollment.rules.permission import require_area, unknown_area
from services.enrollment.rules.register import register
from shared.areas import city, province, widened
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.enrollment.network.pooling import PoolingSet, SetPooling
from shared.pools import Pool, PoolBook


def pooling_subject(body: SetPooling) -> str:
    """The name of what is told in the register: area, scheme and first day."""
    return f"{body.area}/{body.scheme}/{body.applies_from}"


def set_pooling(known: Known, message: Message, body: SetPooling) -> Decision:
    """Who pools from a day on, by a node that answers for the area, for its pool so far and for its new one.

    Before the day comes it is undone by another told of that day; afterwards by another from a later day on.
    """
    refusal = (
        unknown_area(known, body.area, "area")
        or _impossible(body)
        or _not_theirs(known, message.source, body)
        or _begun(known, message.day, body)
    )
    if refusal:
        return Decision(answer=refusal)
    return register(known, "pooling", body, PoolingSet, subject_id=pooling_subject(body))


def _impossible(body: SetPooling) -> Answer | None:
    pool = body.pooling_area
    if pool is not None and pool not in widened(body.area):
        return refuse("INVALID_FIELD", f"pooling_area: {body.area} → {pool}")
    is_county = body.area != city(body.area)
    if body.under_province and not (is_county and pool == body.area):
        return refuse("INVALID_FIELD", f"under_province: {body.area} → {pool}")
    return None


def _not_theirs(known: Known, source: str, body: SetPooling) -> Answer | None:
    """Refuses who answers for the area, but not for the pool that it leaves or joins: its money is theirs.

    Whether a county is directly under its province (省直管县), or no longer is, its province says: the county
    leaves its city by that, and neither of the two could say so for both.
    """
    book, told_of = _book(known), (body.area, body.scheme, body.applies_from)
    held = book.told_of(*told_of)
    is_under = body.under_province or (held is not None and held.under_province)
    over = province(body.area) if is_under else None
    concerned = (body.area, book.pool_of(*told_of), body.pooling_area, over)
    areas = dict.fromkeys(area for area in concerned if area)
    refusals = (require_area(known, source, area) for area in areas)
    return next((refusal for refusal in refusals if refusal), None)


def _begun(known: Known, day: date | None, body: SetPooling) -> Answer | None:
    """Refuses a day that has begun: care of that day may be settled already; as it was told, it stands."""
    held = known.entry("pooling", pooling_subject(body))
    if day is None or body.applies_from > day or (held and held.content == body.model_dump(mode="json")):
        return None
    return refuse("DATE_NOT_POSSIBLE", f"applies_from: {body.applies_from}")


def _book(known: Known) -> PoolBook:
    told = (entry.content for entry in known.entries.values() if entry.kind == "pooling")
    return PoolBook(
        Pool(
            one["area"],
            one["scheme"],
            date.fromisoformat(one["applies_from"]),
            one["pooling_area"],
            one["under_province"],
        )
        for one in told
    )
