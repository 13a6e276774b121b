"""Whether the desk was told the amounts of the answers (金额评判), each step those of its own. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.certify.cases.case import Case, Sitting, Words
from shared.certify.judging.expected import SETTLES
from shared.certify.seen import Seen

_ASKS = {"settle": "SettleVisit", "bill": "SettleOutpatient", "quote": "QuoteVisit"}
_TOLD = frozenset({"upload", *_ASKS})
Document = Mapping[str, Any]
Amounts = Mapping[str, set[int]]
"""What may be told: by upload its total, of the rest under "" what the person pays."""


def amounts(case: Case, seen: Seen) -> Iterator[Words]:
    """Finds amounts that the desk was told and that the step's own answer does not have, or not told."""
    sat = zip(case.sittings, seen.tellings, seen.documents, strict=False)
    for number, (sitting, telling, document) in enumerate(sat, 1):
        for place in _told_places(sitting):
            told = (telling.amounts or {}).get(place, {})
            step = document["steps"][place - 1]
            if telling.amounts is not None and not _agrees(step, told, _held(seen, number, place)):
                yield Words(
                    f"第 {number} 次办理第 {place} 步（{step['do']}）：窗口所示 {dict(told)} 与应答不符",
                    f"sitting {number} step {place} ({step['do']}): the desk was told {dict(told)},"
                    " which is not what its answer says",
                )


def _told_places(sitting: Sitting) -> Iterator[int]:
    """The numbers of the steps whose amounts must be told."""
    for number, step in enumerate(sitting.steps, 1):
        if step.do in _TOLD and (sitting.refused_at is None or number < sitting.refused_at):
            yield number


def _agrees(step: Document, told: Document, held: Amounts) -> bool:
    if step["do"] != "upload":
        return _is_one(told.get("personal_fen"), held[""])
    uploads = told.get("uploads")
    if not isinstance(uploads, Mapping) or uploads.keys() != {one["upload"] for one in step["uploads"]}:
        return False
    return all(_is_one(total, held.get(name, set())) for name, total in uploads.items())


def _is_one(told: Any, held: set[int]) -> bool:
    """Whether what a program told is one of the amounts held; it may have told anything."""
    return type(told) is int and told in held


def _held(seen: Seen, sitting: int, place: int) -> Amounts:
    """The amounts of the accepted answers to what a step asks for."""
    step = seen.documents[sitting - 1]["steps"][place - 1]
    if step["do"] == "upload":
        return _totals(seen)
    if step["do"] not in SETTLES:
        return {"": set(_payments(seen, step, sitting))}
    paid = _payments(seen, step)[: _times_before(seen, sitting, place) + 1]
    return {"": set(paid[-1:])}


def _totals(seen: Seen) -> Amounts:
    """The total of each upload, by its name; the newest if there are several."""
    return {
        str(asked.body.get("upload_id")): {answer.result.get("amounts", {}).get("total_fen")}
        for asked, answer in seen.accepted()
        if asked.kind == "UploadCosts"
    }


def _payments(seen: Seen, step: Document, sitting: int | None = None) -> list[int]:
    """What the person pays by each accepted answer of the step's kind and visit, in their order."""
    return [
        answer.result.get("payments", {}).get("personal_fen")
        for asked, answer in seen.accepted(sitting)
        if asked.kind == _ASKS[step["do"]] and asked.body.get("visit_id") == step["visit"]
    ]


def _times_before(seen: Seen, sitting: int, place: int) -> int:
    """How many earlier steps do the same with the same visit: the next answer is this step's."""
    steps = [one for document in seen.documents[: sitting - 1] for one in document["steps"]]
    steps += seen.documents[sitting - 1]["steps"][: place - 1]
    step = seen.documents[sitting - 1]["steps"][place - 1]
    return sum((one["do"], one.get("visit")) == (step["do"], step["visit"]) for one in steps)
