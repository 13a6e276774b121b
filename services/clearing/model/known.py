"""What clearing knows while it decides a batch, and how each row changes it. Pure."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from services.clearing.model.agreement import InUse
from services.clearing.model.claim import Claim, Claimed, PageHeld
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
from shared.messages.enrollment.agreements import AgreementSigned
from shared.messages.enrollment.registers import CenterRegistered, InstitutionPublished


class Kind(StrEnum):
    """The kinds of key by which a message names what it needs to know."""

    AREA = "insured area"  # its agreements; their books are locked, so that no month is sorted meanwhile
    AGREEMENT = "agreement"  # its books are locked to be changed
    CLAIMANT = "institution that claims"  # locked, so that none of its settlements is reversed meanwhile
    INSTITUTION = "institution"  # locked, so that none of its claims is reviewed meanwhile
    TOLD = "institution that is told"  # its node, for a notice
    CENTER = "center"
    SETTLEMENT = "settlement"  # its line and its reversal's, whether its advance was accepted
    CLAIM = "claim"  # whether its id is taken; the case pages of its visits
    STATEMENT = "statement"
    STATEMENT_TO_PAY = "statement to pay"  # its agreement's books are locked to be changed as well
    LINE = "line"
    UNAGREED = "line held aside"
    DISCHARGE = "discharge"  # whether it was cancelled


@dataclass(slots=True)
class Known:
    """Everything that the messages of one batch need to know."""

    agreements: dict[str, AgreementSigned] = field(default_factory=dict)  # agreement → terms in use
    periods: dict[str, dict[date, AgreementSigned]] = field(default_factory=dict)  # agreement → first day
    books: dict[str, str] = field(default_factory=dict)  # agreement → sorted through
    prefunds: dict[str, Funds] = field(default_factory=dict)  # agreement → what is left
    institutions: dict[str, str] = field(default_factory=dict)  # institution → node
    centers: dict[str, str] = field(default_factory=dict)  # center → node
    case_pages: dict[str, str] = field(default_factory=dict)  # visit → the discharge that asked for it
    void_discharges: set[str] = field(default_factory=set)
    lines: dict[str, Line] = field(default_factory=dict)
    reentries: set[tuple[str, str]] = field(default_factory=set)  # (line, month)
    unagreed: dict[str, SetAside] = field(default_factory=dict)
    claims: set[str] = field(default_factory=set)
    claimed: set[str] = field(default_factory=set)  # settlements
    statements: dict[str, Statement] = field(default_factory=dict)
    disputes: dict[str, dict[str, Dispute]] = field(default_factory=dict)  # statement → line id
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

    def terms_on(self, agreement_id: str, day: date) -> AgreementSigned:
        """The terms of an agreement that apply on a day."""
        return terms_on(self.periods[agreement_id].values(), day)

    def terms_of_month(self, agreement_id: str, month: str) -> AgreementSigned:
        """The terms of an agreement that apply to a month."""
        return terms_of_month(self.periods[agreement_id].values(), month)

    def prefund(self, agreement_id: str) -> Funds:
        """What is left in an agreement's prefund account, fen per fund."""
        return self.prefunds.get(agreement_id, ZERO)

    def keep_period(self, terms: AgreementSigned) -> None:
        """An agreement has new terms from their first day on; the terms of earlier days stay."""
        self.periods.setdefault(terms.agreement_id, {})[terms.in_force_from] = terms
        self._found.clear()

    def post(self, posting: Posting) -> None:
        """A posting moves a prefund; no rule asks for the balance of any other account."""
        if posting.account == Account.PREFUND:
            left = self.prefund(posting.agreement_id)
            self.prefunds[posting.agreement_id] = left.plus(posting.funds)

    def move(self, progress: Progress) -> None:
        """A statement reaches a new state."""
        statement = self.statements[progress.statement_id]
        moved = statement._replace(state=progress.state, since=progress.since)
        self.statements[progress.statement_id] = moved

    def tell(self, told: LineReported) -> None:
        """It was reported that a line is held aside."""
        self.unagreed[told.line_id] = self.unagreed[told.line_id]._replace(told=True)

    def keep_institution(self, told: InstitutionPublished) -> None:
        """An institution is connected by this node."""
        self.institutions[told.institution_id] = told.node_id

    def keep_center(self, told: CenterRegistered) -> None:
        """A center is connected by this node."""
        self.centers[told.center_id] = told.node_id

    def keep_case_page(self, page: PageHeld) -> None:
        """A visit's case page counts unless its discharge was cancelled; then it counts no more."""
        if page.counts and page.discharge_id not in self.void_discharges:
            self.case_pages[page.visit_id] = page.discharge_id
        elif not page.counts:
            self.void_discharges.add(page.discharge_id)
            if self.case_pages.get(page.visit_id) == page.discharge_id:
                del self.case_pages[page.visit_id]

    def use(self, row: InUse) -> None:
        """An agreement goes by these terms from now on."""
        self.agreements[row.terms.agreement_id] = row.terms

    def open_book(self, row: Book) -> None:
        """The books of a new agreement are opened."""
        self.books[row.agreement_id] = row.sorted_through

    def close_months(self, row: Sorted) -> None:
        """An agreement's months are sorted up to this one."""
        self.books[row.agreement_id] = row.through

    def enter(self, line: Line) -> None:
        """A line is entered in the books."""
        self.lines[line.line_id] = line

    def set_aside(self, line: Candidate) -> None:
        """A line waits for its agreement or its settlement."""
        self.unagreed[line.line_id] = SetAside(line, told=False)

    def release(self, row: AgreementFound) -> None:
        """A line that was held aside has found its agreement."""
        self.unagreed.pop(row.line_id)

    def keep_claim(self, row: Claim) -> None:
        """A claim was reviewed, and its id is taken."""
        self.claims.add(row.claim_id)

    def keep_claimed(self, row: Claimed) -> None:
        """A settlement's advance was accepted."""
        self.claimed.add(row.settlement_id)

    def keep_chunk(self, row: Chunk) -> None:
        """A chunk of a statement's batch is written."""
        self.chunks.add((row.statement_id, row.number))

    def dispute(self, row: Dispute) -> None:
        """A line of a statement is disputed."""
        self.disputes.setdefault(row.statement_id, {})[row.line_id] = row

    def withdraw(self, row: DisputeWithdrawn) -> None:
        """A line of a statement is disputed no longer."""
        self.disputes[row.statement_id].pop(row.line_id)

    def carry(self, row: CarriedLine) -> None:
        """A disputed line is carried into a later month."""
        self.reentries.add((row.line_id, row.month))

    def carry_back(self, row: Returned) -> None:
        """A carried line is taken out of its later month."""
        self.reentries.discard((row.line_id, row.month))

    def keep_payment(self, row: Payment) -> None:
        """An institution was paid for a month."""
        self.paid.add((row.agreement_id, row.month, row.institution_id))
