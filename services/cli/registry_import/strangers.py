"""What stands in a registry folder and is not read: told as a fault, or it would be left out in silence."""

from collections.abc import Iterator
from pathlib import Path

from services.cli.registry_import import approvals, policies
from services.cli.registry_import.origin import KEEP_ONE_FILE, RENAME, FileFault
from services.cli.registry_import.pages import catalogues, mappings, prices, tiers
from services.cli.registry_import.pages.code_sets import VERSIONED
from services.cli.registry_import.registers import REGISTERS
from services.cli.registry_import.table import CSV, XLSX

_SHEETS = (CSV, XLSX)
_NAMES = (*REGISTERS, *VERSIONED, approvals.NAME, tiers.NAME)
FILES = {f"{name}{end}" for end in _SHEETS for name in _NAMES}
FOLDERS = {
    catalogues.FOLDER: _SHEETS,
    mappings.FOLDER: _SHEETS,
    prices.FOLDER: _SHEETS,
    policies.FOLDER: (".toml",),
}
"""Each folder, and how the names of its files end."""


def strangers(folder: Path) -> Iterator[FileFault]:
    """Each file or folder that is not read, by its place: another name, another ending, one in capitals.

    What begins with a dot is no document: systems and editors leave it behind.
    """
    yield from _twice(folder, "")
    for path in _entries(folder):
        endings = FOLDERS.get(path.name)
        if endings is None and path.name not in FILES:
            yield _unknown(path.name)
        elif path.is_dir() != (endings is not None):
            yield _not_a(path.name, "文件夹" if endings else "文件", "folder" if endings else "file")
        elif endings is not None:
            yield from _twice(path, f"{path.name}/")
            yield from (
                _unknown(f"{path.name}/{one.name}") for one in _entries(path) if not _is_read(one, endings)
            )


def _twice(folder: Path, place: str) -> Iterator[FileFault]:
    """A register that stands in two files, a CSV and an XLSX: which of them counts would be chance."""
    for path in _entries(folder):
        if path.suffix == XLSX and path.with_suffix(CSV).exists():
            zh, en = f"与 {path.stem}{CSV} 是同一登记册", f"is the register of {path.stem}{CSV} too"
            yield FileFault(f"{place}{path.name}", 0, "", zh, en, KEEP_ONE_FILE)


def _entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _is_read(path: Path, endings: tuple[str, ...]) -> bool:
    return path.suffix in endings and path.is_file()


def _unknown(place: str) -> FileFault:
    return FileFault(place, 0, "", "不认识的名称，不会读取", "is not a known name", RENAME)


def _not_a(place: str, zh: str, en: str) -> FileFault:
    return FileFault(place, 0, "", f"应为{zh}", f"must be a {en}", RENAME)
