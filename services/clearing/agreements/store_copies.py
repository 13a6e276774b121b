"""Copies of the register of institutions, and which visits have their case page."""

from collections.abc import Iterable, Sequence

from services.clearing.model.claim import PageHeld
from shared.bus.service import Tx
from shared.messages.enrollment.registers import InstitutionPublished

_VOID = "INSERT INTO void_discharge SELECT * FROM unnest($1::text[]) ON CONFLICT DO NOTHING"
_KEEP_PAGES = """
INSERT INTO known_case_page (visit_id, discharge_id)
SELECT * FROM unnest($1::text[], $2::text[]) AS page (visit_id, discharge_id)
WHERE NOT EXISTS (SELECT FROM void_discharge v WHERE v.discharge_id = page.discharge_id)
ON CONFLICT (visit_id) DO UPDATE SET discharge_id = excluded.discharge_id
"""


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


async def read_case_pages(tx: Tx, visit_ids: Sequence[str]) -> dict[str, str]:
    """The visits among those given whose case page counts, each with the discharge that asked for it."""
    rows = await tx.fetch(
        "SELECT visit_id, discharge_id FROM known_case_page WHERE visit_id = ANY($1)", visit_ids
    )
    return {row["visit_id"]: row["discharge_id"] for row in rows}


async def read_void_discharges(tx: Tx, ids: Sequence[str]) -> set[str]:
    """The discharges among those given that were cancelled."""
    rows = await tx.fetch("SELECT discharge_id FROM void_discharge WHERE discharge_id = ANY($1)", ids)
    return {row["discharge_id"] for row in rows}


async def save_institutions(tx: Tx, rows: Iterable[InstitutionPublished]) -> None:
    """Keeps the newest node and name of each institution."""
    latest = {row.institution_id: (row.institution_id, row.node_id, row.name) for row in rows}
    await tx.execute(
        "INSERT INTO known_institution (institution_id, node_id, name)"
        " SELECT * FROM unnest($1::text[], $2::text[], $3::text[])"
        " ON CONFLICT (institution_id) DO UPDATE SET node_id = excluded.node_id, name = excluded.name",
        *map(list, zip(*(latest[id] for id in sorted(latest)), strict=True)),
    )


async def save_case_pages(tx: Tx, rows: Iterable[PageHeld]) -> None:
    """Keeps which discharges were cancelled, and of the others the case pages that came for them."""
    pages = list(rows)
    void = sorted({row.discharge_id for row in pages if not row.counts})
    if void:
        await tx.execute(_VOID, void)
        await tx.execute("DELETE FROM known_case_page WHERE discharge_id = ANY($1)", void)
    counts = sorted({row.visit_id: row.discharge_id for row in pages if row.counts}.items())
    if counts:
        await tx.execute(_KEEP_PAGES, *_columns(counts))


def _columns(rows: Sequence[tuple[str, str]]) -> tuple[list[str], list[str]]:
    return [one for one, _ in rows], [other for _, other in rows]
