"""Copies of the registers: institutions and centers; and which visits have their case page."""

from collections.abc import Iterable, Sequence

from services.clearing.model.claim import PageHeld
from shared.bus.service import Tx
from shared.messages.enrollment.registers import CenterRegistered, InstitutionPublished


async def lock_institutions(tx: Tx, ids: Sequence[str], *, to_change: bool) -> dict[str, str]:
    """Locks institutions and gives their nodes, by id.

    `to_change` is for claims and keeps out reversals and retries of held-aside lines; without it, the lock of
    these keeps out claims.
    """
    query = "SELECT institution_id, node_id FROM known_institution WHERE institution_id = ANY($1) ORDER BY 1"
    rows = await tx.fetch(f"{query} FOR UPDATE" if to_change else f"{query} FOR SHARE", ids)
    return {row["institution_id"]: row["node_id"] for row in rows}


async def read_institutions(tx: Tx, ids: Sequence[str]) -> dict[str, str]:
    """The nodes of institutions, by id."""
    rows = await tx.fetch(
        "SELECT institution_id, node_id FROM known_institution WHERE institution_id = ANY($1)", ids
    )
    return {row["institution_id"]: row["node_id"] for row in rows}


async def read_centers(tx: Tx, ids: Sequence[str]) -> dict[str, str]:
    """The nodes of centers, by id."""
    rows = await tx.fetch("SELECT center_id, node_id FROM known_center WHERE center_id = ANY($1)", ids)
    return {row["center_id"]: row["node_id"] for row in rows}


async def read_case_pages(tx: Tx, visit_ids: Sequence[str]) -> set[str]:
    """The visits among those given whose case page was received."""
    rows = await tx.fetch("SELECT visit_id FROM known_case_page WHERE visit_id = ANY($1)", visit_ids)
    return {row["visit_id"] for row in rows}


async def save_institutions(tx: Tx, rows: Iterable[InstitutionPublished]) -> None:
    """Keeps the newest node of each institution."""
    latest = {row.institution_id: row.node_id for row in rows}
    await tx.execute(
        "INSERT INTO known_institution SELECT * FROM unnest($1::text[], $2::text[])"
        " ON CONFLICT (institution_id) DO UPDATE SET node_id = excluded.node_id",
        *_columns(sorted(latest.items())),
    )


async def save_centers(tx: Tx, rows: Iterable[CenterRegistered]) -> None:
    """Keeps the newest node of each center."""
    latest = {row.center_id: row.node_id for row in rows}
    await tx.execute(
        "INSERT INTO known_center SELECT * FROM unnest($1::text[], $2::text[])"
        " ON CONFLICT (center_id) DO UPDATE SET node_id = excluded.node_id",
        *_columns(sorted(latest.items())),
    )


async def save_case_pages(tx: Tx, rows: Iterable[PageHeld]) -> None:
    """Keeps the visits whose case page counts, and drops those whose page counts no more."""
    counts = {row.visit_id: row.counts for row in rows}
    await tx.execute(
        "INSERT INTO known_case_page SELECT * FROM unnest($1::text[]) ON CONFLICT DO NOTHING",
        sorted(visit_id for visit_id, is_held in counts.items() if is_held),
    )
    gone = sorted(visit_id for visit_id, is_held in counts.items() if not is_held)
    if gone:
        await tx.execute("DELETE FROM known_case_page WHERE visit_id = ANY($1)", gone)


def _columns(rows: Sequence[tuple[str, str]]) -> tuple[list[str], list[str]]:
    return [one for one, _ in rows], [other for _, other in rows]
