"""Does the work of a sorted month: statements, chunks and manifests of batches, payments to institutions.

Two processes may decide one piece of a day's work: what is done already is left alone.
"""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from services.clearing.agreements.decide import prefund_changed
from services.clearing.investigations.rules import hold_investigated
from services.clearing.ledger.prefund import allot
from services.clearing.ledger.rules import AHEAD, Entry, Sides, moved, postings
from services.clearing.model.due import (
    InstitutionDue,
    IssueStatement,
    MonthSums,
    PayInstitutions,
    SortMonths,
    WriteChunk,
)
from services.clearing.model.known import Known
from services.clearing.model.ledger import Event, Posting
from services.clearing.model.month import Payment, Sorted
from services.clearing.model.statement import (
    NEXT,
    Chunk,
    Manifest,
    Progress,
    State,
    Statement,
    Step,
    funds_of,
)
from services.clearing.months.chunks import chunk_json, rows_digest
from services.clearing.statements.notices import tell_centers, tell_institution
from services.clearing.statements.rules import add_up, statement_head
from shared.bus.message import NOTHING, Decision, Message, Notice, Written
from shared.identity import derive
from shared.messages.body import Fact
from shared.messages.clearing.batches import AreaSums, BatchChunk, BatchManifest, StatementHead, Sums
from shared.messages.clearing.months import AdvancePaid, StatementIssued
from shared.messages.clearing.notices import InstitutionPaid
from shared.messages.enrollment.agreements import AgreementSigned
from shared.month.funds import Funds
from shared.month.place import sorted_on


def sort_months(known: Known, message: Message, body: SortMonths) -> Decision:
    """Closes an agreement's months; each scheme and month that has lines becomes a statement (统一清分)."""
    id = body.agreement_id
    if known.books[id] != body.after:
        return NOTHING
    rows: list[object] = []
    for (scheme, month), found in groupby(body.groups, key=lambda group: (group.scheme, group.month)):
        groups, on = tuple(found), sorted_on(known.terms(id).months, month)
        head = statement_head(known.terms_of_month(id, month), scheme, month)
        by_area: dict[str, Sums] = {}
        for group in groups:
            before = by_area.get(group.insured_area)
            by_area[group.insured_area] = add_up((before, group.sums)) if before else group.sums
        sums = add_up(by_area.values())
        rows += [
            Statement(head, sums, by_area, on, State.SORTED, on),
            *_taken_over(head, groups, on, message),
        ]
    by_lines = known.agreements[id].funding_mode != "HOSPITAL_ADVANCE"
    return Decision(rows=[*rows, Sorted(id, body.after, body.through, by_lines)])


def write_chunk(known: Known, message: Message, body: WriteChunk) -> Decision:
    """Writes one chunk of a statement's batch."""
    if (body.statement_id, body.number) in known.chunks:
        return NOTHING
    id, head = body.statement_id, known.statements[body.statement_id].head
    chunk = chunk_of(head, body.number, body.rows)
    return Decision(written=(chunk,), rows=(Chunk(id, body.number, rows_digest(body.rows)),))


def issue_statement(known: Known, message: Message, body: IssueStatement) -> Decision:
    """Issues a statement whose chunks are all written; from now on the centers may confirm it.

    The manifest tells them what must have arrived; lines that are investigated drop out at once.
    """
    id, statement = body.statement_id, known.statements[body.statement_id]
    state = NEXT.get((statement.state, Step.ISSUE))
    if state is None:
        return NOTHING
    head, sums = statement.head, statement.sums
    issued = StatementIssued(
        statement_id=id,
        head=head,
        sums=sums,
        issued_on=statement.sorted_on,
        by_area=tuple(
            AreaSums(insured_area=area, **sums.model_dump()) for area, sums in statement.by_area.items()
        ),
        csv_sha256=body.csv_sha256,
    )
    written = Manifest(id, body.chunks, body.sha256, body.csv_sha256)
    manifest = manifest_of(statement, written)
    rows = (Progress(id, state, statement.sorted_on), written)
    disputed, held = hold_investigated(known, message, statement)
    return Decision((manifest, issued, *disputed), (*rows, *held), None, tell_centers(known, disputed, head))


