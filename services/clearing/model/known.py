"""What clearing knows while it decides a batch, and how each row changes it. Pure."""

from dataclasses import dataclass, field
from datetime import date

from services.clearing.centers.model import Center
from services.clearing.charges.model import Charge, ChargeReversed
from services.clearing.heard import agreement_fact
from services.clearing.investigations.model import (
    Answered,
    Closed,
    Held,
    Investigation,
    Investigations,
    Reminded,
)
from services.clearing.ledger.rules import Sides
from services.clearing.model.agreement import InUse
from services.clearing.model.claim import Claim, ClaimedLine, ClaimWithdrawal, Doubt, PageHeld, Reviewing
from services.clearing.model.evidence import Admission, AdmissionAsked, Decided, PageCame, Review
from services.clearing.model.ledger import Account, Posting
from services.clearing.model.line import Line, LineReported, Moved
from services.clearing.model.month import Book, Payment, Sorted
from services.clearing.model.statement import (
    Chunk,
    Dispute,
    DisputeWithdrawn,
    Manifest,
    Progress,
    Reminder,
    Statement,
)
from services.clearing.model.terms import terms_of_month, terms_on
from services.clearing.payments.model import Remittance, Returned
from services.clearing.prefund.model import Ahead
from shared.messages.enrollment.agreements import AgreementSigned
from shared.messages.enrollment.registers import CenterRegistered, InstitutionPublished
from shared.month.agreements import Agreements
from shared.month.funds import ZERO, Funds
from shared.month.place import month_after
from shared.month.terms import Terms


