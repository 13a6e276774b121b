"""Addresses notices (通知) about a claim: to each center its own lines, to the institution all. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

from services.clearing.model.claim import Reviewing
from services.clearing.model.known import Known
from services.clearing.statements.notices import tell_institution
from shared.bus.message import Notice
from shared.messages.body import Fact
from shared.messages.clearing.claims import ClaimLinesReviewed, ReviewedLine
from shared.messages.clearing.months import AdvanceReviewed, ClaimLine
from shared.messages.clearing.notices import ReviewDue

B = TypeVar("B", ClaimLine, ReviewedLine)


def tell_turn(known: Known, fact: AdvanceReviewed, waiting: Mapping[str, Reviewing]) -> list[Notice]:
    """Tells each center whose turn it is which lines of a new claim wait for it."""
    own = _by_center((waiting[line.settlement_id].waits_for, line) for line in fact.to_review)
    return [
        notice
        for center_id, lines in sorted(own.items())
        for notice in tell_center(
            known,
            center_id,
            ReviewDue(
                claim_id=fact.claim_id,
                institution_id=fact.institution_id,
                month=fact.month,
                center_id=center_id,
                to_review=tuple(lines),
            ),
        )
    ]


def tell_reviewed(known: Known, fact: ClaimLinesReviewed) -> list[Notice]:
    """Tells the institution what a center said of its lines, and the other center of each line its own."""
    lines = [(known.lines[one.settlement_id], one) for one in fact.reviewed]
    own = _by_center(
        (center_id, one)
        for line, one in lines
        for center_id in {line.insured_center or "", line.treatment_center or ""} - {fact.center_id}
    )
    notices = tell_institution(known, fact.institution_id, fact)
    for center_id, reviewed in sorted(own.items()):
        notices += tell_center(known, center_id, fact.model_copy(update={"reviewed": tuple(reviewed)}))
    return notices


def tell_center(known: Known, center_id: str, fact: Fact) -> list[Notice]:
    """A notice of a fact to a center's node; none if the center is not known."""
    center = known.centers.get(center_id)
    return [Notice(center.node_id, fact)] if center else []


def _by_center(lines: Iterable[tuple[str, B]]) -> dict[str, list[B]]:
    found: defaultdict[str, list[B]] = defaultdict(list)
    for center_id, line in lines:
        found[center_id].append(line)
    return found
