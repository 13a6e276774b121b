"""Whether two bills are about the same care, so that only one of them may be paid (防止重复报销)."""

from datetime import date
from typing import NamedTuple

from services.settlement.rules.bill import Kind


class Care(NamedTuple):
    """What a settled bill was for; `ended_on` is a stay's discharge, else its day."""

    visit_id: str
    person_id: str
    institution_id: str
    kind: Kind
    service_on: date
    ended_on: date
    total_fen: int


def is_same_care(one: Care, other: Care) -> bool:
    """One person at one institution: stays that share a night, or bills of a kind, day and sum alike.

    A stay that begins where another ends is another one.
    """
    if one[1:4] != other[1:4]:
        return False
    if one.kind != "inpatient":
        return (one.service_on, one.total_fen) == (other.service_on, other.total_fen)
    shares_a_night = one.service_on < other.ended_on and other.service_on < one.ended_on
    return shares_a_night or one.service_on == other.service_on
