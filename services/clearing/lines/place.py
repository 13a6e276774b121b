"""Places a settlement's lines by its facts, with the pure functions that compute a month offline too.

Whatever comes about a settlement, its lines are worked out anew from all that is known of it, and what
differs from the lines kept is written. A line of a sorted month stays as it is. A line of a fact that was
parked until its month was sorted goes to the first open month, and `yidi month rebuild` names it.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from services.clearing.ledger.rules import Entry, Sides, postings
from services.clearing.lines.rules import RECOVERED
from services.clearing.model.known import Known
from services.clearing.model.ledger import Event, Posting
from services.clearing.model.line import Line, Moved
from shared.benefit.bill import VisitKind
from shared.identity import derive
from shared.month import facts as told
from shared.month.funds import ZERO
from shared.month.lines import reversal_id
from shared.month.outcome import Aside, Fate, Placed, outcome_of
from shared.month.outcome import Known as Asked
from shared.month.reading import Facts
from shared.month.terms import Terms

CARRIED = ".d"
Lines = Mapping[str, Line]


def placed(known: Known, settlement_id: str, heard: Iterable[Line], on: date, slot: int) -> list[object]:
    """The rows by which a settlement's lines stand where its facts put them, with their journal entries.

    `heard` are new lines, not yet placed; what is only known of a settlement that was not heard is kept
    as it is. `on` is the day of what was heard. Raises InvalidFactsError where more would have been recovered
    of the settlement than its lines came to.
    """
    own = {**known.lines_of(settlement_id), **{line.line_id: line for line in heard}}
    settled = own.get(settlement_id)
    if settled is None:
        return list(heard)
    signed, fact = Kept(known), settled_fact(settled)
    terms = signed.covering(fact)
    rows: list[object] = []
    for fate in outcome_of(Asked(facts_of(known, own), signed), fact):
        line, kept = _line(known, own, fate, terms), known.lines.get(_id(fate))
        if kept is None:
            rows.append(line)
        elif line == kept or known.is_sorted(kept):
            continue
        else:
            rows.append(Moved(line))
        rows += _entry(known, kept, line, on, slot)
    return rows


class Kept:
    """What was signed (已签协议): a settlement stays with the agreement under which its line was entered."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def covering(self, settled: told.Settled) -> Terms | None:
        """The terms by which a settlement is cleared."""
        kept = self._known.lines.get(settled.settlement_id)
        if kept and kept.agreement_id:
            return self._known.terms(kept.agreement_id)
        return self._known.signed.covering(settled)


def settled_fact(line: Line) -> told.Settled:
    """A settlement as a fact of the month, from its line."""
    kind: VisitKind = line.visit_kind  # type: ignore[assignment]  # a value of it, as it was read
    return told.Settled(
        settlement_id=line.settlement_id,
        visit_id=line.visit_id,
        person_id=line.person_id,
        institution_id=line.institution_id,
        kind=kind,
        insured_area=line.insured_area,
        treatment_area=line.treatment_area,
        scheme=line.scheme,
        service_on=line.service_on,
        settled_on=line.business_on,
        total_fen=line.total_fen,
        at_home=False,  # or it would have no line
        terms_on=line.terms_on,
        **line.funds._asdict(),
    )


def facts_of(known: Known, own: Lines) -> Facts:
    """All that is known of one settlement, as facts of the month."""
    facts = Facts()
    for line in own.values():
        if line.line_id == reversal_id(line.settlement_id):
            if line.aside != RECOVERED:
                facts.keep(told.Reversed(line.settlement_id, line.business_on))
        elif line.line_id != line.settlement_id and not line.line_id.endswith(CARRIED):
            facts.keep(_recovered_fact(line))
        if decided := known.decisions.get(line.line_id):
            facts.decided[line.line_id] = decided.fact
        if admitted := known.admissions.get(line.line_id):
            facts.admitted[line.line_id] = told.Admitted(line.line_id, admitted.admitted_on)
        if review := known.reviews.get(line.line_id):
            facts.reviewed[line.line_id] = review.fact
        if page_on := known.pages.get(line.visit_id):
            facts.pages[line.visit_id] = page_on
    return facts


def _recovered_fact(line: Line) -> told.Recovered:
    """A recovery as a fact of the month, from its line."""
    amounts = line.funds.negative()._asdict()
    return told.Recovered(
        **amounts,
        recovery_id=line.line_id,
        settlement_id=line.settlement_id,
        decided_on=line.business_on,
    )


def _id(fate: Fate) -> str:
    return fate.line.line_id if isinstance(fate, Placed) else fate.line_id


def _line(known: Known, own: Lines, fate: Fate, terms: Terms | None) -> Line:
    """The line that a fate means, with the agreement and the centers it is entered with."""
    base = own.get(_id(fate)) or own[fate.line.settled.settlement_id if fate.line else ""]
    if worth := fate.line:
        base = base._replace(
            line_id=worth.line_id,
            why=worth.why,
            service_on=worth.settled.service_on,
            terms_on=worth.settled.terms_on,
            business_on=worth.business_on,
            total_fen=worth.total_fen,
            **worth.funds._asdict(),
        )
    line = base._replace(
        month=known.open_month(fate.terms.agreement_id, fate.month) if isinstance(fate, Placed) else None,
        aside=None if isinstance(fate, Placed) else str(fate.why),
    )
    is_agreed = terms is not None and line.aside != Aside.UNAGREED
    return _entered(known, own, line, terms.agreement_id) if terms and is_agreed else line


def _entered(known: Known, own: Lines, line: Line, agreement_id: str) -> Line:
    """The line with the centers of its day; one carried on goes between those of the statement it left."""
    if line.line_id in own and own[line.line_id].agreement_id:
        return line
    centers: Sides = known.sides(agreement_id, line.business_on)
    if decided := known.decisions.get(line.line_id.removesuffix(CARRIED)):
        centers = Sides.of(known.statements[decided.statement_id].head)
    return line._replace(
        agreement_id=agreement_id,
        insured_center=centers.insured_center,
        treatment_center=centers.treatment_center,
    )


def _entry(known: Known, kept: Line | None, line: Line, on: date, slot: int) -> list[Posting]:
    """The entry by which the books follow a line's worth; what is carried on was entered before."""
    if line.agreement_id is None or line.line_id.endswith(CARRIED):
        return []
    is_new = kept is None or kept.agreement_id is None
    before = ZERO if kept is None or is_new else kept.funds
    id, day = (line.line_id, line.business_on) if is_new else (derive("reviewed", line.line_id), on)
    entry = Entry(id, Event.SETTLED, day, line.funds.less(before), slot, line.institution_id)
    return postings(entry, known.sides_of(line))
