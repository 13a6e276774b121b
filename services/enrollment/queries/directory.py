"""The public directory (联网定点医药机构目录): what stands in it, and as of when."""

from datetime import date, datetime
from typing import Any, NamedTuple


class Listed(NamedTuple):
    """A published institution, the day from which it is as told, and when that was told."""

    institution_id: str
    name: str
    area: str
    tier: str
    grade: str | None
    services: tuple[str, ...]
    applies_from: date | None
    updated_at: datetime


class Listing(NamedTuple):
    """A list of institutions that may issue referral certificates (转诊机构名单), as published for a year."""

    area: str
    year: int
    institutions: tuple[str, ...]
    applies_from: date
    published_on: date | None
    updated_at: datetime


class Agreed(NamedTuple):
    """A period of an agreement (协议), and when it was signed or changed last."""

    agreement_id: str
    insured_area: str
    treatment_area: str
    in_force_from: date
    in_force_until: date
    signed_at: datetime


def as_json(row: Listed | Listing | Agreed) -> dict[str, Any]:
    """A row as a JSON object; days and times in ISO form."""
    return {
        name: value.isoformat() if isinstance(value, date) else value for name, value in row._asdict().items()
    }
