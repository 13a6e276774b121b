"""Names what changing an admission needs, as keys. Pure."""

from services.settlement.keys import key
from services.settlement.model.key_kind import Kind
from shared.bus.message import Message
from shared.bus.service import Key
from shared.messages.settlement.admissions import ChangeAdmission

_NONE = ""  # no institution, but the registers with it


def of_change(message: Message, body: ChangeAdmission) -> list[Key]:
    """A change: the visit with its uploads and page, and what an admission needs of the person."""
    visit, person = body.visit_id, body.person_id
    before = [key(Kind.VISIT_SEEN, body.continues_visit_id)] if body.continues_visit_id else []
    found = [key(kind, visit) for kind in (Kind.VISIT, Kind.UPLOADS, Kind.PAGE)]
    found += [key(kind, person) for kind in (Kind.STAYS, Kind.COVERAGE, Kind.FILING)]
    return [*found, key(Kind.INSTITUTION, body.institution_id), *before]


def of_undo_change(person_id: str) -> list[Key]:
    """A change undone: the person's stays with their uploads and pages, and the books of agreements."""
    kinds = (Kind.STAYS, Kind.UPLOADS_OF, Kind.PAGES_OF)
    return [*(key(kind, person_id) for kind in kinds), key(Kind.INSTITUTION, _NONE)]
