"""The document of a sitting (办理单): a case's steps with the ids, days and places of this run. Pure."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from shared.certify.cases.case import Case, Step

DAY = timedelta(days=1)
# Who advances, where, for whom: scheme 380 is advanced by the hospital and lets nobody settle unfiled.
FILINGS = {"310": "other_temporary", "390": "other_temporary", "380": "referral"}
INSURED = {"310": "511900", "390": "511900", "380": "411525"}
_HIDDEN = frozenset({"of"})  # what only the judge needs


class Place(NamedTuple):
    """A hospital of the node, and the area in which it stands."""

    institution_id: str
    area: str


class Scene(NamedTuple):
    """Where and when a case is played; `mark` stands in each id of the case, so that it is recognised."""

    mark: str
    node: str
    address: str
    place: Place
    today: date
    folder: str
    statement: str = ""
    center: str = ""


def mark_of(run: str, number: int) -> str:
    """What marks a case's ids in a run."""
    return f"{run}-{number:02}"


def person_of(mark: str, visit: str) -> str:
    """The invented person of a visit: each visit has one of its own."""
    return f"CERT-{mark}-{visit}"


def visit_of(mark: str, visit: str) -> str:
    """The id of a visit."""
    return f"V-{mark}-{visit}"


def write(case: Case, sitting: int, scene: Scene) -> dict[str, Any]:
    """The document of a sitting, counted from 1, as it goes to the adapter."""
    steps = case.sittings[sitting - 1].steps
    return {
        "case": case.number,
        "title": case.title._asdict(),
        "sitting": sitting,
        "address": scene.address,
        "node": scene.node,
        "institution": scene.place.institution_id,
        "folder": scene.folder,
        "steps": [write_step(step, case, scene) for step in steps],
    }


def write_step(step: Step, case: Case, scene: Scene) -> dict[str, Any]:
    """One step with its ids and days."""
    names: dict[str, Any] = {"do": step.do}
    if step.visit:
        names["person"] = person_of(scene.mark, step.visit)
        names["visit"] = visit_of(scene.mark, step.visit)
    return names | _fields(step.fields, step, case, scene)


def _fields(fields: Mapping[str, Any], step: Step, case: Case, scene: Scene) -> dict[str, Any]:
    shown = ((name, given) for name, given in fields.items() if name not in _HIDDEN)
    return {name: _FORMS.get(name, _as_it_is)(given, step, case, scene) for name, given in shown}


_Form = Callable[[Any, Step, Case, Scene], Any]


def _as_it_is(given: Any, step: Step, case: Case, scene: Scene) -> Any:
    return given


def _id(given: str, step: Step, case: Case, scene: Scene) -> str:
    return f"{scene.mark}-{step.visit}{given}"


def _day(given: int, step: Step, case: Case, scene: Scene) -> str:
    return (scene.today + given * DAY).isoformat()


def _month(given: int, step: Step, case: Case, scene: Scene) -> str:
    months = scene.today.year * 12 + scene.today.month - 1 + given
    return f"{months // 12:04}-{months % 12 + 1:02}"


def _uploads(given: Any, step: Step, case: Case, scene: Scene) -> list[dict[str, Any]]:
    return [_fields(one, step, case, scene) for one in given]


_FORMS: Mapping[str, _Form] = {
    **dict.fromkeys(("filing", "upload", "page", "claim"), _id),
    **dict.fromkeys(("starts_on", "admitted_on", "discharged_on", "service_on", "cost_on"), _day),
    "month": _month,
    "uploads": _uploads,
    "lines": lambda given, *_: [dict(line) for line in given],
    "kind": lambda given, step, case, scene: FILINGS[case.scheme],
    "area": lambda given, step, case, scene: scene.place.area,
    "statement": lambda given, step, case, scene: scene.statement,
    "center": lambda given, step, case, scene: scene.center,
}
