"""What stands in a registry folder and is not read: told as a fault, or it would be left out in silence."""

from collections.abc import Iterator
from pathlib import Path

from services.cli.registry_import import approvals, policies
from services.cli.registry_import.origin import RENAME, FileFault
from services.cli.registry_import.pages import catalogues, mappings, prices, tiers
from services.cli.registry_import.registers import REGISTERS

FILES = {*(register.file for register in REGISTERS), approvals.FILE, tiers.FILE}
FOLDERS = {
    catalogues.FOLDER: ".csv",
    mappings.FOLDER: ".csv",
    prices.FOLDER: ".csv",
    policies.FOLDER: ".toml",
}
"""Each folder, and how the names of its files end."""


def strangers(folder: Path) -> Iterator[FileFault]:
    """Each file or folder that is not read, by its place: another name, another ending, one in capitals.

    What begins with a dot is no document: systems and editors leave it behind.
    """
    for path in _entries(folder):
        ending = FOLDERS.get(path.name)
        if ending is None and path.name not in FILES:
            yield _unknown(path.name)
        elif path.is_dir() != (ending is not None):
            yield _not_a(path.name, "文件夹" if ending else "文件", "folder" if ending else "file")
        elif ending is not None:
            yield from (
                _unknown(f"{path.name}/{one.name}") for one in _entries(path) if not _is_read(one, ending)
            )


def _entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _is_read(path: Path, ending: str) -> bool:
    return path.suffix == ending and path.is_file()


def _unknown(place: str) -> FileFault:
    return FileFault(place, 0, "", "不认识的名称，不会读取", "is not a known name", RENAME)


def _not_a(place: str, zh: str, en: str) -> FileFault:
    return FileFault(place, 0, "", f"应为{zh}", f"must be a {en}", RENAME)
