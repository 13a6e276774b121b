"""Publishing what an area's own codes stand for (公布地方编码对照): whole, the next in number."""

from datetime import date

from services.enrollment.code_sets.decide import codes_of
from services.enrollment.model import Entry, Known
from services.enrollment.rules.permission import require_area, unknown_area
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.enrollment.network.local_codes import LocalCodesPublished, PublishLocalCodes
from shared.messages.enrollment.registers import Registered


def map_subjects(body: PublishLocalCodes) -> tuple[str, str]:
    """The names in the register of an area's newest version of a set, and of this version."""
    newest = f"{body.area}/{body.set_id}"
    return newest, f"{newest}/{body.map_version}"


def publish_local_codes(known: Known, message: Message, body: PublishLocalCodes) -> Decision:
    """The next version of an area's codes, by who answers for it; each stands for a code that there is."""
    if refusal := require_area(known, message.source, body.area) or unknown_area(known, body.area, "area"):
        return Decision(answer=refusal)
    newest, version = map_subjects(body)
    content = body.model_dump(mode="json")
    told = accept(Registered(subject_id=newest, version=body.map_version))
    same = known.entry("local_codes", version)
    if same and same.content == content:
        return Decision(answer=told)
    if refusal := _impossible(known.entry("local_codes", newest), body) or _meaningless(known, body):
        return Decision(answer=refusal)
    rows = [Entry("local_codes", name, body.map_version, content) for name in (newest, version)]
    return Decision([LocalCodesPublished(**dict(body))], rows, told)


def _impossible(newest: Entry | None, body: PublishLocalCodes) -> Answer | None:
    if len({one.local_code for one in body.codes}) < len(body.codes):
        return refuse("INVALID_FIELD", "codes: one stands there twice")
    version = newest.version if newest else 0
    if body.map_version != version + 1:
        return refuse("INVALID_FIELD", f"map_version: {version} → {body.map_version}")
    if newest and body.in_force_from <= date.fromisoformat(newest.content["in_force_from"]):
        return refuse("DATE_NOT_POSSIBLE", f"in_force_from: {body.in_force_from}")
    return None


def _meaningless(known: Known, body: PublishLocalCodes) -> Answer | None:
    """Refuses what stands for no code of the set's newest version."""
    national = codes_of(known.entry("code_set", body.set_id), body.set_id)
    if not national:
        return refuse("INVALID_FIELD", f"set_id: {body.set_id}")
    wrong = [f"codes.{place}: {one.code}" for place, one in enumerate(body.codes) if one.code not in national]
    return refuse("INVALID_FIELD", "; ".join(wrong[:5])) if wrong else None
