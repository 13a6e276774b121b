"""Nodes, institutions, centers, catalogue pages: what must stand before they are registered."""

import json
from datetime import date
from typing import get_args

from services.enrollment.model import INSTITUTION_LIFE, Known
from services.enrollment.rules.catalogues.pages import edition_key, outside_edition
from services.enrollment.rules.permission import OPERATOR, require_area, require_operator, unknown_area
from services.enrollment.rules.register import register
from shared.areas import covers, institution_area
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.enrollment.registers import (
    CataloguePublished,
    CenterRegistered,
    InstitutionPublished,
    NodeRegistered,
    PublishCatalogue,
    PublishInstitution,
    RegisterCenter,
    RegisterNode,
)
from shared.messages.enrollment.tiers import Tier


def register_node(known: Known, message: Message, body: RegisterNode) -> Decision:
    """A node joins the bus, or changes its name or kind; operators only."""
    if refusal := require_operator(known, message.source) or _last_operator(body):
        return Decision(answer=refusal)
    return register(known, "node", body, NodeRegistered)


def register_center(known: Known, message: Message, body: RegisterCenter) -> Decision:
    """A clearing center at a registered node; operators only. To register it once more undoes it."""
    refusal = (
        require_operator(known, message.source)
        or _unknown_node(known, body.node_id)
        or _ends_before_it_begins(body)
    )
    if refusal:
        return Decision(answer=refusal)
    return register(known, "center", body, CenterRegistered)


def publish_institution(known: Known, message: Message, body: PublishInstitution) -> Decision:
    """An institution of a known area, at a registered node, in the order of its life (000 三(二)3).

    By who answers for where it is, for where its code says, and for where it was: a higher area's hospital is
    moved down by the higher area alone.
    """
    refusal = (
        require_area(known, message.source, body.area)
        or _of_others(known, message.source, body)
        or unknown_area(known, body.area, "area")
        or _unknown_node(known, body.node_id)
        or _misplaced(body)
        or _no_such_tier(body)
        or _impossible_status(known, body)
    )
    if refusal:
        return Decision(answer=refusal)
    return register(known, "institution", _of_its_day(known, message.day, body), InstitutionPublished)


def _of_its_day(known: Known, day: date | None, body: PublishInstitution) -> PublishInstitution:
    """What is told, with the day from which it holds: the one given, else today; the first time, always.

    What holds already is told as it was.
    """
    held = known.entry("institution", body.institution_id)
    if held is None:
        return body
    before = PublishInstitution.model_validate_json(json.dumps(held.content))
    since = body.applies_from or day
    again = body.model_copy(update={"applies_from": before.applies_from})
    if again == before and (since is None or (before.applies_from or since) <= since):
        return before
    return body.model_copy(update={"applies_from": since})


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


def _of_others(known: Known, source: str, body: PublishInstitution) -> Answer | None:
    held = known.entry("institution", body.institution_id)
    where = held.content["area"] if held else institution_area(body.institution_id)
    return require_area(known, source, where)


def _unknown_node(known: Known, node_id: str) -> Answer | None:
    return None if known.entry("node", node_id) else refuse("UNKNOWN_NODE", f"node_id: {node_id}")


def _ends_before_it_begins(body: RegisterCenter) -> Answer | None:
    first, until = body.in_force_from, body.in_force_until
    return refuse("DATE_NOT_POSSIBLE", "in_force_until") if first and until and until <= first else None


def _misplaced(body: PublishInstitution) -> Answer | None:
    coded = institution_area(body.institution_id)
    lies_there = covers(body.area, coded) or covers(coded, body.area)
    return None if lies_there else refuse("INVALID_FIELD", f"area: {body.area}, institution_id: {coded}")


def _no_such_tier(body: PublishInstitution) -> Answer | None:
    tier = f"{body.tier}{body.grade or ''}"
    return None if tier in get_args(Tier) else refuse("INVALID_FIELD", f"grade: {tier}")


def _impossible_status(known: Known, body: PublishInstitution) -> Answer | None:
    held = known.entry("institution", body.institution_id)
    status = held.content["status"] if held else None
    possible = body.status in INSTITUTION_LIFE[status]
    return None if possible else refuse("INSTITUTION_STATE", f"status: {status or '-'} → {body.status}")
