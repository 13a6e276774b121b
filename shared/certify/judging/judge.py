"""Judges a case: every check, in the order in which their findings help most. Pure."""

from collections.abc import Callable, Iterator

from shared.certify.cases.case import Case, Words
from shared.certify.judging import outcome, requests
from shared.certify.seen import Seen

CHECKS: tuple[Callable[[Case, Seen], Iterator[Words]], ...] = (
    outcome.luck,
    outcome.desk,
    requests.wrong_places,
    requests.wrong_topics,
    requests.ids,
    requests.refusals,
    requests.unmet,
    requests.effects,
    outcome.visits,
    outcome.amounts,
    outcome.claims,
)


def judge(case: Case, seen: Seen) -> list[Words]:
    """What was not as it must be; empty if the case is passed."""
    return [finding for check in CHECKS for finding in check(case, seen)]
