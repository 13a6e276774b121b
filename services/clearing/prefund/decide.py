"""Decides the quota of what lies ahead: measured, approved by two officers, paid.

The insured center settles it, whose fund pays it: both documents leave it to the agencies of the insured
place (001 (二十一) 各级经办机构核定, 004-5 三(七)1 各统筹地区核算), so both officers are its own. The
treatment center is told.
"""

from dataclasses import replace
from datetime import date

from services.clearing.agreements.decide import party_fault, prefund_changed
from services.clearing.ledger.rules import AHEAD, Entry, postings
from services.clearing.model.due import ProposeQuota
from services.clearing.model.known import Known
from services.clearing.model.ledger import Event
from services.clearing.prefund.model import Approval, Funded, Funding, Measure, Quota
from services.clearing.prefund.rules import (
    MOST_QUOTA_FEN,
    Basis,
    last_quarter,
    pay_by,
    quarter_key,
    quota_of,
)
from services.clearing.statements.notices import tell_centers
from shared.bus.message import NOTHING, Decision, Message
from shared.errors import refuse
from shared.identity import derive
from shared.messages.answer import Answer, accept
from shared.messages.clearing.outcomes import FundingKept, QuotaKept
from shared.messages.clearing.prefunds import (
    ApproveQuota,
    MeasureQuota,
    PrefundFunded,
    QuarterBasis,
    QuotaApproved,
    QuotaMeasured,
    ReportFunding,
    ResidentsBasis,
)
from shared.month.funds import Funds
from shared.month.place import month_after


def measure_quota(known: Known, message: Message, body: MeasureQuota) -> Decision:
    """Measures a quota: a prefund's from the last quarter, a reserve's from those who live there."""
    if message.day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    if fault := _measure_fault(known, message, body):
        return Decision(answer=fault)
    basis = body.residents or _last_quarter(known, message.day, body)
    if quota_of(basis) < 0:
        return Decision(answer=refuse("QUOTA_NEGATIVE", body.agreement_id))
    if quota_of(basis) > MOST_QUOTA_FEN:
        return Decision(answer=refuse("INVALID_FIELD", f"residents: 0 … {MOST_QUOTA_FEN}"))
    measured = Measure(
        agreement_id=body.agreement_id,
        measure_id=body.measure_id,
        quota_fen=quota_of(basis),
        from_on=body.from_on,
        measured_on=message.day,
        officer=body.officer,
        **basis.model_dump(),
    )
    result = QuotaKept(measure_id=body.measure_id, quota_fen=measured.quota_fen, approved=False)
    return replace(_proposed(known, measured, basis), answer=accept(result))


def propose_quota(known: Known, message: Message, body: ProposeQuota) -> Decision:
    """Measures a quota anew in January, once a year, to hold from February on; officers approve it.

    A reserve is left to them of which nobody measured who lives there, or that no stay of the year used.
    """
    assert message.day is not None
    basis = body.quarter or body.residents
    if basis is None or body.measure_id in known.ahead.taken(body.agreement_id):
        return NOTHING
    if not 0 <= quota_of(basis) <= MOST_QUOTA_FEN:
        return NOTHING
    measured = Measure(
        agreement_id=body.agreement_id,
        measure_id=body.measure_id,
        quota_fen=quota_of(basis),
        from_on=date(message.day.year, 2, 1),
        measured_on=message.day,
        officer=None,
        **basis.model_dump(),
    )
    return _proposed(known, measured, basis)


def approve_quota(known: Known, message: Message, body: ApproveQuota) -> Decision:
    """Keeps what the first officer approves; with the second the quota holds, and is to be paid.

    It takes the place of one approved before and yet to come, so that no money is asked for twice.
    """
    if message.day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    if fault := _approval_fault(known, message, body):
        return Decision(answer=fault)
    measured = known.ahead.of(Measure, body.agreement_id)[-1]
    row = Approval(body.agreement_id, body.measure_id, body.officer, message.day)
    earlier = _approvals(known, body)
    result = QuotaKept(measure_id=body.measure_id, quota_fen=measured.quota_fen, approved=bool(earlier))
    if not earlier:
        return Decision(rows=[row], answer=accept(result))
    before_fen, begun_on = known.quota_asked(body.agreement_id, message.day)
    day, from_on = message.day, max(measured.from_on, begun_on)
    quota = Quota(body.agreement_id, from_on, measured.quota_fen, body.measure_id)
    asked = Funding(body.agreement_id, body.measure_id, measured.quota_fen - before_fen, day, pay_by(day))
    fact = QuotaApproved(
        measure_id=body.measure_id,
        agreement_id=body.agreement_id,
        quota_fen=quota.quota_fen,
        from_on=quota.from_on,
        asked_by=earlier[0],
        approved_by=body.officer,
        funding_id=asked.funding_id,
        to_pay_fen=asked.amount_fen,
        pay_by=asked.due_on,
    )
    rows = [row, quota, *([asked] if asked.amount_fen else [])]
    told = tell_centers(known, [fact], known.agreements[body.agreement_id])
    return Decision([fact], rows, accept(result), told)


