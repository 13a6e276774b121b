"""Editions (版本) of catalogues, mappings and price lists: published as a whole, or not at all."""

from services.enrollment.model import Known, RegisterKind
from services.enrollment.rules.catalogues.mappings import not_in_charge
from services.enrollment.rules.permission import require_area, unknown_area
from services.enrollment.rules.register import register
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.enrollment.editions import EditionPublished, PagedRegister, PublishEdition

PAGE_KINDS: dict[PagedRegister, RegisterKind] = {
    "catalogue": "catalogue",
    "mapping": "mapping",
    "prices": "price",
}
"""Under which kind the pages of each register stand."""


def publish_edition(known: Known, message: Message, body: PublishEdition) -> Decision:
    """An edition of which every page is published, and whose it says; it takes the earlier one's place.

    What the earlier one said from a day on that this one has nothing from falls away too: told as a warning,
    for it may be a mended date as well as a forgotten part.
    """
    if refusal := _not_yours(known, message.source, body) or _incomplete(known, body):
        return Decision(answer=refusal)
    held = known.entry("edition", body.key)
    said = EditionPublished(**dict(body), number=held.version + 1 if held else 1)
    if held and {**held.content, "number": said.number} == said.model_dump(mode="json"):
        said = EditionPublished(**dict(body), number=held.version)
    return register(known, "edition", said, EditionPublished, _left_out(known, body), subject_id=body.key)


def _not_yours(known: Known, source: str, body: PublishEdition) -> Answer | None:
    if body.register_of == "mapping":
        return not_in_charge(known, source, body.whose)
    return require_area(known, source, body.whose) or unknown_area(known, body.whose, "whose")


def _incomplete(known: Known, body: PublishEdition) -> Answer | None:
    if len(set(body.pages)) < len(body.pages):
        return refuse("INVALID_FIELD", "pages: one stands there twice")
    kind, starts = PAGE_KINDS[body.register_of], set()
    for page_id in body.pages:
        page = known.edition_pages.get((kind, page_id))
        if page is None or page.whose != body.whose:
            return refuse("EDITION_INCOMPLETE", f"pages: {page_id}")
        starts.add(page.in_force_from)
    given = {start.isoformat() for start in body.starts}
    return None if given == starts else refuse("INVALID_FIELD", "starts: not those of the pages")


def _left_out(known: Known, body: PublishEdition) -> tuple[str, ...]:
    held = known.entry("edition", body.key)
    before = set(held.content["starts"]) if held else set()
    gone = sorted(before - {start.isoformat() for start in body.starts})
    zh, en = "此版不再含有自此日起的内容", "this edition has nothing from that day on any more"
    return tuple(f"{body.key} {start}: {zh} / {en}" for start in gone)
