"""Prices of public hospitals (公立医院价格) by tier, page by page (001 (三))."""

from services.enrollment.model import Known
from services.enrollment.rules.catalogues.pages import edition_key, outside_edition
from services.enrollment.rules.permission import require_area, unknown_area
from services.enrollment.rules.register import register
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.enrollment.prices import PricesPublished, PublishPrices


def publish_prices(known: Known, message: Message, body: PublishPrices) -> Decision:
    """A page of a known area's prices; a page stays with its area, and names an item and tier once."""
    refusal = (
        require_area(known, message.source, body.area)
        or unknown_area(known, body.area, "area")
        or _page_of_others(known, body)
        or _named_twice(body)
        or outside_edition(known, "price", edition_key("prices", body.area), body)
    )
    return Decision(answer=refusal) if refusal else register(known, "price", body, PricesPublished)


def _page_of_others(known: Known, body: PublishPrices) -> Answer | None:
    held = known.entry("price", body.page_id)
    if held is None or held.content["area"] == body.area:
        return None
    return refuse("AREA_NOT_YOURS", f"page_id: {held.content['area']}")


def _named_twice(body: PublishPrices) -> Answer | None:
    seen: set[tuple[str, str]] = set()
    for place, line in enumerate(body.items):
        if (line.item, line.tier) in seen:
            return refuse("INVALID_FIELD", f"items.{place}: {line.item} {line.tier}")
        seen.add((line.item, line.tier))
    return None
