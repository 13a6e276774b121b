"""An institution's own item codes (院内编码对照), page by page."""

from services.enrollment.model import Known
from services.enrollment.rules.catalogues.pages import edition_key, outside_edition
from services.enrollment.rules.permission import require_area
from services.enrollment.rules.register import register
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.enrollment.mappings import MappingPublished, PublishMapping


def publish_mapping(known: Known, message: Message, body: PublishMapping) -> Decision:
    """A page of a registered institution's codes, from its own node or who answers for its area.

    A page stays with its institution.
    """
    refusal = (
        not_in_charge(known, message.source, body.institution_id)
        or _page_of_others(known, body)
        or outside_edition(known, "mapping", edition_key("mapping", body.institution_id), body)
    )
    return Decision(answer=refusal) if refusal else register(known, "mapping", body, MappingPublished)


def not_in_charge(known: Known, source: str, institution_id: str) -> Answer | None:
    """Refuses who is neither the institution's node nor answers for its area."""
    institution = known.entry("institution", institution_id)
    if institution is None:
        return refuse("UNKNOWN_INSTITUTION", institution_id)
    if institution.content["node_id"] == source:
        return None
    return require_area(known, source, institution.content["area"])


def _page_of_others(known: Known, body: PublishMapping) -> Answer | None:
    held = known.entry("mapping", body.page_id)
    if held is None or held.content["institution_id"] == body.institution_id:
        return None
    return refuse("INSTITUTION_NOT_YOURS", f"page_id: {held.content['institution_id']}")
