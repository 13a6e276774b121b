"""Stores agreements: the terms signed for each period, and the terms in use."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from services.clearing.model.agreement import InUse
from services.clearing.model.due import BeginPeriod
from shared.bus.service import Tx
from shared.messages.enrollment.agreements import AgreementSigned


@lru_cache(maxsize=4096)
def _signed(text: str) -> AgreementSigned:
    """The terms in a row; read once, since each day looks at all agreements, and a sort three times."""
    return AgreementSigned.model_validate_json(text)


async def read_in_use(tx: Tx, ids: Sequence[str], insured_areas: Sequence[str]) -> list[AgreementSigned]:
    """The terms in use of agreements, found by id or by an insured area that any of their periods names."""
    rows = await tx.fetch(
        "SELECT agreement FROM known_agreement WHERE agreement_id = ANY($1) OR agreement_id IN"
        " (SELECT agreement_id FROM known_period WHERE insured_area = ANY($2))",
        ids,
        insured_areas,
    )
    return [_signed(row["agreement"]) for row in rows]


async def read_periods(tx: Tx, ids: Sequence[str]) -> list[AgreementSigned]:
    """The terms signed for each period, ordered by agreement and first day."""
    rows = await tx.fetch(
        "SELECT agreement FROM known_period WHERE agreement_id = ANY($1)"
        " ORDER BY agreement_id, in_force_from",
        ids,
    )
    return [_signed(row["agreement"]) for row in rows]


async def find_begun(tx: Tx, day: date, after: str, limit: int) -> list[BeginPeriod]:
    """Finds agreements whose last period that has begun by `day` is not in use yet, ordered by id."""
    rows = await tx.fetch(
        "SELECT agreement_id FROM known_agreement a JOIN LATERAL"
        " (SELECT agreement FROM known_period WHERE agreement_id = a.agreement_id AND in_force_from <= $1"
        " ORDER BY in_force_from DESC LIMIT 1) AS begun ON begun.agreement <> a.agreement"
        " WHERE agreement_id > $2 ORDER BY agreement_id LIMIT $3",
        day,
        after,
        limit,
    )
    return [BeginPeriod(agreement_id=row["agreement_id"]) for row in rows]


async def save_in_use(tx: Tx, rows: Iterable[InUse]) -> None:
    """Keeps for each agreement the terms that came into use last."""
    latest = {row.terms.agreement_id: row.terms for row in rows}
    await tx.executemany(
        "INSERT INTO known_agreement VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (agreement_id) DO UPDATE SET"
        " insured_area = $2, treatment_area = $3, cut_off_day = $4, funding_mode = $5, agreement = $6",
        [
            (id, a.insured_area, a.treatment_area, a.cut_off_day, a.funding_mode, a.model_dump_json())
            for id, a in sorted(latest.items())
        ],
    )


async def save_periods(tx: Tx, rows: Iterable[AgreementSigned]) -> None:
    """Keeps for each period the terms that were signed last."""
    periods = {(row.agreement_id, row.in_force_from): row for row in rows}
    await tx.executemany(
        "INSERT INTO known_period VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (agreement_id, in_force_from) DO UPDATE SET"
        " in_force_until = $3, insured_area = $4, treatment_area = $5, agreement = $6",
        [
            (*key, terms.in_force_until, terms.insured_area, terms.treatment_area, terms.model_dump_json())
            for key, terms in sorted(periods.items(), key=lambda item: item[0])
        ],
    )
