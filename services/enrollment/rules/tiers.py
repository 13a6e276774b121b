"""How an insured area counts the tiers of other places (医院等级对应): each tier once (001 (四))."""

from services.enrollment.model import Known
from services.enrollment.rules.permission import require_area, unknown_area
from services.enrollment.rules.register import register
from shared.bus.message import Decision
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.tiers import MapTiers, TiersMapped


def map_tiers(known: Known, source: str, body: MapTiers) -> Decision:
    """The whole mapping of a known insured area, given by whoever answers for it."""
    area = body.insured_area
    refusal = (
        require_area(known, source, area) or unknown_area(known, area, "insured_area") or _mapped_twice(body)
    )
    return Decision(answer=refusal) if refusal else register(known, "tiers", body, TiersMapped)


def _mapped_twice(body: MapTiers) -> Answer | None:
    seen: set[str] = set()
    for place, mapping in enumerate(body.mappings):
        if mapping.tier in seen:
            return refuse("INVALID_FIELD", f"mappings.{place}.tier: {mapping.tier}")
        seen.add(mapping.tier)
    return None
