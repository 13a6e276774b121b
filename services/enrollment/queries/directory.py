"""The public directory (联网定点医药机构目录): what stands in it, and as of when."""

from datetime import date, datetime
from typing import Any, NamedTuple

from services.enrollment.queries.rollout import AreaRollout


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


class Assessed(NamedTuple):
    """How an institution was assessed for a year (年度考核), by whom, and when that was told."""

    institution_id: str
    area: str
    year: int
    score: int
    outsiders_score: int
    outcome: str
    node_id: str
    updated_at: datetime


class Agreed(NamedTuple):
    """A period of an agreement (协议), and when it was signed or changed last."""

    agreement_id: str
    insured_area: str
    treatment_area: str
    in_force_from: date
    in_force_until: date
    signed_at: datetime


class CodeSetListed(NamedTuple):
    """A code set (业务编码标准): its newest version, from when, and how many codes it has.

    `in_force_from` and `published_at`: none of the version that is built in.
    """

    set_id: str
    set_version: int
    codes: int
    source: str
    in_force_from: date | None = None
    published_at: datetime | None = None


class AgencyListed(NamedTuple):
    """An agency (经办机构) in its place in the tree, and when that was told."""

    agency_id: str
    name: str
    level: str
    area: str
    under_agency_id: str | None
    node_id: str | None
    roles: tuple[str, ...]
    operated_by: str | None
    updated_at: datetime


def as_json(
    row: Listed | Listing | Agreed | Assessed | CodeSetListed | AgencyListed | AreaRollout,
) -> dict[str, Any]:
    """A row as a JSON object; days and times in ISO form."""
    return {
        name: value.isoformat() if isinstance(value, date) else value for name, value in row._asdict().items()
    }
