"""Whether a person qualifies (病种认定) for a chronic disease where insured, on the day of care. Pure."""

from services.settlement.model.known import Known
from services.settlement.model.visit import Visit
from shared.errors import refuse
from shared.messages.answer import Answer


def unqualified(known: Known, visit: Visit, disease: str | None) -> Answer | None:
    """Refuses a chronic disease that the person does not qualify for where insured on the day (001 (三))."""
    if visit.kind != "outpatient_chronic":
        return None
    for one in known.qualifications.get(visit.person_id, ()):
        is_it = (one.insured_area, one.disease) == (visit.insured_area, disease)
        if is_it and one.includes(visit.service_on):
            return None
    return refuse("NOT_QUALIFIED", f"{visit.insured_area} {disease} {visit.service_on}")
