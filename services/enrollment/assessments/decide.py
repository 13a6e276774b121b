"""Recording how an institution was assessed for a year (年度考核): by the place that holds it (004-5 三)."""

from datetime import date

from services.enrollment.model import Entry, Known
from services.enrollment.rules.permission import require_area, require_no_lower, require_operator
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.enrollment.network.assessments import InstitutionAssessed, RecordAssessment
from shared.messages.enrollment.registers import Registered


def assessment_subject(body: RecordAssessment) -> str:
    """The name of an assessment in the register: the institution and the year."""
    return f"{body.institution_id}/{body.year}"


def record_assessment(known: Known, message: Message, body: RecordAssessment) -> Decision:
    """Keeps an assessment and tells all of it; the same once more says nothing new.

    One that is held is changed by who told it, or by who stands above it: an institution that its province
    failed is not passed by its county.
    """
    held = known.entry("assessment", assessment_subject(body))
    refusal = _not_yours(known, message.source, body, held) or _impossible(body, message.day)
    if refusal:
        return Decision(answer=refusal)
    given = body.model_dump(mode="json")
    if held and {name: held.content[name] for name in given} == given:
        return Decision(answer=accept(_registered(held)))
    told = InstitutionAssessed(**dict(body), assessed_on=message.day, node_id=message.source)
    version = held.version + 1 if held else 1
    row = Entry("assessment", assessment_subject(body), version, told.model_dump(mode="json"))
    return Decision([told], [row], accept(_registered(row)))


def _not_yours(known: Known, source: str, body: RecordAssessment, held: Entry | None) -> Answer | None:
    """The refusal of who may not say it; of what nobody recorded only a file says that it was withdrawn."""
    institution = known.entry("institution", body.institution_id)
    if institution is None:
        return refuse("UNKNOWN_INSTITUTION", body.institution_id)
    area = institution.content["area"]
    if refusal := require_area(known, source, area):
        return refusal
    if held:
        return require_no_lower(known, source, held.content["node_id"], area)
    is_told = body.outcome != "withdrawn" or require_operator(known, source) is None
    return None if is_told else refuse("NOT_ASSESSED", assessment_subject(body))


def _impossible(body: RecordAssessment, day: date | None) -> Answer | None:
    """The refusal of a year that has not begun."""
    if day is None:
        return refuse("NO_DAY_OPEN")
    return refuse("DATE_NOT_POSSIBLE", f"year: {body.year}") if body.year > day.year else None


def _registered(entry: Entry) -> Registered:
    return Registered(subject_id=entry.subject_id, version=entry.version)
