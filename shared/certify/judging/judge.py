"""Judges a case: every check, in the order in which their findings help most. Pure."""

from collections.abc import Callable, Iterator

from shared.certify.cases.case import Case, Words
from shared.certify.judging import amounts, fees, money, outcome, requests
from shared.certify.seen import Seen

CHECKS: tuple[Callable[[Case, Seen], Iterator[Words]], ...] = (
    outcome.luck,
    outcome.endings,
    outcome.desk,
    requests.wrong_places,
    requests.wrong_topics,
    requests.ids,
    requests.refusals,
    requests.repeats,
    requests.unmet,
    requests.effects,
    outcome.visits,
    fees.fees,
    amounts.amounts,
    money.claims,
    money.confirmations,
)


def judge(case: Case, seen: Seen) -> list[Words]:
    """What was not as it must be; empty if the case is passed."""
    return [finding for check in CHECKS for finding in check(case, seen)]
