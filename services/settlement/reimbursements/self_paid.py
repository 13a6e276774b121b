"""Bills that patients paid whole (自费上传): kept, compared with prices at home, overdue when late. Pure."""

from datetime import timedelta
from typing import NamedTuple

from services.settlement.costs.classify import Classified, miscounted, split_by, terms_of
from services.settlement.model.claims.reimbursement import WORKING_DAYS, ReimbursementCase, SelfPaidUploadDue
from services.settlement.model.claims.self_paid_bill import SelfPaidBill
from services.settlement.model.known import Known
from services.settlement.model.registers.catalogue import Terms
from services.settlement.model.upload import pack_categories, pack_lines, returned_too_much
from services.settlement.model.visit import Injury, Visit
from services.settlement.parameters import CLAIM_DAYS
from services.settlement.reimbursements.materials import uploaded_materials
from services.settlement.reimbursements.price_comparison import allowed_limit_e6
from services.settlement.reimbursements.self_paid_visit import turned
from services.settlement.visits.checks import day_of, refused
from shared.bus.message import NOTHING, Decision, Message
from shared.calendar import add_working_days
from shared.errors import refuse
from shared.messages.amounts import FeeAmounts
from shared.messages.answer import Answer, accept
from shared.messages.settlement.reimbursement import (
    SelfPaidKept,
    SelfPaidUploaded,
    SelfPaidUploadOverdue,
    UploadSelfPaid,
)

_AMOUNTS = tuple(FeeAmounts.model_fields)


class _Compared(NamedTuple):
    """Lines split with prices at home as limits, the excess due to these, and the items without one."""

    lines: Classified
    excess_fen: int
    unpriced_items: tuple[str, ...]


def upload_self_paid(known: Known, message: Message, body: UploadSelfPaid) -> Decision:
    """Keeps a bill, so that its visit can be claimed; an earlier bill of the visit no longer counts.

    The institution need not be open for direct settlement, nor under an agreement (000 三(三)3).
    """
    visit = turned(known, message, body)
    if not isinstance(visit, Visit):
        return Decision(answer=visit)
    holder = known.manual.invoices.get((body.institution_id, body.invoice_id), visit.visit_id)
    if holder != visit.visit_id:
        return refused("INVOICE_TAKEN", holder)
    if refusal := claim_too_late(message, visit, known.manual.cases.get(visit.visit_id)):
        return Decision(answer=refusal)
    home_tier = known.registers.home_tier(
        visit.insured_area, visit.scheme, visit.hospital_tier, visit.service_on
    )
    if home_tier is None:
        return refused("TIER_UNMAPPED", f"{visit.insured_area} {visit.hospital_tier} {visit.service_on}")
    compared = _compare(known, body, visit, home_tier)
    if refusal := miscounted(body.lines, compared.lines, body.control):
        return Decision(answer=refusal)
    if item := returned_too_much(compared.lines.kept):
        return refused("RETURN_EXCEEDS_BILLED", item)
    return _kept(known, message, body, visit, compared)


def claim_too_late(message: Message, visit: Visit, case: ReimbursementCase | None) -> Answer | None:
    """Refuses a bill that nobody has claimed within the time limit after the end of care."""
    claimed_on = case.claimed_on if case else None
    until = visit.ended_on + timedelta(days=CLAIM_DAYS.value)
    return refuse("CLAIM_TOO_LATE", f"{until}") if (claimed_on or day_of(message)) > until else None


def _compare(known: Known, body: UploadSelfPaid, visit: Visit, home_tier: str) -> _Compared:
    """Splits each line by the lower of catalogue limit and price at home, as of the day care began."""
    items, terms = terms_of(known, body, visit.service_on)
    homes = [_home_price_e6(known, visit, item, home_tier) for item in items]
    allowed = [_allowed(term, home) for term, home in zip(terms, homes, strict=True)]
    as_listed, split = split_by(body.lines, items, terms), split_by(body.lines, items, allowed)
    kept = [line._replace(home_price_e6=home) for line, home in zip(split.kept, homes, strict=True)]
    excess_fen = split.split.amounts.over_limit_fen - as_listed.split.amounts.over_limit_fen
    unpriced = [line.local_item or line.item for line in kept if line.is_unpriced]
    return _Compared(split._replace(kept=kept), excess_fen, tuple(dict.fromkeys(unpriced)))


def _home_price_e6(known: Known, visit: Visit, item: str, home_tier: str) -> int | None:
    """The price at home for the tier that the hospital counts as there; else for the hospital's own tier."""
    for tier in (home_tier, visit.hospital_tier):
        price_e6 = known.home_price_e6(visit.insured_area, item, tier, visit.service_on)
        if price_e6 is not None:
            return price_e6
    return None


def _allowed(terms: Terms, home_price_e6: int | None) -> Terms:
    limit_e6 = allowed_limit_e6(terms.level, terms.price_limit_e6, home_price_e6)
    return terms if limit_e6 == terms.price_limit_e6 else terms._replace(price_limit_e6=limit_e6)


