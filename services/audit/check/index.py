"""Whether the index of the trail names for each record the ids that the record itself names. Pure."""

from collections import Counter
from collections.abc import Sequence

from services.audit.check.fault import Fault
from services.audit.model import Record
from services.audit.rules.gist import digest_of, named_by
from services.audit.rules.trail import Gist, read_envelope

CODE = "INDEX_DIFFERS"


def check_index(record: Record, gist: Gist, held: Sequence[str]) -> list[Fault]:
    """What the index lacks of a record or has beyond it; ids deeper in a body are known by a digest."""
    envelope, _ = read_envelope(record.envelope)
    named = Counter(
        named_by(envelope.type, envelope.id, envelope.correlation_id or envelope.causation_id, gist)
    )
    found = Counter(held)
    lacking, beyond = sorted((named - found).elements()), sorted((found - named).elements())
    if "mentions" in gist:
        deeper = [] if digest_of(beyond) == gist["mentions"] else ["the ids within"]
        return [_fault(record, f"lacks {id}") for id in (*lacking, *deeper)]
    return [_fault(record, f"lacks {id}") for id in lacking] + [_fault(record, f"has {id}") for id in beyond]


def _fault(record: Record, differs: str) -> Fault:
    return Fault(CODE, record.topic, record.partition, record.log_offset, differs)