@dataclass(slots=True)
class Known:
    """Everything that the messages of one batch need to know."""

    agreements: dict[str, AgreementSigned] = field(default_factory=dict)  # agreement → terms in use
    periods: dict[str, dict[date, AgreementSigned]] = field(default_factory=dict)  # agreement → first day
    books: dict[str, str] = field(default_factory=dict)  # agreement → sorted through
    prefunds: dict[str, Funds] = field(default_factory=dict)  # agreement → what is left
    institutions: dict[str, str] = field(default_factory=dict)  # institution → node
    centers: dict[str, Center] = field(default_factory=dict)
    case_pages: dict[str, str] = field(default_factory=dict)  # visit → the discharge that asked for it
    pages: dict[str, date] = field(default_factory=dict)  # visit → the day on which its first page came
    void_discharges: set[str] = field(default_factory=set)
    lines: dict[str, Line] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)  # lines held aside that were reported
    reviews: dict[str, Review] = field(default_factory=dict)  # settlement → its review
    decisions: dict[str, Decided] = field(default_factory=dict)  # line → its decision
    admissions: dict[str, Admission] = field(default_factory=dict)  # line → its admission
    asked: dict[str, AdmissionAsked] = field(default_factory=dict)  # line → who asked to let it in
    claims: dict[str, Claim] = field(default_factory=dict)
    claim_pages: dict[str, list[ClaimedLine]] = field(default_factory=dict)  # page → its lines, and the next
    reviewing: dict[str, dict[str, list[Reviewing]]] = field(default_factory=dict)  # claim → settlement
    doubts: set[str] = field(default_factory=set)  # settlements that a person has to review
    withdrawals: dict[str, ClaimWithdrawal] = field(default_factory=dict)  # claim → when it was taken back
    statements: dict[str, Statement] = field(default_factory=dict)
    disputes: dict[str, dict[str, Dispute]] = field(default_factory=dict)  # statement → line id
    reminders: set[Reminder] = field(default_factory=set)
    manifests: dict[str, Manifest] = field(default_factory=dict)  # statement → of a batch to be sent again
    digests: dict[str, list[str]] = field(default_factory=dict)  # statement → of its chunks, as first sent
    resent: dict[tuple[str, int], list[str]] = field(default_factory=dict)  # (statement, number)
    investigations: Investigations = field(default_factory=Investigations)
    chunks: set[tuple[str, int]] = field(default_factory=set)
    remittances: dict[str, list[Remittance]] = field(default_factory=dict)  # statement → its payments
    returned: dict[str, list[Returned]] = field(default_factory=dict)  # statement → those that came back
    paid: set[tuple[str, str, str]] = field(default_factory=set)  # (agreement, month, institution)
    charges: dict[str, Charge] = field(default_factory=dict)
    charges_reversed: set[str] = field(default_factory=set)
    ahead: Ahead = field(default_factory=Ahead)
    payables: dict[str, int] = field(default_factory=dict)  # quarter of an agreement → fen
    _signed: Agreements | None = None

    @property
    def signed(self) -> Agreements:
        """The agreements, asked which of them covers a settlement and by which terms it is cleared."""
        if self._signed is None:
            periods = [terms for by_day in self.periods.values() for terms in by_day.values()]
            self._signed = Agreements(map(agreement_fact, periods))
        return self._signed

    def terms(self, agreement_id: str) -> Terms:
        """The mode and parameters by which all months of an agreement are cleared."""
        return self.signed.terms(agreement_id)

    def sides(self, agreement_id: str, day: date) -> Sides:
        """Between which centers an agreement's money moves on a day."""
        signed = self.terms_on(agreement_id, day)
        mode = self.terms(agreement_id).funding_mode
        return Sides(agreement_id, mode, signed.insured_center, signed.treatment_center)

    def sides_of(self, line: Line) -> Sides:
        """Between which centers a line was entered."""
        assert line.agreement_id
        assert line.insured_center
        assert line.treatment_center
        mode = self.terms(line.agreement_id).funding_mode
        return Sides(line.agreement_id, mode, line.insured_center, line.treatment_center)

    def lines_of(self, settlement_id: str) -> dict[str, Line]:
        """The lines kept of a settlement, by id."""
        return {id: line for id, line in self.lines.items() if line.settlement_id == settlement_id}

    def open_reviews(self) -> dict[str, Reviewing]:
        """The settlements that persons have yet to review, each with the last step taken."""
        last = [steps[-1] for lines in self.reviewing.values() for steps in lines.values()]
        return {step.settlement_id: step for step in last if step.is_open}

    def waiting(self, visit_id: str) -> list[str]:
        """The settlements of a visit, in order."""
        return sorted({line.settlement_id for line in self.lines.values() if line.visit_id == visit_id})

    def open_month(self, agreement_id: str, month: str) -> str:
        """A month, or the first of the agreement that is not sorted if that one is."""
        through = self.books[agreement_id]
        return month if month > through else month_after(through)

    def is_sorted(self, line: Line) -> bool:
        """Whether a line's month is sorted, so that the line stays as it is."""
        return line.month is not None and line.month <= self.books[line.agreement_id or ""]

    def terms_on(self, agreement_id: str, day: date) -> AgreementSigned:
        """The terms of an agreement that apply on a day."""
        return terms_on(self.periods[agreement_id].values(), day)

    def terms_of_month(self, agreement_id: str, month: str) -> AgreementSigned:
        """The terms of an agreement that apply to a month."""
        return terms_of_month(self.periods[agreement_id].values(), month)

    def prefund(self, agreement_id: str) -> Funds:
        """What is left in an agreement's prefund account, fen per fund."""
        return self.prefunds.get(agreement_id, ZERO)

    def quota(self, agreement_id: str, day: date) -> int:
        """The quota of an agreement on a day: what was settled last, else what its terms in use name."""
        settled = self.ahead.quota_on(agreement_id, day)
        return self.agreements[agreement_id].prefund_quota_fen if settled is None else settled

    def quota_asked(self, agreement_id: str, day: date) -> tuple[int, date]:
        """The quota up to which money was asked for by a day, fen, and its first day, at the earliest this.

        That is the last one settled, also where it is yet to come: it was asked for when it was approved.
        """
        later = self.ahead.quotas_after(agreement_id, day)
        return (later[-1].quota_fen, later[-1].from_on) if later else (self.quota(agreement_id, day), day)

    def keep_ahead(self, row: object) -> None:
        """A quota, a funding, a top-up or what was told about them is kept."""
        self.ahead.keep(row)

    def keep_period(self, terms: AgreementSigned) -> None:
        """An agreement has new terms from their first day on; the terms of earlier days stay."""
        self.periods.setdefault(terms.agreement_id, {})[terms.in_force_from] = terms
        self._signed = None

    def post(self, posting: Posting) -> None:
        """A posting moves a prefund or reserve; no rule asks for the balance of any other account."""
        if posting.account in (Account.PREFUND, Account.RESERVE):
            left = self.prefund(posting.agreement_id)
            self.prefunds[posting.agreement_id] = left.plus(posting.funds)

    def move(self, progress: Progress) -> None:
        """A statement reaches a new state."""
        statement = self.statements[progress.statement_id]
        moved = statement._replace(state=progress.state, since=progress.since)
        self.statements[progress.statement_id] = moved

    def tell(self, told: LineReported) -> None:
        """It was reported that a line is held aside."""
        self.told.add(told.line_id)

    def keep_institution(self, told: InstitutionPublished) -> None:
        """An institution is connected by this node."""
        self.institutions[told.institution_id] = told.node_id

    def keep_center(self, told: CenterRegistered) -> None:
        """A center is connected by this node, and in force on these days."""
        self.centers[told.center_id] = Center(told.node_id, told.in_force_from, told.in_force_until)

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

    def move_line(self, row: Moved) -> None:
        """A line stands elsewhere."""
        self.lines[row.line.line_id] = row.line
        self.told.discard(row.line.line_id)

    def keep_page(self, row: PageCame) -> None:
        """The first case page of a visit came."""
        self.pages.setdefault(row.visit_id, row.received_on)

    def keep_review(self, row: Review) -> None:
        """A settlement was reviewed."""
        self.reviews[row.settlement_id] = row

    def keep_decision(self, row: Decided) -> None:
        """A dispute was decided."""
        self.decisions[row.line_id] = row

    def admit(self, row: Admission) -> None:
        """A late line was let in."""
        self.admissions[row.line_id] = row

    def ask_admission(self, row: AdmissionAsked) -> None:
        """An officer has asked that a late line be let in."""
        self.asked[row.line_id] = row

    def keep_claim(self, row: Claim) -> None:
        """A claim came, and its id is taken."""
        self.claims[row.claim_id] = row

    def take_step(self, row: Reviewing) -> None:
        """A claimed line goes a step further in its review."""
        self.reviewing.setdefault(row.claim_id, {}).setdefault(row.settlement_id, []).append(row)

    def keep_doubt(self, row: Doubt) -> None:
        """A settlement is in doubt."""
        self.doubts.add(row.settlement_id)

    def withdraw_claim(self, row: ClaimWithdrawal) -> None:
        """A claim was taken back."""
        self.withdrawals[row.claim_id] = row

    def keep_chunk(self, row: Chunk) -> None:
        """A chunk of a statement's batch is written."""
        self.chunks.add((row.statement_id, row.number))

    def dispute(self, row: Dispute) -> None:
        """A line of a statement is disputed."""
        self.disputes.setdefault(row.statement_id, {})[row.line_id] = row

    def remind(self, row: Reminder) -> None:
        """It was told that something is overdue."""
        self.reminders.add(row)

    def inquire(self, row: Investigation | Answered | Held | Closed | Reminded) -> None:
        """Something has become of an investigation."""
        self.investigations.keep(row)

    def withdraw(self, row: DisputeWithdrawn) -> None:
        """A line of a statement is disputed no longer."""
        self.disputes[row.statement_id].pop(row.line_id)

    def keep_remittance(self, row: Remittance) -> None:
        """A statement was paid."""
        self.remittances.setdefault(row.statement_id, []).append(row)

    def keep_returned(self, row: Returned) -> None:
        """A payment of a statement came back."""
        self.returned.setdefault(row.statement_id, []).append(row)

    def keep_payment(self, row: Payment) -> None:
        """An institution was paid for a month."""
        self.paid.add((row.agreement_id, row.month, row.institution_id))

    def keep_charge(self, row: Charge) -> None:
        """A charge is booked, and its id is taken."""
        self.charges[row.charge_id] = row

    def reverse_charge(self, row: ChargeReversed) -> None:
        """A charge was taken back."""
        self.charges_reversed.add(row.charge_id)