def report_funding(known: Known, message: Message, body: ReportFunding) -> Decision:
    """Books what was paid ahead: it must be exactly what is asked for, and be paid once."""
    if message.day is None:
        return Decision(answer=refuse("NO_DAY_OPEN"))
    asked = next(
        (one for one in known.ahead.of(Funding, body.agreement_id) if one.funding_id == body.funding_id),
        None,
    )
    if fault := party_fault(known, message, body) or _funding_fault(known, message, body, asked):
        return Decision(answer=fault)
    assert asked is not None
    terms = known.agreements[body.agreement_id]
    row = Funded(asked.agreement_id, asked.funding_id, body.paid_on, body.paid_from, body.reason)
    entry = Entry(
        derive("funding", asked.agreement_id, asked.funding_id),
        Event.PREFUND_FUNDED,
        body.paid_on,
        Funds(asked.amount_fen),
        message.partition,
    )
    fact = PrefundFunded(
        **body.model_dump(include=PrefundFunded.model_fields.keys() & type(body).model_fields.keys()),
        funded_fen=asked.amount_fen,
    )
    left_fen = known.prefund(body.agreement_id).due_fen + asked.amount_fen
    facts = [fact, prefund_changed(terms, left_fen, known.quota(body.agreement_id, message.day))]
    result = FundingKept(funding_id=asked.funding_id, funded_fen=asked.amount_fen)
    return Decision(facts, [row, *postings(entry, terms)], accept(result), tell_centers(known, facts, terms))


def _last_quarter(known: Known, day: date, body: MeasureQuota) -> QuarterBasis:
    first = last_quarter(day)
    payable_fen = known.payables.get(quarter_key(body.agreement_id, first), 0)
    return QuarterBasis(first_month=first, payable_fen=payable_fen, months=body.months)


def _proposed(known: Known, row: Measure, basis: Basis) -> Decision:
    given = {name: getattr(row, name) for name in Measure._fields if name in QuotaMeasured.model_fields}
    fact = QuotaMeasured(
        **given,
        quarter=basis if isinstance(basis, QuarterBasis) else None,
        residents=basis if isinstance(basis, ResidentsBasis) else None,
    )
    told = tell_centers(known, [fact], known.agreements[row.agreement_id])
    return Decision(facts=[fact], rows=[row], notices=told)


def _approvals(known: Known, body: ApproveQuota) -> list[str]:
    rows = known.ahead.of(Approval, body.agreement_id)
    return [row.officer for row in rows if row.measure_id == body.measure_id]


def _insured_fault(known: Known, message: Message, body: MeasureQuota | ApproveQuota) -> Answer | None:
    if fault := party_fault(known, message, body):
        return fault
    terms = known.agreements[body.agreement_id]
    if terms.funding_mode not in AHEAD:
        return refuse("NOTHING_AHEAD", body.agreement_id)
    return None if body.center_id == terms.insured_center else refuse("CENTER_NOT_YOURS", body.center_id)


def _measure_fault(known: Known, message: Message, body: MeasureQuota) -> Answer | None:
    if fault := _insured_fault(known, message, body):
        return fault
    assert message.day is not None
    if body.measure_id in known.ahead.taken(body.agreement_id):
        return refuse("ID_TAKEN", body.measure_id)
    if body.from_on < message.day:
        return refuse("TERMS_REACH_BACK", f"from_on: {message.day}")
    is_reserve = known.agreements[body.agreement_id].funding_mode == "RESERVE_FUND"
    if is_reserve != (body.residents is not None):
        return refuse("INVALID_FIELD", "residents")
    last = month_after(last_quarter(message.day), 2)
    if not is_reserve and known.books[body.agreement_id] < last:
        return refuse("MONTH_NOT_POSSIBLE", last)
    return None


def _approval_fault(known: Known, message: Message, body: ApproveQuota) -> Answer | None:
    if fault := _insured_fault(known, message, body):
        return fault
    measures = known.ahead.of(Measure, body.agreement_id)
    if not measures or measures[-1].measure_id != body.measure_id:
        return refuse("UNKNOWN_PROPOSAL", body.measure_id)
    earlier = _approvals(known, body)
    if len(earlier) > 1:
        return refuse("ALREADY_DONE", body.measure_id)
    return refuse("SAME_OFFICER", f"officer: {body.officer}") if body.officer in earlier else None


def _funding_fault(
    known: Known, message: Message, body: ReportFunding, asked: Funding | None
) -> Answer | None:
    if asked is None:
        return refuse("UNKNOWN_ORDER", body.funding_id)
    terms = known.agreements[body.agreement_id]
    if body.center_id != (terms.insured_center if asked.amount_fen > 0 else terms.treatment_center):
        return refuse("CENTER_NOT_YOURS", body.center_id)
    if any(row.funding_id == asked.funding_id for row in known.ahead.of(Funded, body.agreement_id)):
        return refuse("ORDER_PAID", body.funding_id)
    if body.paid_fen != abs(asked.amount_fen):
        return refuse("AMOUNT_DIFFERS", "paid_fen")
    if message.day and not asked.asked_on <= body.paid_on <= message.day:
        return refuse("DATE_NOT_POSSIBLE", f"paid_on: {asked.asked_on} … {message.day}")
    return (
        refuse("INVALID_FIELD", "reason") if body.paid_from == "other" and not body.reason.strip() else None
    )
