"""Takes uploads of fee lines (费用明细上传), also before admission, out of order, late or negative. Pure."""

from collections.abc import Iterable

from services.settlement.costs.classify import Classified, classify, miscounted
from services.settlement.keys import has_return
from services.settlement.model.known import Known
from services.settlement.model.upload import (
    KeptLine,
    Upload,
    Withdrawal,
    pack_categories,
    pack_lines,
    returned_too_much,
    unpack_lines,
)
from services.settlement.model.visit import Visit
from services.settlement.visits.checks import day_of, find_visit, not_now, not_on, not_yours, refused
from shared.bus.message import Decision, Message
from shared.calendar import add_working_days
from shared.errors import refuse
from shared.messages.amounts import FeeAmounts
from shared.messages.answer import Answer, accept
from shared.messages.outcomes import Uploaded
from shared.messages.settlement.corrections import WithdrawUpload
from shared.messages.settlement.found import UploadTakenBack
from shared.messages.settlement.visits import CostsUploaded, UploadCosts, UploadWithdrawn

_AMOUNTS = tuple(FeeAmounts.model_fields)


def upload(known: Known, message: Message, body: UploadCosts) -> Decision:
    """Splits the fee lines of a day and keeps them; the visit's row is not changed."""
    if refusal := _not_possible(known, message, body):
        return Decision(answer=refusal)
    returns = has_return(body.lines)
    billed = _billed(known.uploads.get(body.visit_id, ()), body) if returns else []
    lines = classify(known, body, body.cost_on, billed)
    if refusal := miscounted(body.lines, lines, body.control):
        return Decision(answer=refusal)
    if returns and (item := returned_too_much([*billed, *lines.kept])):
        return refused("RETURN_EXCEEDS_BILLED", item)
    return _uploaded(message, body, lines)


def _not_possible(known: Known, message: Message, body: UploadCosts) -> Answer | None:
    if refusal := not_yours(known, message, body.institution_id):
        return refusal
    if body.visit_id in known.visits:
        visit = find_visit(known, body)
        if refusal := not_now(visit, "upload") if isinstance(visit, Visit) else visit:
            return refusal
    if (body.visit_id, body.upload_id) in known.upload_ids:
        return refuse("UPLOAD_ID_TAKEN", body.upload_id)
    return _not_in_stay(known, message, body)


def _not_in_stay(known: Known, message: Message, body: UploadCosts) -> Answer | None:
    """Refuses costs of a day outside the stay: the day decides the terms, and is not to be chosen freely.

    For a stay that is not yet registered, the day is checked again when the stay is settled.
    """
    visit = known.visits.get(body.visit_id)
    if visit is None:
        return not_on(message, "cost_on", body.cost_on)
    until = visit.discharged_on or day_of(message)
    if visit.service_on <= body.cost_on <= until:
        return None
    return refuse("DATE_NOT_POSSIBLE", f"cost_on {body.cost_on}; {visit.service_on} to {until}")


def _billed(uploads: Iterable[Upload], subject: UploadCosts | Upload) -> list[KeptLine]:
    """The lines that the same institution uploaded for the same person, oldest first.

    Before the admission, others may have uploaded under the same visit id.
    """
    whose = subject.person_id, subject.institution_id
    own = [one for one in uploads if (one.person_id, one.institution_id) == whose]
    own.sort(key=lambda one: (one.cost_on, one.heard_on, one.upload_id))
    return [line for one in own for line in unpack_lines(one.lines)]


def _uploaded(message: Message, body: UploadCosts, lines: Classified) -> Decision:
    day, split, unknown = day_of(message), lines.split, lines.unknown_items
    late = day > add_working_days(body.cost_on, 1)
    row = Upload(
        body.visit_id,
        body.upload_id,
        body.person_id,
        body.institution_id,
        message.derive("request"),
        body.cost_on,
        day,
        len(lines.kept),
        *split.amounts,
        lines.counted_fen,
        pack_categories(split.by_category),
        pack_lines(lines.kept),
    )
    amounts = FeeAmounts(**dict(zip(_AMOUNTS, split.amounts, strict=True)))
    fact = CostsUploaded(
        visit_id=body.visit_id,
        person_id=body.person_id,
        institution_id=body.institution_id,
        upload_id=body.upload_id,
        cost_on=body.cost_on,
        heard_on=day,
        late=late,
        lines=row.line_count,
        unknown_items=len(unknown),
        amounts=amounts,
    )
    answer = Uploaded(upload_id=body.upload_id, amounts=amounts, late=late, unknown_items=unknown)
    return Decision(facts=[fact], rows=[row], answer=accept(answer))


def withdraw_upload(known: Known, message: Message, body: WithdrawUpload) -> Decision:
    """Takes an upload back by its id, while the visit is not settled and nothing of it was returned."""
    if refusal := not_yours(known, message, body.institution_id):
        return Decision(answer=refusal)
    subject = (body.upload_id, body.person_id, body.institution_id)
    held = known.uploads.get(body.visit_id, ())
    upload = next((u for u in held if (u.upload_id, u.person_id, u.institution_id) == subject), None)
    if upload is None:
        return refused("UNKNOWN_UPLOAD", body.upload_id)
    undone = withdraw(known, message, upload)
    if isinstance(undone, Answer):
        return Decision(answer=undone)
    answer = UploadTakenBack(visit_id=body.visit_id, upload_id=body.upload_id)
    return Decision(facts=undone.facts, rows=undone.rows, answer=accept(answer))


def withdraw(known: Known, message: Message, upload: Upload) -> Decision | Answer:
    """Undoes an upload; refused with the settlement or state of the visit, or the item returned since."""
    visit = known.visits.get(upload.visit_id)
    is_its = visit and (visit.person_id, visit.institution_id) == (upload.person_id, upload.institution_id)
    if visit and is_its and not visit.allows("upload"):
        return refuse("NOT_CANCELLABLE", f"{upload.upload_id} {visit.settlement_id or visit.state}")
    others = [one for one in known.uploads[upload.visit_id] if one.upload_id != upload.upload_id]
    if item := returned_too_much(_billed(others, upload)):
        return refuse("NOT_CANCELLABLE", f"{upload.upload_id} {item}")
    fact = UploadWithdrawn(
        visit_id=upload.visit_id,
        person_id=upload.person_id,
        institution_id=upload.institution_id,
        upload_id=upload.upload_id,
    )
    return Decision(facts=[fact], rows=[Withdrawal(upload.visit_id, upload.upload_id, day_of(message))])
