"""Takes back a settlement that later ones built on (连带冲正), and settles those again without it. Pure.

Afterwards the year account is as if the bills had been settled in the order in which care ended, whatever
came first. Each bill keeps the day, policy, filing, tier and circumstances it was settled by; only what it
finds in the accounts is different. What was published or filed since does not count; its own hospital may
settle the bill by that later (a correction case tells of a filing). The new settlements are booked today. A
bill that is not settled again keeps what it took from the personal account.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from services.settlement.model.account import AccountKey, PersonalAccount, YearAccount
from services.settlement.model.explanation import Explanation, unpack_explanation
from services.settlement.model.filing_used import Used
from services.settlement.model.known import Known
from services.settlement.model.settlement import Settlement
from services.settlement.model.visit import Visit
from services.settlement.reversals.reversal import account_of, take_back
from services.settlement.settlements.settle import complete
from services.settlement.settlements.work_out import Costs, Kept, Worked, coverage_of, work_out_on
from services.settlement.visits.checks import not_before
from shared.benefit.bill import Amounts
from shared.benefit.policy.book import PolicyHead
from shared.bus.message import Decision, Message
from shared.messages.amounts import Payments
from shared.messages.answer import Answer
from shared.messages.body import Fact
from shared.messages.outcomes import LaterSettlement


class Cascade(NamedTuple):
    """What taking back one settlement brings about (连带冲正), all of it in one decision."""

    facts: list[Fact]
    rows: list[object]
    later: tuple[LaterSettlement, ...]


# The rows by which one step of a cascade changes what the next step finds.
_KEPT: dict[type, Callable[[Known, Any], None]] = {
    Visit: Known.keep_visit,
    Settlement: Known.keep_settlement,
    YearAccount: Known.keep_account,
    PersonalAccount: Known.keep_personal,
}


@dataclass(slots=True)
class _Ahead:
    """What is known after the steps taken so far, none of which is committed."""

    known: Known
    facts: list[Fact] = field(default_factory=list)
    rows: list[object] = field(default_factory=list)

    def take(self, step: Decision) -> None:
        """Adds what a step decided, and lets the next step see its rows."""
        for row in step.rows:
            if keep := _KEPT.get(type(row)):
                keep(self.known, row)
        self.facts += step.facts
        self.rows += step.rows


def cascade(known: Known, message: Message, named: Visit, reason: str) -> Cascade:
    """Takes back all affected settlements, an account's newest first; settles all but the named one again."""
    ahead = _Ahead(_branch(known))
    others = "cascade: " + known.settlements[named.visit_id].settlement_id
    affected = _affected(known, named)
    for visit in affected:
        step = ("reversal", reason) if visit is named else (f"reversal {visit.visit_id}", others)
        ahead.take(take_back(ahead.known, message, visit, message.derive(step[0]), step[1]))
    again = [visit for visit in affected if visit is not named]
    again.sort(key=lambda visit: _place_in_order(known, visit))
    later = tuple(
        [_settle_again(ahead, message, visit, known.settlements[visit.visit_id]) for visit in again]
    )
    return Cascade(ahead.facts, ahead.rows, later)


def _branch(known: Known) -> Known:
    """A copy of what is known, in which everything that settling changes may be changed."""
    return replace(
        known,
        visits=dict(known.visits),
        settlements=dict(known.settlements),
        accounts=dict(known.accounts),
        personal=dict(known.personal),
        care={person_id: dict(held) for person_id, held in known.care.items()},
    )


def _affected(known: Known, named: Visit) -> list[Visit]:
    """The named visit and all that are settled again with it, each account's newest first.

    A stay that continues one of them is affected too: it counts its deductible, even in the next year.
    """
    tails: dict[AccountKey, list[Visit]] = {}
    pending = [named]
    while pending:
        visit = pending.pop()
        account = account_of(known, visit)
        tail = _tail(known, account, visit, named)
        if len(tail) > len(tails.get(account.key, ())):
            tails[account.key] = tail
            pending += _continuing(known, tail)
    return [visit for _, tail in sorted(tails.items(), reverse=True) for visit in reversed(tail)]


