"""What clearing knows while it decides a batch, and how each row changes it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from services.clearing.model.agreement import InUse
from services.clearing.model.claim import Claim, Claimed
from services.clearing.model.ledger import Account, Posting
from services.clearing.model.line import (
    AgreementFound,
    Candidate,
    CarriedLine,
    Line,
    LineReported,
    Returned,
    SetAside,
)
from services.clearing.model.month import Book, Payment, Sorted
from services.clearing.model.statement import Chunk, Dispute, DisputeWithdrawn, Progress, Statement
from services.clearing.model.terms import covering_areas, find_agreement, terms_of_month, terms_on
from shared.funds import ZERO, Funds
from shared.messages.enrollment.registers import AgreementSigned, CenterRegistered, InstitutionPublished
from shared.messages.settlement.visits import CasePageReceived


class Kind(StrEnum):
    """What a message needs to know, by the kind of its keys."""

    AREA = "insured area"  # its agreements, held so that no month is sorted meanwhile
    AGREEMENT = "agreement"  # held to be changed
    CLAIMANT = "institution that claims"
    INSTITUTION = "institution"  # held so that none of its claims is reviewed meanwhile
    TOLD = "institution that is told"
    CENTER = "center"
    SETTLEMENT = "settlement"  # its lines, whether it was claimed, its case page
    CLAIM = "claim"
    STATEMENT = "statement"
    STATEMENT_TO_PAY = "statement to pay"
    LINE = "line"
    UNAGREED = "line held aside"


@dataclass(slots=True)
class Known:
    """Everything that the messages of one batch need."""

    agreements: dict[str, AgreementSigned] = field(default_factory=dict)  # as in use
    periods: dict[str, dict[date, AgreementSigned]] = field(default_factory=dict)  # agreement → from when
    books: dict[str, str] = field(default_factory=dict)  # agreement → sorted through
    prefunds: dict[str, Funds] = field(default_factory=dict)  # agreement → what is left
    institutions: dict[str, str] = field(default_factory=dict)  # institution → node
    centers: dict[str, str] = field(default_factory=dict)  # center → node
    case_pages: set[str] = field(default_factory=set)  # visits
    lines: dict[str, Line] = field(default_factory=dict)
    reentries: set[tuple[str, str]] = field(default_factory=set)  # (line, month)
    unagreed: dict[str, SetAside] = field(default_factory=dict)
    claims: set[str] = field(default_factory=set)
    claimed: set[str] = field(default_factory=set)  # settlements
    statements: dict[str, Statement] = field(default_factory=dict)
    disputes: dict[str, dict[str, Dispute]] = field(default_factory=dict)  # statement → line
    chunks: set[tuple[str, int]] = field(default_factory=set)
    paid: set[tuple[str, str, str]] = field(default_factory=set)  # (agreement, month, institution)
    _found: dict[tuple[str, str, str, date], AgreementSigned | None] = field(default_factory=dict)

    def agreement_for(self, line: Candidate) -> AgreementSigned | None:
        """The agreement that covers a line; looked up once for each pair of areas, scheme and day."""
        question = (line.insured_area, line.treatment_area, line.scheme, line.service_on)
        if question not in self._found:
            areas = covering_areas(line.insured_area)
            signed = [terms_on(periods.values(), line.service_on) for periods in self.periods.values()]
            found = find_agreement(line, [terms for terms in signed if terms.insured_area in areas])
            self._found[question] = found
        return self._found[question]

    def apply(self, change: Any) -> None:
        """Changes what is known by one fact or row of a decision."""
        applied = _APPLY.get(type(change))
        if applied is not None:
            applied(self, change)

    def terms_on(self, agreement_id: str, day: date) -> AgreementSigned:
        """What an agreement says of a day."""
        return terms_on(self.periods[agreement_id].values(), day)

    def terms_of_month(self, agreement_id: str, month: str) -> AgreementSigned:
        """What an agreement says of a month."""
        return terms_of_month(self.periods[agreement_id].values(), month)

    def prefund(self, agreement_id: str) -> Funds:
        """What is left in an agreement's prefund account."""
        return self.prefunds.get(agreement_id, ZERO)

    def keep_period(self, terms: AgreementSigned) -> None:
        """What an agreement says from a day on; what it said of earlier days stays."""
        self.periods.setdefault(terms.agreement_id, {})[terms.in_force_from] = terms
        self._found.clear()

    def post(self, posting: Posting) -> None:
        """A posting moves the ledger; only what is left in a prefund account is asked for again."""
        if posting.account == Account.PREFUND:
            left = self.prefund(posting.agreement_id)
            self.prefunds[posting.agreement_id] = left.plus(posting.funds)

    def move(self, progress: Progress) -> None:
        """A statement reaches a new state."""
        statement = self.statements[progress.statement_id]
        moved = statement._replace(state=progress.state, since=progress.since)
        self.statements[progress.statement_id] = moved

    def tell(self, told: LineReported) -> None:
        """It was said that a line is held aside."""
        self.unagreed[told.line_id] = self.unagreed[told.line_id]._replace(told=True)


_APPLY: dict[type[Any], Callable[[Known, Any], object]] = {
    AgreementSigned: Known.keep_period,
    InUse: lambda known, row: known.agreements.update({row.terms.agreement_id: row.terms}),
    InstitutionPublished: lambda known, row: known.institutions.update({row.institution_id: row.node_id}),
    CenterRegistered: lambda known, row: known.centers.update({row.center_id: row.node_id}),
    CasePageReceived: lambda known, row: known.case_pages.add(row.visit_id),
    Book: lambda known, row: known.books.update({row.agreement_id: row.sorted_through}),
    Sorted: lambda known, row: known.books.update({row.agreement_id: row.through}),
    Line: lambda known, row: known.lines.update({row.line_id: row}),
    Posting: Known.post,
    Candidate: lambda known, row: known.unagreed.update({row.line_id: SetAside(row, told=False)}),
    AgreementFound: lambda known, row: known.unagreed.pop(row.line_id),
    LineReported: Known.tell,
    Claim: lambda known, row: known.claims.add(row.claim_id),
    Claimed: lambda known, row: known.claimed.add(row.settlement_id),
    Progress: Known.move,
    Dispute: lambda known, row: known.disputes.setdefault(row.statement_id, {}).update({row.line_id: row}),
    DisputeWithdrawn: lambda known, row: known.disputes[row.statement_id].pop(row.line_id),
    CarriedLine: lambda known, row: known.reentries.add((row.line_id, row.month)),
    Returned: lambda known, row: known.reentries.discard((row.line_id, row.month)),
    Chunk: lambda known, row: known.chunks.add((row.statement_id, row.number)),
    Payment: lambda known, row: known.paid.add((row.agreement_id, row.month, row.institution_id)),
}
