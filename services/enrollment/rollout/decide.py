"""Moving an area to its next stage (推进开通): by whoever answers for it, from a day on that is to come."""

from datetime import date
from typing import Any

from services.enrollment.model import Entry, Known
from services.enrollment.rollout.life import BEGINS, LIFE
from services.enrollment.rules.permission import require_area, unknown_area
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.enrollment.network.rollout import MoveRollout, RolloutMoved
from shared.messages.enrollment.registers import Registered


def rollout_subject(body: MoveRollout) -> str:
    """What stages are counted of: an area, and the care and disease if it is not all."""
    return "/".join((body.area, *(one for one in (body.service, body.disease) if one)))


def move_rollout(known: Known, message: Message, body: MoveRollout) -> Decision:
    """An area reaches a stage; the stage that it has says nothing new.

    Nobody starts what its city or province has not: a place takes part once all that it lies in does.
    """
    since = body.applies_from or message.day
    refusal = (
        require_area(known, message.source, body.area)
        or unknown_area(known, body.area, "area")
        or _impossible(body)
    )
    if refusal or since is None:
        return Decision(answer=refusal or refuse("INVALID_FIELD", "applies_from: -"))
    held = known.entry("rollout", rollout_subject(body))
    steps = list(held.content["steps"]) if held else []
    if steps and _says_the_same(steps[-1], body):
        return _told(body, len(steps))
    if refusal := _out_of_order(steps, body, since, message.day):
        return Decision(answer=refusal)
    said = RolloutMoved(
        **body.model_dump(exclude={"applies_from"}),
        applies_from=since,
        moved_on=message.day,
        node_id=message.source,
    )
    row = Entry(
        "rollout",
        rollout_subject(body),
        len(steps) + 1,
        {"area": body.area, "steps": [*steps, said.model_dump(mode="json")]},
    )
    return _told(body, row.version, [said], [row])


def _told(
    body: MoveRollout, version: int, facts: list[RolloutMoved] | None = None, rows: list[Entry] | None = None
) -> Decision:
    answer = accept(Registered(subject_id=rollout_subject(body), version=version))
    return Decision(facts or (), rows or (), answer)


def _impossible(body: MoveRollout) -> Answer | None:
    of_chronic = body.disease is None or body.service == "chronic"
    return None if of_chronic else refuse("INVALID_FIELD", f"service: {body.service or '-'} {body.disease}")


def _says_the_same(last: dict[str, Any], body: MoveRollout) -> bool:
    on_the_day = body.applies_from is None or body.applies_from.isoformat() == last["applies_from"]
    return last["stage"] == body.stage and on_the_day


def _out_of_order(
    steps: list[dict[str, Any]], body: MoveRollout, since: date, today: date | None
) -> Answer | None:
    """Refuses what would jump a stage, reach back, or come before the step that was told last."""
    stage = steps[-1]["stage"] if steps else None
    if body.stage not in BEGINS if stage is None else (stage, body.stage) not in LIFE:
        return refuse("INVALID_FIELD", f"stage: {stage or '-'} → {body.stage}")
    last = date.fromisoformat(steps[-1]["applies_from"]) if steps else since
    if since < max(last, today or since):
        return refuse("DATE_NOT_POSSIBLE", f"applies_from: {since}")
    return None
