"""`tiers.csv`: what the tiers of other places count as in an insured area, one mapping an area and day."""

from datetime import date
from pathlib import Path

from services.cli.registry_import.origin import Entry, FileContent, FileFault
from services.cli.registry_import.rows import Cell, day, read_row, repeated, text
from services.cli.registry_import.table import Row, read_rows
from shared.messages.body import Area
from shared.messages.enrollment.tiers import MapTiers, TierMapping

FILE = "tiers.csv"


class _Mapping(TierMapping):
    insured_area: Area
    in_force_from: date | None = None


_COLUMNS: dict[str, Cell] = {"insured_area": text, "tier": text, "home_tier": text}
_OPTIONAL: dict[str, Cell] = {"in_force_from": day}
_Mappings = dict[tuple[str, date | None], tuple[int, list[TierMapping]]]


def read_tiers(folder: Path) -> FileContent:
    """The mapping of each area and day that the file names, at its first row; nothing if there is no file.

    A row without a day counts from the beginning.
    """
    path = folder / FILE
    faults: list[FileFault] = []
    found: _Mappings = {}
    seen: dict[tuple[str, ...], int] = {}
    for row in read_rows(path, FILE, tuple(_COLUMNS), tuple(_OPTIONAL)) if path.is_file() else ():
        faults += [row] if isinstance(row, FileFault) else _read_mapping(row, found, seen)
    entries = [
        Entry(MapTiers(insured_area=area, mappings=tuple(mappings), in_force_from=start), FILE, line)
        for (area, start), (line, mappings) in found.items()
    ]
    return FileContent(entries, faults=faults)


def _read_mapping(row: Row, found: _Mappings, seen: dict[tuple[str, ...], int]) -> list[FileFault]:
    read = read_row(_Mapping, {**_COLUMNS, **_OPTIONAL}, row, FILE)
    if isinstance(read, list):
        return read
    start = read.in_force_from
    name = (read.insured_area, read.tier, *([start.isoformat()] if start else ()))
    if doubled := repeated(seen, name, row, FILE):
        return doubled
    mapping = TierMapping(tier=read.tier, home_tier=read.home_tier)
    found.setdefault((read.insured_area, start), (row.line, []))[1].append(mapping)
    return []
