"""Chronic diseases (门诊慢特病) that a person qualifies for: the insured place's list, and its finding."""

from services.enrollment.model import Known
from services.enrollment.rules.permission import require_area
from services.enrollment.rules.register import register
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.enrollment.qualification import DiseaseQualified, QualifyDisease


def qualification_subject(body: QualifyDisease) -> str:
    """The name of a finding in the register, an id like others; a renewal is another one."""
    return f"{body.person_id}/{body.insured_area}/{body.disease}/{body.qualified_from}"


def qualify_disease(known: Known, message: Message, body: QualifyDisease) -> Decision:
    """A person who is or was insured there qualifies; the insured place's node or an operator's says so.

    Told anew with its first day as its end, a finding that was an error is void: it holds on no day.
    """
    refusal = require_area(known, message.source, body.insured_area, "PERSON_NOT_YOURS", "persons")
    if refusal := refusal or _refusal(known, body):
        return Decision(answer=refusal)
    subject = qualification_subject(body)
    return register(known, "qualification", body, DiseaseQualified, subject_id=subject)


def _refusal(known: Known, body: QualifyDisease) -> Answer | None:
    held = known.coverages.get(body.person_id, {})
    if body.insured_area not in {area for _, area in held}:
        return refuse("UNKNOWN_PERSON", f"{body.person_id} {body.insured_area}")
    if body.qualified_until is not None and body.qualified_until < body.qualified_from:
        return refuse("DATE_NOT_POSSIBLE", "qualified_until")
    return None
