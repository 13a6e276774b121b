"""Copies of the registers: institutions, centers, agreements, and which visits have their case page."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from shared.bus.service import Tx
from shared.messages.enrollment import AgreementSigned, CenterRegistered, InstitutionPublished
from shared.messages.settlement import CasePageReceived


async def lock_institutions(tx: Tx, ids: Sequence[str], *, to_change: bool) -> dict[str, str]:
    """The nodes of institutions, by id; `to_change` keeps out those who add to their lines."""
    query = "SELECT institution_id, node_id FROM known_institution WHERE institution_id = ANY($1) ORDER BY 1"
    rows = await tx.fetch(f"{query} FOR UPDATE" if to_change else f"{query} FOR SHARE", ids)
    return {row["institution_id"]: row["node_id"] for row in rows}


async def read_centers(tx: Tx, ids: Sequence[str]) -> dict[str, str]:
    """The nodes of centers, by id."""
    rows = await tx.fetch("SELECT center_id, node_id FROM known_center WHERE center_id = ANY($1)", ids)
    return {row["center_id"]: row["node_id"] for row in rows}


async def read_agreements(tx: Tx, ids: Sequence[str], insured_areas: Sequence[str]) -> list[AgreementSigned]:
    """Agreements as signed last, by id, and those whose insured area is or was one of those given."""
    rows = await tx.fetch(
        "SELECT agreement FROM known_agreement WHERE agreement_id = ANY($1) OR agreement_id IN"
        " (SELECT agreement_id FROM known_period WHERE insured_area = ANY($2))",
        ids,
        insured_areas,
    )
    return [AgreementSigned.model_validate_json(row["agreement"]) for row in rows]


async def read_periods(tx: Tx, ids: Sequence[str]) -> list[AgreementSigned]:
    """Agreements as they were signed for each period."""
    rows = await tx.fetch("SELECT agreement FROM known_period WHERE agreement_id = ANY($1)", ids)
    return [AgreementSigned.model_validate_json(row["agreement"]) for row in rows]


async def read_case_pages(tx: Tx, visit_ids: Sequence[str]) -> set[str]:
    """The visits among those given whose case page was received."""
    rows = await tx.fetch("SELECT visit_id FROM known_case_page WHERE visit_id = ANY($1)", visit_ids)
    return {row["visit_id"] for row in rows}


async def save_institutions(tx: Tx, rows: Iterable[InstitutionPublished]) -> None:
    """Keeps the newest of each."""
    latest = {row.institution_id: row.node_id for row in rows}
    await tx.execute(
        "INSERT INTO known_institution SELECT * FROM unnest($1::text[], $2::text[])"
        " ON CONFLICT (institution_id) DO UPDATE SET node_id = excluded.node_id",
        *_columns(sorted(latest.items())),
    )


async def save_centers(tx: Tx, rows: Iterable[CenterRegistered]) -> None:
    """Keeps the newest of each."""
    latest = {row.center_id: row.node_id for row in rows}
    await tx.execute(
        "INSERT INTO known_center SELECT * FROM unnest($1::text[], $2::text[])"
        " ON CONFLICT (center_id) DO UPDATE SET node_id = excluded.node_id",
        *_columns(sorted(latest.items())),
    )


async def save_agreements(tx: Tx, rows: Iterable[AgreementSigned]) -> None:
    """Keeps the newest of each, and the newest of each of its periods."""
    signed = list(rows)
    latest = {row.agreement_id: row for row in signed}
    await tx.executemany(
        "INSERT INTO known_agreement VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (agreement_id) DO UPDATE SET"
        " insured_area = $2, treatment_area = $3, cut_off_day = $4, funding_mode = $5, agreement = $6",
        [
            (id, a.insured_area, a.treatment_area, a.cut_off_day, a.funding_mode, a.model_dump_json())
            for id, a in sorted(latest.items())
        ],
    )
    await _save_periods(tx, {(row.agreement_id, row.in_force_from): row for row in signed})


async def _save_periods(tx: Tx, periods: Mapping[tuple[str, date], AgreementSigned]) -> None:
    await tx.executemany(
        "INSERT INTO known_period VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (agreement_id, in_force_from) DO UPDATE SET"
        " in_force_until = $3, insured_area = $4, treatment_area = $5, agreement = $6",
        [
            (*key, terms.in_force_until, terms.insured_area, terms.treatment_area, terms.model_dump_json())
            for key, terms in sorted(periods.items(), key=lambda item: item[0])
        ],
    )


async def add_case_pages(tx: Tx, rows: Iterable[CasePageReceived]) -> None:
    """Notes visits whose case page is there."""
    await tx.execute(
        "INSERT INTO known_case_page SELECT * FROM unnest($1::text[]) ON CONFLICT DO NOTHING",
        sorted({row.visit_id for row in rows}),
    )


def _columns(rows: Sequence[tuple[str, str]]) -> tuple[list[str], list[str]]:
    return [one for one, _ in rows], [other for _, other in rows]