def chunk_of(head: StatementHead, number: int, rows: str) -> Written:
    """A chunk of a statement's batch, as it travels, of rows of the statement's file."""
    return Written(BatchChunk, head.statement_id, chunk_json(head, number, rows))


def manifest_of(statement: Statement, written: Manifest) -> BatchManifest:
    """The manifest of a complete batch, as it travels."""
    return BatchManifest(
        statement_id=written.statement_id,
        head=statement.head,
        sums=statement.sums,
        chunks=written.chunks,
        sha256=written.sha256,
        csv_sha256=written.csv_sha256,
    )


def pay_institutions(known: Known, message: Message, body: PayInstitutions) -> Decision:
    """Pays institutions in order: from the prefund as far as it reaches, or for their accepted advances."""
    agreement = known.agreements[body.agreement_id]
    if known.books[body.agreement_id] != body.month:
        return NOTHING
    prefunded = agreement.funding_mode in AHEAD
    left = known.prefund(body.agreement_id).due_fen if prefunded else None
    on = sorted_on(known.terms(body.agreement_id).months, body.month)
    rows: list[object] = []
    facts: list[Fact] = []
    notices: list[Notice] = []
    for due in body.dues:
        if (body.agreement_id, body.month, due.institution_id) in known.paid:
            continue
        paid = allot(_due(due), left)
        left = left - paid.due_fen if left is not None else None
        rows += _pay(agreement, body.month, on, due.institution_id, paid, message.partition)
        if prefunded:
            notices += tell_institution(known, due.institution_id, _institution_paid(body, due, paid))
        elif paid.due_fen:
            facts.append(_advance_paid(body, due.institution_id, paid.due_fen))
            notices += tell_institution(known, due.institution_id, facts[-1])
    if left is not None and rows:
        facts.append(prefund_changed(agreement, left, known.quota(body.agreement_id, message.day or on)))
        notices += tell_centers(known, facts[-1:], agreement)
    return Decision(facts=facts, rows=rows, notices=notices)


def _taken_over(
    head: StatementHead, groups: Sequence[MonthSums], on: date, message: Message
) -> list[Posting]:
    """The postings that move what was entered with other centers to the statement's, who are to clear it."""
    taken: list[Posting] = []
    own = head.insured_center, head.treatment_center
    pairs = sorted((group for group in groups if _centers(group) != own), key=_centers)
    for (insured, treatment), found in groupby(pairs, key=_centers):
        id = derive("taken over", head.statement_id, insured, treatment)
        funds = funds_of(add_up(group.sums for group in found))
        entry = Entry(id, Event.CENTERS_CHANGED, on, funds, message.partition)
        before = Sides(head.agreement_id, head.funding_mode, insured, treatment)
        taken += moved(entry, Event.SETTLED, before, head)
    return taken


def _centers(group: MonthSums) -> tuple[str, str]:
    return group.insured_center, group.treatment_center


def _due(due: InstitutionDue) -> Funds:
    return Funds(*(getattr(due, name) for name in Funds._fields))


def _pay(
    agreement: AgreementSigned, month: str, on: date, institution_id: str, paid: Funds, slot: int
) -> list[object]:
    id = derive("payment", agreement.agreement_id, month, institution_id)
    entry = Entry(id, Event.INSTITUTION_PAID, on, paid, slot, institution_id)
    return [Payment(agreement.agreement_id, institution_id, month, *paid), *postings(entry, agreement)]


def _institution_paid(body: PayInstitutions, due: InstitutionDue, paid: Funds) -> InstitutionPaid:
    return InstitutionPaid(
        institution_id=due.institution_id,
        month=body.month,
        agreement_id=body.agreement_id,
        due_fen=_due(due).due_fen,
        paid_fen=paid.due_fen,
    )


def _advance_paid(body: PayInstitutions, institution_id: str, paid_fen: int) -> AdvancePaid:
    return AdvancePaid(
        institution_id=institution_id, month=body.month, agreement_id=body.agreement_id, paid_fen=paid_fen
    )
