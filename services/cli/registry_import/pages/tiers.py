"""The file `tiers`: what tiers of other places count as in an insured area, a mapping for an area and day."""

from datetime import date
from pathlib import Path

from services.cli.registry_import.origin import Entry, FileContent, FileFault
from services.cli.registry_import.rows import Cell, area, code, day, read_row, repeated, text
from services.cli.registry_import.table import Row, read_rows, sheets_of
from shared.messages.body import Area
from shared.messages.enrollment.tiers import MapTiers, TierMapping

NAME = "tiers"


class _Mapping(TierMapping):
    insured_area: Area
    in_force_from: date | None = None


COLUMNS: dict[str, Cell] = {"insured_area": area, "tier": code, "home_tier": text}
OPTIONAL: dict[str, Cell] = {"in_force_from": day}
_Mappings = dict[tuple[str, date | None], tuple[int, list[TierMapping]]]


def read_tiers(folder: Path) -> FileContent:
    """The mapping of each area and day that the file names, at its first row; nothing if there is no file.

    A row without a day counts from the beginning.
    """
    faults: list[FileFault] = []
    found: _Mappings = {}
    seen: dict[tuple[str, ...], int] = {}
    entries: list[Entry] = []
    for path in sheets_of(folder, NAME):
        for row in read_rows(path, path.name, tuple(COLUMNS), tuple(OPTIONAL)):
            told = [row] if isinstance(row, FileFault) else _read_mapping(row, path.name, found, seen)
            faults += told
        entries = [
            Entry(MapTiers(insured_area=area, mappings=tuple(mappings), in_force_from=start), path.name, line)
            for (area, start), (line, mappings) in found.items()
        ]
    return FileContent(entries, faults=faults)


def _read_mapping(row: Row, file: str, found: _Mappings, seen: dict[tuple[str, ...], int]) -> list[FileFault]:
    read = read_row(_Mapping, {**COLUMNS, **OPTIONAL}, row, file)
    if isinstance(read, list):
        return read
    start = read.in_force_from
    name = (read.insured_area, read.tier, *([start.isoformat()] if start else ()))
    if doubled := repeated(seen, name, row, file):
        return doubled
    mapping = TierMapping(tier=read.tier, home_tier=read.home_tier)
    found.setdefault((read.insured_area, start), (row.line, []))[1].append(mapping)
    return []
