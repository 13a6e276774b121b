"""Reads the registers of a folder, the largest of them in a second process if it is large."""

from pathlib import Path
from typing import NamedTuple

from services.cli.registry_import.origin import FileContent, FileFault
from services.cli.registry_import.pages.row_pages import RowEntries
from services.cli.registry_import.register_file import kept_rows, read_register
from services.cli.registry_import.registers import REGISTERS
from services.cli.registry_import.sheets.local_codes import LocalCodes
from services.cli.registry_import.side_by_side.second import Count, Second
from services.cli.registry_import.table import sheets_of

APART_FROM = 2_000_000  # bytes of a file


class _Read(NamedTuple):
    """What a second process tells of a register's file: its rows stand in the file that both have open."""

    rows: int
    faults: list[FileFault]
    named: set[int]


class Apart(NamedTuple):
    """The register that a second process reads, and where it keeps its rows."""

    name: str
    kept: RowEntries
    second: Second[_Read]

    def content(self) -> FileContent:
        """What the file gave; waits until it is read."""
        read = self.second.wait()
        self.kept.written(read.rows)
        return FileContent(self.kept, faults=read.faults, named=read.named)


def begin_apart(folder: Path, local: LocalCodes) -> Apart | None:
    """Begins to read the largest register apart; none if it is small."""
    files = [(path.stat().st_size, name, path) for name in REGISTERS for path in sheets_of(folder, name)]
    size, name, path = max(files, default=(0, "", folder))
    if size < APART_FROM:
        return None
    kept = kept_rows(path, REGISTERS[name])

    def work(_: Count) -> _Read:
        kept.clear()
        content = read_register(folder, REGISTERS[name], local, kept)
        return _Read(len(kept), content.faults, content.named)

    return Apart(name, kept, Second(work))


def read_registers(folder: Path, local: LocalCodes, apart: Apart | None = None) -> dict[str, FileContent]:
    """What the file of each register gave; of one that is read apart, what the second process says."""
    try:
        read = {
            name: read_register(folder, register, local)
            for name, register in REGISTERS.items()
            if apart is None or name != apart.name
        }
        if apart:
            read[apart.name] = apart.content()
    finally:
        if apart:
            apart.second.end()
    return {name: read[name] for name in REGISTERS}
