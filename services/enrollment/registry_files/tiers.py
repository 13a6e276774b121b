"""`tiers.csv`: what the tiers of other places count as in an insured area, one mapping an area."""

from pathlib import Path

from services.enrollment.registry_files.origin import Entry, FileContent, FileFault
from services.enrollment.registry_files.rows import Cell, read_row, repeated, text
from services.enrollment.registry_files.table import Row, read_rows
from shared.messages.body import Area
from shared.messages.tiers import MapTiers, TierMapping

FILE = "tiers.csv"


class _Mapping(TierMapping):
    insured_area: Area


_COLUMNS: dict[str, Cell] = {"insured_area": text, "tier": text, "home_tier": text}
_Areas = dict[str, tuple[int, list[TierMapping]]]


def read_tiers(folder: Path) -> FileContent:
    """The mapping of each area that the file names, at the area's first row; nothing if there is no file."""
    path = folder / FILE
    faults: list[FileFault] = []
    areas: _Areas = {}
    seen: dict[tuple[str, ...], int] = {}
    for row in read_rows(path, FILE, tuple(_COLUMNS)) if path.exists() else ():
        faults += [row] if isinstance(row, FileFault) else _read_mapping(row, areas, seen)
    entries = [
        Entry(MapTiers(insured_area=area, mappings=tuple(mappings)), FILE, line)
        for area, (line, mappings) in areas.items()
    ]
    return FileContent(entries, faults)


def _read_mapping(row: Row, areas: _Areas, seen: dict[tuple[str, ...], int]) -> list[FileFault]:
    read = read_row(_Mapping, _COLUMNS, row, FILE)
    if isinstance(read, list):
        return read
    if doubled := repeated(seen, (read.insured_area, read.tier), row, FILE):
        return doubled
    mapping = TierMapping(tier=read.tier, home_tier=read.home_tier)
    areas.setdefault(read.insured_area, (row.line, []))[1].append(mapping)
    return []
