"""Writes what a batch has decided: one statement a table, each kind of row to its table."""

from collections.abc import Awaitable, Callable
from typing import Any

from services.clearing.agreements import store as agreements
from services.clearing.agreements import store_copies as copies
from services.clearing.claims import store as claims
from services.clearing.ledger import store as ledger
from services.clearing.ledger import store_books as books
from services.clearing.lines import store as lines
from services.clearing.model.agreement import InUse
from services.clearing.model.claim import Claim, Claimed
from services.clearing.model.ledger import Posting
from services.clearing.model.line import AgreementFound, Candidate, CarriedLine, Line, LineReported, Returned
from services.clearing.model.month import Book, Payable, Payment, Sorted
from services.clearing.model.statement import (
    Chunk,
    Dispute,
    DisputeWithdrawn,
    Manifest,
    Progress,
    Statement,
)
from services.clearing.months import store as month
from services.clearing.statements import store as statements
from shared.bus.message import Changes
from shared.bus.service import Tx
from shared.messages.enrollment.registers import AgreementSigned, CenterRegistered, InstitutionPublished
from shared.messages.settlement.visits import CasePageReceived

_TABLES: dict[type[Any], Callable[[Tx, list[Any]], Awaitable[None]]] = {
    InstitutionPublished: copies.save_institutions,
    CenterRegistered: copies.save_centers,
    AgreementSigned: agreements.save_periods,
    InUse: agreements.save_in_use,
    CasePageReceived: copies.add_case_pages,
    Book: books.add_books,
    Line: lines.add_lines,
    Candidate: lines.set_aside,
    AgreementFound: lines.release,
    LineReported: lines.note_told,
    Claim: claims.add_claims,
    Claimed: claims.add_claimed,
    Payable: claims.add_payables,
    Statement: statements.add_statements,
    Chunk: statements.add_chunks,
    Manifest: statements.add_manifests,
    Dispute: statements.add_disputes,
    DisputeWithdrawn: statements.take_disputes_back,
    CarriedLine: lines.add_reentries,
    Returned: lines.take_reentries_back,
    Progress: statements.move_statements,
    Sorted: books.close_months,
    Payment: month.add_payments,
    Posting: ledger.add_postings,
}


async def save(tx: Tx, changes: Changes) -> None:
    """Writes the rows of a batch in the order of the tables; facts that are only said are not kept."""
    for kind, write in _TABLES.items():
        if rows := changes.get(kind):
            await write(tx, rows)
