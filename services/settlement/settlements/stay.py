"""Quotes and settles stays (住院预结算、结算), on their uploads. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import islice

from services.settlement.costs.classify import too_much
from services.settlement.model.known import Known
from services.settlement.model.upload import Upload, unpack_categories
from services.settlement.model.visit import Action, Visit
from services.settlement.settlements.paid_twice import complete_once, paid_already
from services.settlement.settlements.settle import quoted
from services.settlement.settlements.work_out import Costs, Worked, work_out
from services.settlement.visits.checks import find_own
from services.settlement.visits.credential import nothing_shown
from services.settlement.visits.trauma import stated
from shared.benefit.bill import Amounts
from shared.benefit.lines import add_amounts, add_categories
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.body import MOST_FEN
from shared.messages.settlement.admissions import SettleInterim
from shared.messages.settlement.visits import DayControl, QuoteVisit, SettleVisit

StayBill = QuoteVisit | SettleVisit | SettleInterim
LISTED_DAYS, LISTED_UPLOADS = 1_000, 2_000


def quote_stay(known: Known, message: Message, body: QuoteVisit) -> Decision:
    """Answers what a settlement would give now; changes nothing."""
    worked = _worked(known, message, body, "quote")
    if not isinstance(worked, Worked):
        return Decision(answer=worked)
    return Decision(answer=quoted(worked))


def settle_stay(known: Known, message: Message, body: SettleVisit) -> Decision:
    """Settles a discharged stay: the patient pays the personal part only (000 三(三)3)."""
    worked = _worked(known, message, body, "settle")
    return complete_once(known, message, worked) if isinstance(worked, Worked) else Decision(answer=worked)


def _worked(
    known: Known, message: Message, body: QuoteVisit | SettleVisit, action: Action
) -> Worked | Answer:
    visit = find_own(known, message, body, action)
    return work_out_stay(known, message, body, visit, action) if isinstance(visit, Visit) else visit


def work_out_stay(
    known: Known,
    message: Message,
    body: QuoteVisit | SettleVisit | SettleInterim,
    visit: Visit,
    action: Action,
) -> Worked | Answer:
    """Works a stay out on its uploads, whose number and total the sender must have counted alike."""
    if not visit.is_stay:
        return refuse("VISIT_STATE", visit.kind)
    if refusal := nothing_shown(visit, action):
        return refusal
    stated_visit = stated(visit, body)
    if not isinstance(stated_visit, Visit):
        return stated_visit
    visit = stated_visit
    uploads = held_for(visit, known.uploads.get(visit.visit_id, ()))
    costs = _costs(uploads)
    if refusal := too_much(costs.amounts):
        return refusal
    is_all = body.control.lines == sum(one.line_count for one in uploads)
    if not (is_all and body.control.total_fen in totals(uploads)):
        return refuse("CONTROL_TOTAL", "control", held_days(uploads))
    if refusal := _costs_outside(visit, uploads) or paid_already(known, visit, costs.amounts.total_fen):
        return refusal
    return work_out(known, message, visit, costs, body.use_account)


def _costs_outside(visit: Visit, uploads: Sequence[Upload]) -> Answer | None:
    """Refuses costs of days outside the stay, uploaded before it was registered, and lists those days."""
    until = visit.discharged_on or date.max
    outside = [one for one in uploads if not visit.service_on <= one.cost_on <= until]
    return refuse("COSTS_OUTSIDE_STAY", outside[0].upload_id, held_days(outside)) if outside else None


def totals(uploads: Sequence[Upload]) -> tuple[int, int]:
    """The total of uploads as split, and as their sender counted: a return may be rounded differently."""
    return sum(one.total_fen for one in uploads), sum(one.counted_fen for one in uploads)


def held_for(visit: Visit, uploads: Sequence[Upload]) -> list[Upload]:
    """The visit's own uploads, without what others sent under its id before the admission."""
    subject = (visit.person_id, visit.institution_id)
    return [one for one in uploads if (one.person_id, one.institution_id) == subject]


def _costs(uploads: Sequence[Upload]) -> Costs:
    if not uploads:
        return Costs(Amounts(0, 0, 0, 0), {})
    if len(uploads) == 1:
        return Costs(uploads[0].amounts, unpack_categories(uploads[0].categories))
    categories = add_categories(unpack_categories(one.categories) for one in uploads)
    return Costs(add_amounts(one.amounts for one in uploads), categories)


def missing_days(visit: Visit, uploads: Sequence[Upload], until: date) -> tuple[date, ...]:
    """The days of a stay before `until` of which nothing was uploaded (漏传日), the first 1000; 000 三(一)4.

    Of a stay of a single day, that day; of a part that goes on (中途结算) also its last, as nobody leaves on
    it. A day of which all was returned was uploaded.
    """
    days = (until - visit.service_on).days + visit.goes_on
    days = days if visit.parts else max(days, int(until == visit.service_on))
    uploaded = {one.cost_on for one in uploads}
    stayed = (visit.service_on + timedelta(days=number) for number in range(days))
    return tuple(islice((day for day in stayed if day not in uploaded), LISTED_DAYS))


def _told(total_fen: int) -> int:
    """A day's sum, cut to what an answer can hold; returns of other days may make up for a larger one."""
    return max(-MOST_FEN, min(total_fen, MOST_FEN))


def held_days(uploads: Sequence[Upload]) -> tuple[DayControl, ...]:
    """The uploads kept, day by day, so that the sender finds what is missing or extra.

    An answer is limited: of each day the first uploads are named and the others counted, and of very many
    days only the first are listed.
    """
    days: dict[object, list[Upload]] = defaultdict(list)
    for one in sorted(uploads, key=lambda one: (one.cost_on, one.upload_id)):
        days[one.cost_on].append(one)
    listed = max(1, LISTED_UPLOADS // max(len(days), 1))
    return tuple(
        DayControl(
            cost_on=held[0].cost_on,
            uploads=tuple(one.upload_id for one in held[:listed]),
            more_uploads=max(len(held) - listed, 0),
            lines=sum(one.line_count for one in held),
            total_fen=_told(sum(one.total_fen for one in held)),
        )
        for held in islice(days.values(), LISTED_DAYS)
    )
