"""Decides whether two bills are about the same care (重复报销): surely, so that only one is paid, or perhaps.

Care is compared by person and time, whatever its kind, sum, visit id or way of payment (000 三(三)3).
"""

from collections.abc import Callable
from datetime import date
from typing import Literal, NamedTuple

from services.settlement.model.visit import Visit
from services.settlement.parameters import ALIKE_FEN
from shared.benefit.bill import VisitKind
from shared.messages.audit.supervision import CareDoubt

Verdict = Literal["paid_twice"] | CareDoubt


class Care(NamedTuple):
    """The care (诊疗) that a settled bill was for; `ended_on` is a stay's discharge, else its day; `manual`:
    paid by a claim.
    """

    visit_id: str
    institution_id: str
    kind: VisitKind
    service_on: date
    ended_on: date
    total_fen: int
    manual: bool

    @property
    def is_stay(self) -> bool:
        """Whether it is a stay, and not a bill of one day."""
        return self.kind == "inpatient"


def _are_stays(one: Care, other: Care) -> bool:
    return one.is_stay and other.is_stay


def _are_bills(one: Care, other: Care) -> bool:
    return not one.is_stay and not other.is_stay


def _overlap(one: Care, other: Care) -> bool:
    """Whether two stays share a night or all their days; to begin as the other ends is no overlap."""
    share_a_night = one.service_on < other.ended_on and other.service_on < one.ended_on
    return share_a_night or (one.service_on, one.ended_on) == (other.service_on, other.ended_on)


def _is_during(one: Care, other: Care) -> bool:
    """Whether a bill's day lies inside a stay; on the first or last day it may have led there or away."""
    if one.is_stay == other.is_stay:
        return False
    stay, bill = (one, other) if one.is_stay else (other, one)
    return stay.service_on < bill.service_on < stay.ended_on


def _share_the_place(one: Care, other: Care) -> bool:
    return one.institution_id == other.institution_id


def _are_visits_apart(one: Care, other: Care) -> bool:
    """Whether the institutions differ; fetching a prescribed drug from a pharmacy is no second visit."""
    return "pharmacy" not in (one.kind, other.kind) and not _share_the_place(one, other)


def _share_the_day(one: Care, other: Care) -> bool:
    return one.service_on == other.service_on


def _share_the_kind(one: Care, other: Care) -> bool:
    return one.kind == other.kind


def _are_alike(one: Care, other: Care) -> bool:
    return abs(one.total_fen - other.total_fen) < ALIKE_FEN.value


def _came_both_ways(one: Care, other: Care) -> bool:
    return one.manual != other.manual


_PAIRS: tuple[tuple[Verdict, tuple[Callable[[Care, Care], bool], ...]], ...] = (
    ("paid_twice", (_are_stays, _share_the_place, _overlap)),
    (
        "paid_twice",
        (_are_bills, _share_the_place, _share_the_day, _share_the_kind, _came_both_ways, _are_alike),
    ),
    ("overlapping_stays", (_are_stays, _overlap)),
    ("bill_during_stay", (_is_during,)),
    ("alike_bills", (_are_bills, _share_the_place, _share_the_day, _are_alike)),
    ("paid_both_ways", (_are_bills, _share_the_place, _share_the_day, _share_the_kind, _came_both_ways)),
    ("two_places", (_are_bills, _share_the_day, _are_visits_apart)),
)
"""Each verdict with the tests that a pair of bills must all pass; the first row that fits counts.

Two alike bills that came the same way (both direct, or both claimed) are in doubt, not surely paid twice: two
claimed bills have two invoices, and a drug may be bought twice on a day.
"""


def compare(one: Care, other: Care) -> Verdict | None:
    """The verdict on two bills of one person; None where they are plainly about different care."""
    return next((verdict for verdict, holds in _PAIRS if all(test(one, other) for test in holds)), None)


CareOf = dict[str, dict[str, Care]]
"""The care of the settlements in force: by person, then by visit."""


def care_of(visit: Visit, total_fen: int) -> Care:
    """The care that a visit is about, with the total of its bill."""
    days = visit.service_on, visit.ended_on
    return Care(visit.visit_id, visit.institution_id, visit.kind, *days, total_fen, visit.manual)
