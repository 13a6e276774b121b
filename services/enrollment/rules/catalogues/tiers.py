"""How an insured area counts the tiers of other places (医院等级对应): each tier once (001 (四))."""

from services.enrollment.model import Known
from services.enrollment.rules.permission import require_area, unknown_area
from services.enrollment.rules.register import register
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.enrollment.tiers import MapTiers, TiersMapped


def tiers_subject(body: MapTiers) -> str:
    """What a mapping stands under: its area, and the day it counts from unless it is from the beginning."""
    return f"{body.insured_area}/{body.in_force_from}" if body.in_force_from else body.insured_area


def map_tiers(known: Known, message: Message, body: MapTiers) -> Decision:
    """The whole mapping of a known insured area from a day on, given by whoever answers for it.

    Those from other days stay: care that began before goes by them.
    """
    area = body.insured_area
    refusal = (
        require_area(known, message.source, area)
        or unknown_area(known, area, "insured_area")
        or _mapped_twice(body)
    )
    if refusal:
        return Decision(answer=refusal)
    return register(known, "tiers", body, TiersMapped, subject_id=tiers_subject(body))


def _mapped_twice(body: MapTiers) -> Answer | None:
    seen: set[str] = set()
    for place, mapping in enumerate(body.mappings):
        if mapping.tier in seen:
            return refuse("INVALID_FIELD", f"mappings.{place}.tier: {mapping.tier}")
        seen.add(mapping.tier)
    return None
