"""Reads the care that persons were settled for, as far as it was not taken back."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from services.settlement.model.same_care import Care, CareOf
from shared.bus.together import Read, Rows

# Stays and other visits are found by an index each, so that old ones are not even looked at.
_SETTLED = """
WITH held AS (
    SELECT * FROM visit WHERE person_id = ANY($1) AND kind = 'inpatient' AND discharged_on >= $2
    UNION ALL
    SELECT * FROM visit WHERE person_id = ANY($1) AND kind <> 'inpatient' AND service_on >= $2
)
SELECT v.person_id, v.visit_id, v.institution_id, v.kind, v.service_on,
    coalesce(v.discharged_on, v.service_on), s.total_fen, v.manual
FROM held v JOIN settlement s USING (visit_id, attempt) WHERE v.state = 'settled' ORDER BY v.visit_id
"""


def settled(persons: Sequence[str], since: date) -> Read[CareOf]:
    """The persons' settled care that ended on a day or after it."""
    return Read(_SETTLED, (persons, since), _by_person)


def _by_person(rows: Rows) -> CareOf:
    found: CareOf = defaultdict(dict)
    for person_id, *care in rows:
        found[person_id][care[0]] = Care(*care)
    return found
