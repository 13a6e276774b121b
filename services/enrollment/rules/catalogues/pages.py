"""What is asked of every page of a catalogue, a mapping or a price list, beside whose it is."""

from services.enrollment.model import Known, RegisterKind
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.enrollment.editions import PagedRegister
from shared.messages.enrollment.mappings import PublishMapping
from shared.messages.enrollment.prices import PublishPrices
from shared.messages.enrollment.registers import PublishCatalogue


def edition_key(register_of: PagedRegister, whose: str) -> str:
    """What the editions of a register stand under."""
    return f"{register_of}:{whose}"


def outside_edition(
    known: Known, kind: RegisterKind, edition: str, body: PublishCatalogue | PublishMapping | PublishPrices
) -> Answer | None:
    """Refuses a page that would count beside an edition, or change what editions consist of."""
    if not body.in_edition:
        beside = known.entry("edition", edition)
        return refuse("EDITION_NEEDED", f"page_id: {body.page_id}") if beside else None
    held = known.entry(kind, body.page_id)
    changed = held is not None and held.content != body.model_dump(mode="json")
    return refuse("PAGE_TAKEN", f"page_id: {body.page_id}") if changed else None
