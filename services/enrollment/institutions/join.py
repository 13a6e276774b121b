"""Joining (申请联网): applied, accepted, connected, published; each step with its day and reason."""

import json

from services.enrollment.institutions.life import BEGINS, LIFE, SHOWN, Status, stage_of, steps_of
from services.enrollment.institutions.publish import impossible_place, of_its_day
from services.enrollment.model import Entry, Known
from services.enrollment.rules.permission import require_area
from services.enrollment.rules.register import register
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.enrollment.network.institutions import (
    ApplyInstitution,
    InstitutionMoved,
    Move,
    MoveInstitution,
    Stage,
)
from shared.messages.enrollment.registers import InstitutionPublished, PublishInstitution, Registered


def apply_institution(known: Known, message: Message, body: ApplyInstitution) -> Decision:
    """An institution applies, from the node it will answer at or by who answers for its area.

    Applied for in error it is refused, from where nothing leads on but another application.
    """
    refusal = _not_its_own(known, message.source, body) or impossible_place(known, body)
    if refusal:
        return Decision(answer=refusal)
    listed = PublishInstitution(**dict(body), status="nominated")
    told = register(known, "institution", of_its_day(known, message.day, listed), InstitutionPublished)
    if refusal := _joined(known, body, bool(told.facts)):
        return Decision(answer=refusal)
    if _stage(known, body) == BEGINS:
        return told
    return _stepped(known, message, Move(institution_id=body.institution_id, stage=BEGINS, reason="-"), told)


def move_institution(known: Known, message: Message, body: MoveInstitution) -> Decision:
    """A step of an institution's life by who answers for where it is; the stage it has says nothing new."""
    held = known.entry("institution", body.institution_id)
    if held is None:
        return Decision(answer=refuse("UNKNOWN_INSTITUTION", body.institution_id))
    if refusal := require_area(known, message.source, held.content["area"]):
        return Decision(answer=refusal)
    stage = stage_of(known, body.institution_id, held.content["status"])
    if stage == body.stage:
        return Decision(answer=accept(Registered(subject_id=held.subject_id, version=held.version)))
    if (stage, body.stage) not in LIFE:
        return Decision(answer=refuse("INSTITUTION_STATE", f"stage: {stage} → {body.stage}"))
    shown = PublishInstitution.model_validate_json(json.dumps(held.content))
    status: Status = SHOWN[body.stage]
    moved = shown.model_copy(update={"status": status, "applies_from": body.applies_from})
    told = of_its_day(known, message.day, moved) if status != shown.status else shown
    return _stepped(known, message, body, register(known, "institution", told, InstitutionPublished))


def _stepped(known: Known, message: Message, body: Move, told: Decision) -> Decision:
    """The step as a fact, and as a row beside those before it; then what all are told of the institution."""
    step = InstitutionMoved(
        **{name: getattr(body, name) for name in Move.model_fields},
        moved_on=message.day,
        node_id=message.source,
    )
    steps = [*steps_of(known, body.institution_id), step.model_dump(mode="json")]
    row = Entry("steps", body.institution_id, len(steps), {"steps": steps})
    return Decision([step, *told.facts], [row, *told.rows], told.answer)


def _not_its_own(known: Known, source: str, body: ApplyInstitution) -> Answer | None:
    return None if source == body.node_id else require_area(known, source, body.area)


def _joined(known: Known, body: ApplyInstitution, changed: bool) -> Answer | None:
    """Refuses one that has joined or is about to: a code is not applied for twice, nor from elsewhere."""
    held, stage = known.entry("institution", body.institution_id), _stage(known, body)
    anew = stage == "refused" and held is not None and held.content["node_id"] == body.node_id
    if stage is None or anew or (stage == BEGINS and not changed):
        return None
    return refuse("INSTITUTION_STATE", f"stage: {stage} → {BEGINS}")


def _stage(known: Known, body: ApplyInstitution) -> Stage | None:
    held = known.entry("institution", body.institution_id)
    return stage_of(known, body.institution_id, held.content["status"]) if held else None
