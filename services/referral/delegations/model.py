"""Whom agreements leave the review of referrals to."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from shared.areas import covers
from shared.messages.enrollment.agreements import AgreementSigned


class KnownDelegation(NamedTuple):
    """What an agreement (协议) says of reviews for a period; the end is exclusive."""

    agreement_id: str
    in_force_from: date
    in_force_until: date
    insured_area: str
    treatment_area: str
    schemes: tuple[str, ...]
    review_delegated: bool


def delegation_told(body: AgreementSigned) -> KnownDelegation:
    """What is told by an agreement that was signed."""
    return KnownDelegation(*(getattr(body, name) for name in KnownDelegation._fields))


def is_delegated(
    told: Iterable[KnownDelegation], insured_area: str, scheme: str, treatment_area: str, day: date
) -> bool:
    """Whether the agreement in force between two places leaves reviews to the treatment place.

    Of several the one between the nearest places counts, then the one that was signed for the latest days.
    """
    held = [
        one
        for one in told
        if covers(one.insured_area, insured_area)
        and covers(one.treatment_area, treatment_area)
        and scheme in one.schemes
        and one.in_force_from <= day < one.in_force_until
    ]
    nearest = max(held, key=_nearness, default=None)
    return nearest is not None and nearest.review_delegated


def _nearness(one: KnownDelegation) -> tuple[int, date, str]:
    zeros = sum(area[2:4] == "00" for area in (one.insured_area, one.treatment_area))
    zeros += sum(area[4:] == "00" for area in (one.insured_area, one.treatment_area))
    return -zeros, one.in_force_from, one.agreement_id
