"""What is registered, as the rows of a register's file: in the columns that the import knows and reads."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

from services.cli.registry_export.sheet import open_sheet
from services.cli.registry_import.pages import catalogues, mappings, prices, tiers
from services.cli.registry_import.pages.code_sets import CODE_SETS, LOCAL_CODES, VERSIONED
from services.cli.registry_import.pages.paged_file import START, PagedFile
from services.cli.registry_import.registers import (
    AGENCIES,
    AGREEMENTS,
    ASSESSMENTS,
    CENTERS,
    FILINGS,
    INSTITUTIONS,
    ISSUERS,
    NODES,
    PERSONS,
    POOLING,
    QUALIFICATIONS,
    Register,
)
from services.cli.registry_import.rows import as_cell
from services.enrollment.model import RegisterKind
from services.enrollment.registered import Registered, VersionedKind
from services.referral.queries.store import filings_that_hold

KINDS: dict[str, tuple[Register, RegisterKind | None]] = {
    NODES.name: (NODES, "node"),
    CENTERS.name: (CENTERS, "center"),
    AGENCIES.name: (AGENCIES, "agency"),
    POOLING.name: (POOLING, "pooling"),
    INSTITUTIONS.name: (INSTITUTIONS, "institution"),
    ISSUERS.name: (ISSUERS, "issuers"),
    AGREEMENTS.name: (AGREEMENTS, "agreement"),
    PERSONS.name: (PERSONS, None),
    QUALIFICATIONS.name: (QUALIFICATIONS, "qualification"),
    ASSESSMENTS.name: (ASSESSMENTS, "assessment"),
}
"""Each register by its file's name, and its kind; persons are kept apart."""

PAGED: dict[str, PagedFile] = {
    one.folder: one for one in (catalogues.CATALOGUE, prices.PRICES, mappings.MAPPING)
}


_FILES = (*KINDS, FILINGS.name, tiers.NAME, *VERSIONED)
_VERSIONS: dict[str, VersionedKind] = {CODE_SETS.name: "code_set", LOCAL_CODES.name: "local_codes"}


async def export_register(registered: Registered, name: str, folder: Path, ending: str) -> dict[str, int]:
    """Writes a register's file; gives how many rows each file has. Raises SheetFullError."""
    register, kind = KINDS[name]
    rows = registered.contents(kind) if kind else registered.coverages()
    columns = list(register.columns)
    return await _export(
        folder / f"{name}{ending}", columns, ([_at(row, c) for c in columns] async for row in rows)
    )


async def export_filings(dsn: str, folder: Path, ending: str) -> dict[str, int]:
    """Writes the filings that hold, as an old system's would be taken over. Raises SheetFullError."""
    columns = list(FILINGS.columns)
    told = ({**row, "evidence": as_cell(row["evidence"])} async for row in filings_that_hold(dsn))
    rows = ([row[column] for column in columns] async for row in told)
    return await _export(folder / f"{FILINGS.name}{ending}", columns, rows)


async def export_tiers(registered: Registered, folder: Path, ending: str) -> dict[str, int]:
    """Writes the mappings of tiers, a row each. Raises SheetFullError."""
    columns = [*tiers.COLUMNS, *tiers.OPTIONAL]
    rows = (
        [content["insured_area"], one["tier"], one["home_tier"], content["in_force_from"]]
        async for content in registered.contents("tiers")
        for one in content["mappings"]
    )
    return await _export(folder / f"{tiers.NAME}{ending}", columns, rows)


async def export_versions(registered: Registered, name: str, folder: Path, ending: str) -> dict[str, int]:
    """Writes the published versions of code sets or of areas' own codes, a row a code; those that are built
    in need no file. Raises SheetFullError.
    """
    columns = [*VERSIONED[name].columns, *VERSIONED[name].optional]
    rows = (
        [({**content, **one})[column] for column in columns]
        async for content in registered.versions(_VERSIONS[name])
        for one in content["codes"]
    )
    return await _export(folder / f"{name}{ending}", columns, rows)


async def export_pages(registered: Registered, name: str, folder: Path, ending: str) -> dict[str, int]:
    """Writes the files of a paged register, one an area or institution. Raises SheetFullError."""
    kind, written = PAGED[name], dict[str, int]()
    columns = [*kind.columns, *kind.optional]
    for whose in await registered.owners(kind.register_of):
        (folder / name).mkdir(exist_ok=True)
        pages = registered.pages(kind.register_of, whose)
        rows = (
            [*(row[column] for column in columns), page[START]]
            async for page in pages
            for row in page.get("items") or page["codes"]
        )
        written |= await _export(folder / name / f"{whose}{ending}", [*columns, START], rows)
    return written


async def _export(path: Path, columns: list[str], rows: AsyncIterator[list[Any]]) -> dict[str, int]:
    """Writes a file of at least one row; gives its place below the folder, and how many."""
    first = await anext(rows, None)
    if first is None:
        return {}
    count = 1
    with open_sheet(path, columns) as write:
        write([*map(_shown, first)])
        async for row in rows:
            write([*map(_shown, row)])
            count += 1
    return {path.name if path.stem in _FILES else f"{path.parent.name}/{path.name}": count}


def _at(content: dict[str, Any], column: str) -> Any:
    """What stands in a column; `a.b` is field `b` of the record `a`, which may not be there."""
    record, _, field = column.rpartition(".")
    return (content[record] or {}).get(field) if record else content[field]


def _shown(value: Any) -> str | None:
    """A value as the import reads it; None for what is not there."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ";".join(map(_one, value))
    return value.isoformat() if isinstance(value, date) else str(value)


def _one(value: Any) -> str:
    """One of several values: a code, or a record that holds nothing else."""
    return value if isinstance(value, str) else str(*value.values())