def _kept(
    known: Known, message: Message, body: UploadSelfPaid, visit: Visit, compared: _Compared
) -> Decision:
    """Keeps a bill with its case; a late bill of a known case is reported as overdue first, once."""
    held = known.manual.cases.get(visit.visit_id)
    case = held if held and held.has_bill else await_bill(known, message, visit)
    overdue = _missed(case, message) if held else []
    own = known.institutions[visit.institution_id].node_id == message.source
    case = case._replace(
        overdue=case.overdue or bool(overdue),
        bills=case.bills + 1,
        reason=body.reason,
        invoice_id=body.invoice_id,
        electronic=uploaded_materials(bool(body.diagnoses)) if own else (),
    )
    bill = _bill(message, body, case, compared, _trauma_before(known, visit.visit_id))
    facts = [*overdue, _fact(message, body, visit, case, bill, compared)]
    answer = SelfPaidKept(
        visit_id=visit.visit_id,
        due_on=case.due_on,
        late=_is_late(case, message),
        lines=bill.line_count,
        amounts=_fee_amounts(bill),
        excess_fen=bill.excess_fen,
        unknown_items=compared.lines.unknown_items,
        unpriced_items=compared.unpriced_items,
    )
    return Decision(facts=facts, rows=[visit, bill, case], answer=accept(answer))


def await_bill(known: Known, message: Message, visit: Visit) -> ReimbursementCase:
    """The case of a visit that was paid whole: its bill is due 5 working days after it (000 三(三)3).

    A case from before, whose discharge was cancelled or whose bill was withdrawn, keeps its count of bills.
    """
    due_on = add_working_days(visit.ended_on, WORKING_DAYS)
    held = known.manual.cases.get(visit.visit_id)
    if held is None:
        return ReimbursementCase(
            visit.visit_id, visit.person_id, visit.institution_id, message.partition, due_on
        )
    overdue = held.overdue and held.due_on == due_on
    return held._replace(partition=message.partition, due_on=due_on, overdue=overdue)


def _trauma_before(known: Known, visit_id: str) -> tuple[Injury | None, str | None]:
    """What was known of a visit's trauma before its first bill."""
    visit, bill = known.visits.get(visit_id), known.manual.bills.get(visit_id)
    if visit is None:
        return None, None
    if visit.manual and bill:
        return bill.injury_before, bill.statement_before
    return visit.injury, visit.liability_statement_id


def _bill(
    message: Message,
    body: UploadSelfPaid,
    case: ReimbursementCase,
    compared: _Compared,
    trauma_before: tuple[Injury | None, str | None],
) -> SelfPaidBill:
    split = compared.lines.split
    return SelfPaidBill(
        case.visit_id,
        case.bills,
        case.person_id,
        case.institution_id,
        message.derive("request"),
        body.invoice_id,
        body.disease,
        day_of(message),
        len(compared.lines.kept),
        *split.amounts,
        compared.excess_fen,
        len(compared.unpriced_items),
        pack_categories(split.by_category),
        pack_lines(compared.lines.kept),
        *trauma_before,
    )


def _fact(
    message: Message,
    body: UploadSelfPaid,
    visit: Visit,
    case: ReimbursementCase,
    bill: SelfPaidBill,
    compared: _Compared,
) -> SelfPaidUploaded:
    return SelfPaidUploaded(
        visit_id=visit.visit_id,
        person_id=visit.person_id,
        institution_id=visit.institution_id,
        insured_area=visit.insured_area,
        kind=visit.kind,
        service_on=visit.service_on,
        discharged_on=visit.discharged_on,
        reason=body.reason,
        invoice_id=body.invoice_id,
        heard_on=bill.heard_on,
        due_on=case.due_on,
        late=_is_late(case, message),
        lines=bill.line_count,
        unknown_items=len(compared.lines.unknown_items),
        unpriced_items=bill.unpriced_items,
        excess_fen=bill.excess_fen,
        amounts=_fee_amounts(bill),
    )


def _fee_amounts(bill: SelfPaidBill) -> FeeAmounts:
    return FeeAmounts(**dict(zip(_AMOUNTS, bill.amounts, strict=True)))


def _is_late(case: ReimbursementCase, message: Message) -> bool:
    return day_of(message) > case.due_on


def _missed(case: ReimbursementCase, message: Message) -> list[SelfPaidUploadOverdue]:
    waited = not (case.has_bill or case.overdue)
    return [_overdue(case)] if waited and _is_late(case, message) else []


def miss_bill(known: Known, message: Message, body: SelfPaidUploadDue) -> Decision:
    """Reports, once, that a self-paid bill is overdue; its discharge may have been cancelled since."""
    visit, case = known.visits[body.visit_id], known.manual.cases[body.visit_id]
    if visit.state != "self_paid" or case.has_bill or case.overdue or case.due_on >= day_of(message):
        return NOTHING
    return Decision(facts=[_overdue(case)], rows=[case._replace(overdue=True)])


def _overdue(case: ReimbursementCase) -> SelfPaidUploadOverdue:
    return SelfPaidUploadOverdue(
        visit_id=case.visit_id,
        person_id=case.person_id,
        institution_id=case.institution_id,
        due_on=case.due_on,
    )
