"""Publishing an institution (公布联网机构) as an agency's list has it: its place, tier and services."""

import json
from datetime import date
from typing import get_args

from services.enrollment.institutions.life import SHOWN, STATUS_LIFE, stage_of, steps_of
from services.enrollment.model import Known
from services.enrollment.rules.permission import require_area, unknown_area
from services.enrollment.rules.register import register
from services.enrollment.rules.subjects import unknown_node
from shared.areas import covers, institution_area
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.enrollment.network.institutions import ApplyInstitution
from shared.messages.enrollment.registers import InstitutionPublished, PublishInstitution
from shared.messages.enrollment.tiers import Tier

PHARMACY = "P"
"""How a pharmacy's code begins."""
_TIERS = frozenset(get_args(Tier))


def publish_institution(known: Known, message: Message, body: PublishInstitution) -> Decision:
    """An institution of a known area, at a registered node, in the order of its life (000 三(二)3).

    By who answers for where it is, for where its code says, and for where it was: a higher area's hospital is
    moved down by the higher area alone. One that applied itself keeps the status that its steps have led to,
    and one that is published changes hands only by both nodes.
    """
    refusal = (
        require_area(known, message.source, body.area)
        or _of_others(known, message.source, body)
        or impossible_place(known, body)
        or _impossible_status(known, body)
        or _changes_hands(known, body)
    )
    if refusal:
        return Decision(answer=refusal)
    return register(known, "institution", of_its_day(known, message.day, body), InstitutionPublished)


def of_its_day(known: Known, day: date | None, body: PublishInstitution) -> PublishInstitution:
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


def impossible_place(known: Known, body: PublishInstitution | ApplyInstitution) -> Answer | None:
    """Refuses an area or node nobody registered, a code of elsewhere, a tier or a service that cannot be.

    A code that is registered outlives a change of area (医保区划调整): only a new one must lie where it says.
    """
    return (
        unknown_area(known, body.area, "area")
        or unknown_node(known, body.node_id)
        or (None if known.entry("institution", body.institution_id) else _misplaced(body))
        or _no_such_tier(body)
        or _no_pharmacys(body)
    )


def _of_others(known: Known, source: str, body: PublishInstitution) -> Answer | None:
    held = known.entry("institution", body.institution_id)
    where = held.content["area"] if held else institution_area(body.institution_id)
    return require_area(known, source, where)


def _misplaced(body: PublishInstitution | ApplyInstitution) -> Answer | None:
    coded = institution_area(body.institution_id)
    lies_there = covers(body.area, coded) or covers(coded, body.area)
    return None if lies_there else refuse("INVALID_FIELD", f"area: {body.area}, institution_id: {coded}")


def _no_such_tier(body: PublishInstitution | ApplyInstitution) -> Answer | None:
    tier = f"{body.tier}{body.grade or ''}"
    return None if tier in _TIERS else refuse("INVALID_FIELD", f"grade: {tier}")


def _no_pharmacys(body: PublishInstitution | ApplyInstitution) -> Answer | None:
    others = [name for name in body.services if name != "pharmacy"]
    is_one = body.institution_id.startswith(PHARMACY)
    return refuse("INVALID_FIELD", f"services: {others[0]}") if is_one and others else None


def _impossible_status(known: Known, body: PublishInstitution) -> Answer | None:
    held = known.entry("institution", body.institution_id)
    status = held.content["status"] if held else None
    if steps_of(known, body.institution_id):
        stage = stage_of(known, body.institution_id, body.status)
        possible, status = SHOWN[stage] == body.status, stage
    else:
        possible = body.status in STATUS_LIFE[status]
    return None if possible else refuse("INSTITUTION_STATE", f"status: {status or '-'} → {body.status}")


def _changes_hands(known: Known, body: PublishInstitution) -> Answer | None:
    held = known.entry("institution", body.institution_id)
    if held is None or held.content["status"] == "nominated" or held.content["node_id"] == body.node_id:
        return None
    return refuse("HAND_OVER_FIRST", f"node_id: {held.content['node_id']} → {body.node_id}")
