"""Lists an institution's settlements, and compares them with its own books (对账). Pure."""

from collections.abc import Iterator, Sequence

from services.settlement.model.known import Known
from services.settlement.model.settlement import LISTED, MOST_DAYS, MOST_ENTRIES, Entry
from services.settlement.reconciliation import keys
from services.settlement.visits.checks import day_of, not_yours, refused
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.settlement.found import FoundDifference, ListedSettlement, Reconciled, SettlementsFound
from shared.messages.settlement.queries import (
    BooksRequest,
    QuerySettlements,
    ReconcileSettlements,
    StatedSettlement,
    Totals,
)

TOLD = 500  # differences in one answer


def list_settlements(known: Known, message: Message, body: QuerySettlements) -> Decision:
    """Answers a page of the settlements of a period, those taken back too."""
    if refusal := _not_possible(known, message, body):
        return Decision(answer=refusal)
    held = known.books[keys.listed_at(body)]
    found = SettlementsFound(
        institution_id=body.institution_id,
        settlements=tuple(ListedSettlement(**entry._asdict()) for entry in held[:LISTED]),
        more=len(held) > LISTED,
    )
    return Decision(answer=accept(found))


def reconcile(known: Known, message: Message, body: ReconcileSettlements) -> Decision:
    """Answers whether the institution's books agree with ours, and where they do not, why."""
    if refusal := _not_possible(known, message, body):
        return Decision(answer=refusal)
    totals = Totals.model_validate(
        dict(zip(Totals.model_fields, known.sums[keys.summed_at(body)], strict=True))
    )
    held = known.books[keys.compared_at(body)] if body.lines else ()
    if len(held) > MOST_ENTRIES:
        return refused("ANSWER_TOO_LARGE", f"more than {MOST_ENTRIES} settlements: ask for fewer days")
    differing = list(_differences(held, body.lines)) if body.lines else []
    done = Reconciled(
        institution_id=body.institution_id,
        equal=totals == body.totals and not differing,
        held=totals,
        differences=tuple(differing[:TOLD]),
        more=len(differing) > TOLD,
    )
    return Decision(answer=accept(done))


def _not_possible(known: Known, message: Message, body: BooksRequest) -> Answer | None:
    if refusal := not_yours(known, message, body.institution_id):
        return refusal
    if not keys.period(body).is_possible:
        return refuse("DATE_NOT_POSSIBLE", f"until_on: 1 to {MOST_DAYS} days after from_on")
    if body.from_on > day_of(message):
        return refuse("DATE_NOT_POSSIBLE", f"from_on: the day is {day_of(message)}")
    return None


def _differences(held: Sequence[Entry], stated: Sequence[StatedSettlement]) -> Iterator[FoundDifference]:
    """What differs, by id: what one side lacks, what was taken back since, amounts that are not the same."""
    ours, theirs = {one.settlement_id: one for one in held}, {one.settlement_id: one for one in stated}
    for settlement_id in sorted(ours.keys() | theirs.keys()):
        difference = _difference(settlement_id, ours.get(settlement_id), theirs.get(settlement_id))
        if difference:
            yield difference


def _difference(id: str, ours: Entry | None, theirs: StatedSettlement | None) -> FoundDifference | None:
    if theirs is None:
        cause = None if ours is None or ours.reversed_on else "NOT_STATED"
    elif ours is None:
        cause = "NOT_HERE"
    elif ours.reversed_on:
        cause = "TAKEN_BACK"
    else:
        same = (ours.total_fen, ours.fund_fen) == (theirs.total_fen, theirs.fund_fen)
        cause = None if same else "AMOUNT_DIFFERS"
    if cause is None:
        return None
    return FoundDifference.model_validate(
        {
            "settlement_id": id,
            "cause": cause,
            "held_total_fen": ours.total_fen if ours else None,
            "held_fund_fen": ours.fund_fen if ours else None,
            "stated_total_fen": theirs.total_fen if theirs else None,
            "stated_fund_fen": theirs.fund_fen if theirs else None,
        }
    )
