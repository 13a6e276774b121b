"""Outpatient, chronic and pharmacy bills (门诊、慢特病、药店), settled whole. Pure."""

from dataclasses import replace

from services.settlement.costs.classify import classify, miscounted
from services.settlement.model.known import Known
from services.settlement.model.registers.registry import Coverage
from services.settlement.model.upload import pack_lines, returned_too_much
from services.settlement.model.visit import Visit
from services.settlement.prescriptions.rules import unusable, used_ids
from services.settlement.settlements.paid_twice import complete_once, paid_already
from services.settlement.settlements.settle import quoted
from services.settlement.settlements.work_out import Costs, Worked, work_out
from services.settlement.visits.checks import (
    ended_long_ago,
    find_coverage,
    find_visit,
    not_now,
    not_on,
    not_open,
    not_yours,
    open_visit,
)
from services.settlement.visits.credential import not_valid, verification
from services.settlement.visits.trauma import injury_of, stated
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.settlement.visits import OutpatientBill, QuoteOutpatient, SettleOutpatient


def settle_outpatient(known: Known, message: Message, body: SettleOutpatient) -> Decision:
    """Settles a bill with all its lines; needs no filing, but a networked institution (001 (十一))."""
    worked = _worked(known, message, body)
    if not isinstance(worked, Worked):
        return Decision(answer=worked)
    done = complete_once(known, message, worked)
    shown = verification(message, body, body.service_on) if done.facts else ()
    return replace(done, facts=[*done.facts, *shown])


def quote_outpatient(known: Known, message: Message, body: QuoteOutpatient) -> Decision:
    """Answers what a settlement of the bill would give now; changes nothing."""
    worked = _worked(known, message, body)
    return Decision(answer=quoted(worked) if isinstance(worked, Worked) else worked)


def _worked(known: Known, message: Message, body: OutpatientBill) -> Worked | Answer:
    if refusal := not_yours(known, message, body.institution_id):
        return refusal
    opened = _visit(known, message, body)
    visit = stated(opened, body) if isinstance(opened, Visit) else opened
    if not isinstance(visit, Visit):
        return visit
    costs = _costs(known, body)
    if not isinstance(costs, Costs):
        return costs
    if refusal := paid_already(known, visit, costs.amounts.total_fen):
        return refusal
    return work_out(known, message, visit, costs, body.use_account)


def _visit(known: Known, message: Message, body: OutpatientBill) -> Visit | Answer:
    """The visit, new or reversed before; what a second attempt says of trauma replaces the first."""
    opened = _opened(known, message, body)
    if not isinstance(opened, Visit) or body.visit_id not in known.visits:
        return opened
    before = find_visit(known, body)
    if not isinstance(before, Visit):
        return refuse("VISIT_ID_TAKEN", body.visit_id)
    if (before.kind, before.service_on) != (body.kind, body.service_on):
        return refuse("VISIT_ID_TAKEN", f"{before.kind} {before.service_on}")
    return not_now(before, "settle") or before._replace(
        injury=opened.injury, liability_statement_id=opened.liability_statement_id
    )


def _opened(known: Known, message: Message, body: OutpatientBill) -> Visit | Answer:
    coverage = find_coverage(known, body.person_id, body.service_on)
    if not isinstance(coverage, Coverage):
        return coverage
    late = ended_long_ago(known, message, coverage) or not_on(message, "service_on", body.service_on)
    if body.visit_id in known.visits:  # it was in time when it was opened
        late = None
    late = late or not_valid(known, body, body.service_on)
    where = (body.institution_id, body.kind, coverage, body.service_on, body.disease)
    if refusal := late or not_open(known, *where):
        return refusal
    visit = open_visit(known, body, coverage, body.kind, body.service_on)
    return visit._replace(injury=injury_of(body), liability_statement_id=body.liability_statement_id)


def _costs(known: Known, body: OutpatientBill) -> Costs | Answer:
    lines = classify(known, body, body.service_on)
    if refusal := miscounted(body.lines, lines, body.control):
        return refusal
    if item := returned_too_much(lines.kept):
        return refuse("RETURN_EXCEEDS_BILLED", item)
    if refusal := unusable(known, body):
        return refusal
    amounts, by_category = lines.split.amounts, lines.split.by_category
    return Costs(amounts, by_category, body.disease, pack_lines(lines.kept), used_ids(body))
