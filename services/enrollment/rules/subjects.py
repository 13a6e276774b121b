"""Nodes, centers, catalogue pages: what must stand before they are registered."""

from services.enrollment.model import Known
from services.enrollment.rules.catalogues.pages import edition_key, outside_edition
from services.enrollment.rules.permission import OPERATOR, require_area, require_operator, unknown_area
from services.enrollment.rules.register import register
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.enrollment.registers import (
    CataloguePublished,
    CenterRegistered,
    NodeRegistered,
    PublishCatalogue,
    RegisterCenter,
    RegisterNode,
)


def register_node(known: Known, message: Message, body: RegisterNode) -> Decision:
    """A node joins the bus, or changes its name or kind; operators only."""
    if refusal := require_operator(known, message.source) or _last_operator(body):
        return Decision(answer=refusal)
    return register(known, "node", body, NodeRegistered)


def register_center(known: Known, message: Message, body: RegisterCenter) -> Decision:
    """A clearing center at a registered node; operators only. To register it once more undoes it."""
    refusal = (
        require_operator(known, message.source)
        or unknown_node(known, body.node_id)
        or _ends_before_it_begins(body)
    )
    if refusal:
        return Decision(answer=refusal)
    return register(known, "center", body, CenterRegistered)


def publish_catalogue(known: Known, message: Message, body: PublishCatalogue) -> Decision:
    """A page of a known area's catalogue; a page stays with its area."""
    refusal = require_area(known, message.source, body.area) or unknown_area(known, body.area, "area")
    held = known.entry("catalogue", body.page_id)
    if refusal is None and held and held.content["area"] != body.area:
        refusal = refuse("AREA_NOT_YOURS", f"page_id: {held.content['area']}")
    refusal = refusal or outside_edition(known, "catalogue", edition_key("catalogue", body.area), body)
    return Decision(answer=refusal) if refusal else register(known, "catalogue", body, CataloguePublished)


def _last_operator(body: RegisterNode) -> Answer | None:
    stays = body.node_id != OPERATOR or body.kind == "operator"
    return None if stays else refuse("OPERATOR_STAYS", f"kind: {body.kind}")


def unknown_node(known: Known, node_id: str) -> Answer | None:
    """The refusal of a node that nobody has registered."""
    return None if known.entry("node", node_id) else refuse("UNKNOWN_NODE", f"node_id: {node_id}")


def _ends_before_it_begins(body: RegisterCenter) -> Answer | None:
    first, until = body.in_force_from, body.in_force_until
    return refuse("DATE_NOT_POSSIBLE", "in_force_until") if first and until and until <= first else None