def _tail(known: Known, account: YearAccount, visit: Visit, named: Visit) -> list[Visit]:
    """An account's visits from `visit` on, or from an earlier one not settled in the order of care."""
    settled = _settled_in(known, account)
    rest = [one for one in settled if one is not named]
    in_order = sorted(rest, key=lambda one: _place_in_order(known, one))
    pairs = enumerate(zip(rest, in_order, strict=True))
    first = next((at for at, (one, other) in pairs if one is not other), len(rest))
    return settled[min(first, settled.index(visit)) :]


def _settled_in(known: Known, account: YearAccount) -> list[Visit]:
    """The visits of an account in the order in which they were settled."""
    found = []
    visit_id = account.newest_visit_id
    while visit_id is not None:
        found.append(known.visits[visit_id])
        visit_id = known.settlements[visit_id].previous_visit_id
    return found[::-1]


def _continuing(known: Known, before: list[Visit]) -> list[Visit]:
    ids = {visit.visit_id for visit in before}
    [person_id] = {visit.person_id for visit in before}
    stays = [known.visits[visit_id] for visit_id in known.stays.get(person_id, ())]
    return [stay for stay in stays if stay.state == "settled" and not ids.isdisjoint(stay.chain)]


def _place_in_order(known: Known, visit: Visit) -> tuple[date, int, date, str]:
    """Sorts visits by the end of care; a stay never before those it continues, whatever their dates."""
    ended_on = max(one.ended_on for one in (visit, *(known.visits[visit_id] for visit_id in visit.chain)))
    return ended_on, len(visit.chain), visit.service_on, visit.visit_id


def _settle_again(ahead: _Ahead, message: Message, before: Visit, settled: Settlement) -> LaterSettlement:
    told = LaterSettlement(
        visit_id=before.visit_id,
        institution_id=before.institution_id,
        settlement_id=settled.settlement_id,
        fund_fen=settled.fund_fen,
        personal_fen=settled.account_fen + settled.cash_fen,
    )
    worked = _worked_again(ahead.known, before, settled)
    if not isinstance(worked, Worked):
        return told.model_copy(update={"code": worked.code})
    step = f"settlement {before.visit_id}"
    ahead.take(complete(ahead.known, message, worked, step))
    split = worked.split
    return told.model_copy(
        update={
            "new_settlement_id": message.derive(step),
            "new_fund_fen": split.fund_fen,
            "new_personal_fen": split.personal_fen,
        }
    )


def _worked_again(known: Known, before: Visit, settled: Settlement) -> Worked | Answer:
    """Works a bill out again by its settlement's day, policy, filing, tier and circumstances."""
    assert before.settled_on is not None
    visit = known.visits[before.visit_id]
    if refusal := not_before(known, visit):
        return refusal
    why = unpack_explanation(settled.explanation)
    insured = coverage_of(known, visit)._replace(retired=why.retired, identities=why.identities)
    # Old rows lack `use_account`: such a settlement asked for the account if it took something from it.
    use_account = settled.use_account or settled.account_fen > 0
    tier, costs = why.tier(visit.hospital_tier), _costs(why, settled)
    kept = Kept(_policy(known, why, settled), Used(why.filing, settled.filing_id))
    return work_out_on(
        known, before.settled_on, visit, costs, insured, use_account=use_account, home_tier=tier, kept=kept
    )


def _policy(known: Known, why: Explanation, settled: Settlement) -> PolicyHead:
    """The policy that the settlement names, in the very text it was settled under."""
    return known.registers.policies.named(settled.policy_id)._replace(digest=why.policy_digest)


def _costs(why: Explanation, settled: Settlement) -> Costs:
    """The costs that were settled; the catalogue is not asked again."""
    payments = dict(zip(Payments.model_fields, why.payments, strict=True))
    amounts = Amounts(*(payments[name] or 0 for name in Amounts._fields))
    return Costs(amounts, why.by_category, why.disease, settled.lines, settled.prescriptions)
