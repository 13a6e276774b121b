"""Lists an institution's settlements, and compares them with its own books (对账). Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from services.settlement.model.known import Known
from services.settlement.model.settlement import LISTED, MOST_DAYS, MOST_ENTRIES, Entry
from services.settlement.reconciliation import keys
from services.settlement.visits.checks import day_of, not_yours, refused
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer, accept
from shared.messages.settlement.found import (
    Difference,
    FoundDifference,
    ListedSettlement,
    Reconciled,
    SettlementsFound,
)
from shared.messages.settlement.queries import (
    BooksRequest,
    QuerySettlements,
    ReconcileSettlements,
    StatedSettlement,
    Totals,
)
from shared.reconcile.cause import Cause, Sides, cause_of

TOLD = 500  # differences in one answer
# In the order in which causes count: an id has several where it was taken back here and is stated there.
_TOLD_AS: dict[Cause, Difference] = {
    Cause.DUPLICATE: "STATED_TWICE",
    Cause.REFUND_UNKNOWN: "TAKEN_BACK",
    Cause.MISSING_THERE: "NOT_STATED",
    Cause.MISSING_HERE: "NOT_HERE",
    Cause.AMOUNT: "AMOUNT_DIFFERS",
}
_SUMMED = ("total_fen", "fund_fen", "account_fen", "cash_fen")


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
    if body.lines:
        held = known.books[keys.compared_at(body)]
        if len(held) > MOST_ENTRIES:
            return refused("ANSWER_TOO_LARGE", f"more than {MOST_ENTRIES} settlements: ask for fewer days")
        totals, differing = _totals(held), list(_differences(held, body.lines))
    else:
        sums = known.sums[keys.summed_at(body)]
        totals, differing = Totals(**dict(zip(Totals.model_fields, sums, strict=True))), []
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


def _totals(held: Sequence[Entry]) -> Totals:
    kept = [entry for entry in held if entry.reversed_on is None]
    sums = {name: sum(getattr(entry, name) for entry in kept) for name in _SUMMED}
    return Totals(settlements=len(kept), **sums)


def _differences(held: Sequence[Entry], stated: Sequence[StatedSettlement]) -> Iterator[FoundDifference]:
    """What differs, by id: what one side lacks, has twice or has taken back, and amounts."""
    ours = {one.settlement_id: one for one in held}
    theirs: defaultdict[str, list[StatedSettlement]] = defaultdict(list)
    for stating in stated:
        theirs[stating.settlement_id].append(stating)
    for settlement_id in sorted(ours.keys() | theirs.keys()):
        mine, given = ours.get(settlement_id), theirs.get(settlement_id, [])
        if cause := _cause(mine, given):
            yield _difference(settlement_id, cause, mine, given[-1] if given else None)


def _cause(ours: Entry | None, theirs: Sequence[StatedSettlement]) -> Difference | None:
    """Why an id differs. An institution states what is in force: it has taken back what it does not state."""
    taken_back = [ours.reversed_on] if ours and ours.reversed_on else []
    if taken_back and not theirs:
        return None
    held = [(ours.total_fen, ours.fund_fen)] if ours else []
    stated = [(one.total_fen, one.fund_fen) for one in theirs]
    causes = {cause_of(Sides("settled", held, stated)), cause_of(Sides("reversed", taken_back, []))}
    return next((told for cause, told in _TOLD_AS.items() if cause in causes), None)


def _difference(
    id: str, cause: Difference, ours: Entry | None, theirs: StatedSettlement | None
) -> FoundDifference:
    return FoundDifference(
        settlement_id=id,
        cause=cause,
        held_total_fen=ours.total_fen if ours else None,
        held_fund_fen=ours.fund_fen if ours else None,
        stated_total_fen=theirs.total_fen if theirs else None,
        stated_fund_fen=theirs.fund_fen if theirs else None,
    )
