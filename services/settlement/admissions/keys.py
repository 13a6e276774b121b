"""Names what changing an admission needs, as keys. Pure."""

from services.settlement.keys import key, of_settle, of_undo_settlement
from services.settlement.model.key_kind import Kind
from shared.bus.message import Message
from shared.bus.service import Key
from shared.messages.settlement.admissions import ChangeAdmission, SettleInterim

_NONE = ""  # no institution, but the registers with it


def of_change(message: Message, body: ChangeAdmission) -> list[Key]:
    """A change: the visit with its uploads and page, and what an admission needs of the person."""
    visit, person = body.visit_id, body.person_id
    before = [key(Kind.VISIT_SEEN, body.continues_visit_id)] if body.continues_visit_id else []
    found = [key(kind, visit) for kind in (Kind.VISIT, Kind.UPLOADS, Kind.PAGE)]
    found += [key(kind, person) for kind in (Kind.STAYS, Kind.PARTS, Kind.COVERAGE, Kind.FILING)]
    return [*found, key(Kind.INSTITUTION, body.institution_id), *before]


def of_undo_change(person_id: str) -> list[Key]:
    """A change undone: the person's stays with their uploads and pages, and the books of agreements."""
    kinds = (Kind.STAYS, Kind.UPLOADS_OF, Kind.PAGES_OF)
    return [*(key(kind, person_id) for kind in kinds), key(Kind.INSTITUTION, _NONE)]


def of_interim(message: Message, body: SettleInterim) -> list[Key]:
    """An interim settlement: what a settlement needs, the next visit, and stays that continue this one."""
    found = [*of_settle(message, body), key(Kind.VISIT, body.next_visit_id)]
    return [*found, key(Kind.STAYS_SEEN, body.person_id)]


def of_undo_interim(person_id: str) -> list[Key]:
    """An interim settlement undone: all that the person has settled, and what was uploaded since."""
    return [*of_undo_settlement(person_id), key(Kind.UPLOADS_OF, person_id)]
