"""What may not be between two facts (事实间的约束), before any line is placed."""

from collections.abc import Callable, Iterator

from shared.month.facts import Fact
from shared.month.lines import carried_id, reversal_id
from shared.month.reading import Facts, Reason

Faults = Iterator[tuple[Fact, Reason]]
"""Facts that cannot be beside the others, each with its reason."""

UNKNOWN_SETTLEMENT = Reason("没有这笔结算", "there is no such settlement")
BEFORE_SETTLEMENT = Reason("冲正早于其结算", "the reversal lies before its settlement")
ABOVE_SETTLED = Reason(
    "核准金额须在 0 与结算金额之间", "what is accepted must lie between 0 and what was settled, fund by fund"
)
NO_DISPUTE = Reason("该明细没有争议可裁定", "the decision is without its dispute")
BEFORE_DISPUTE = Reason("裁定早于其争议", "the decision lies before its dispute")
TAKEN_ID = Reason("由此产生的明细号已被占用", "the id of the line that it makes is another line's")


def check(facts: Facts) -> None:
    """Raises InvalidFactsError for a fact that cannot be beside the others."""
    for faults in _CHECKS:
        for fact, reason in faults(facts):
            raise facts.fault(fact, reason)


def _faulty_reversals(facts: Facts) -> Faults:
    for reversal in facts.reversed.values():
        settled = facts.settled.get(reversal.settlement_id)
        if settled is None:
            yield reversal, UNKNOWN_SETTLEMENT
        elif reversal.reversed_on < settled.settled_on:
            yield reversal, BEFORE_SETTLEMENT


def _faulty_reviews(facts: Facts) -> Faults:
    for reviewed in facts.reviewed.values():
        settled = facts.settled.get(reviewed.settlement_id)
        if settled is None:
            yield reviewed, UNKNOWN_SETTLEMENT
        elif not reviewed.accepted.funds.is_part_of(settled.funds):
            yield reviewed, ABOVE_SETTLED


def _faulty_decisions(facts: Facts) -> Faults:
    for decided in facts.decided.values():
        disputed = facts.disputed.get(decided.line_id)
        if disputed is None:
            yield decided, NO_DISPUTE
        elif decided.decided_on < disputed.disputed_on:
            yield decided, BEFORE_DISPUTE


def _faulty_recoveries(facts: Facts) -> Faults:
    for recovery in facts.recovered.values():
        if recovery.settlement_id not in facts.settled:
            yield recovery, UNKNOWN_SETTLEMENT


def _taken_ids(facts: Facts) -> Faults:
    for recovery in facts.recovered.values():
        if recovery.recovery_id in facts.settled:
            yield recovery, TAKEN_ID
    made: list[tuple[str, Fact]] = [(reversal_id(id), fact) for id, fact in facts.reversed.items()]
    made += [(carried_id(id), fact) for id, fact in facts.decided.items() if fact.outcome != "upheld"]
    for id, fact in made:
        if id in facts.settled or id in facts.recovered:
            yield fact, TAKEN_ID


_CHECKS: tuple[Callable[[Facts], Faults], ...] = (
    _faulty_reversals,
    _faulty_reviews,
    _faulty_decisions,
    _faulty_recoveries,
    _taken_ids,
)
