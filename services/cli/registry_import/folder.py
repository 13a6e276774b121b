"""A whole registry folder: every file read, every fault told, and the order in which to register."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from services.cli.registry_import import approvals
from services.cli.registry_import.origin import RENAME, Entry, FileContent, FileFault
from services.cli.registry_import.pages import catalogues, mappings, prices, tiers
from services.cli.registry_import.registers import (
    AGREEMENTS,
    CENTERS,
    INSTITUTIONS,
    ISSUERS,
    NODES,
    PERSONS,
    QUALIFICATIONS,
    REGISTERS,
    read_register,
)
from services.cli.registry_import.strangers import strangers

SAMPLE = Path(__file__).parents[2] / "enrollment" / "sample"
"""The sample registry that comes with the product: invented places, prices and people."""


class Registry(NamedTuple):
    """What a folder means: stages of entries, each to be registered before the next; or its faults.

    A center needs its node, all else needs centers, an approval needs its draft, a code mapping or a list
    of issuers its institutions and an edition its pages; people may be enrolled where all stands, and
    qualify once they are.
    """

    stages: tuple[tuple[Entry, ...], ...]
    faults: tuple[FileFault, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many requests each file means."""
        return dict(Counter(entry.file for stage in self.stages for entry in stage))


def read_registry(folder: Path) -> Registry:
    """Reads all of a folder; with a fault, nothing of it should be sent."""
    if not folder.is_dir():
        return Registry((), (FileFault(str(folder), 0, "", "没有这个文件夹", "is not a folder"),))
    parts = {register.file: read_register(folder, register) for register in REGISTERS}
    pages = _read_all(folder / catalogues.FOLDER, "*.csv", catalogues.read_catalogue)
    listed = _read_all(folder / prices.FOLDER, "*.csv", prices.read_prices)
    codes = _read_all(folder / mappings.FOLDER, "*.csv", mappings.read_mapping)
    mapped = tiers.read_tiers(folder)
    drafts, (first, *then) = approvals.read_four_eyes(folder)
    contents = [*parts.values(), drafts, *pages, *codes, *listed, mapped]
    between = [parts[INSTITUTIONS.file], parts[AGREEMENTS.file], drafts, *pages, *listed, mapped]
    stages = (
        parts[NODES.file].entries,
        parts[CENTERS.file].entries,
        [entry for content in between for entry in content.entries],
        [*first, *parts[ISSUERS.file].entries, *(entry for content in codes for entry in content.entries)],
        [entry for content in (*pages, *listed, *codes) for entry in content.editions],
        *then,
        parts[PERSONS.file].entries,
        *filter(None, [parts[QUALIFICATIONS.file].entries]),
    )
    faults = [*strangers(folder), *(fault for content in contents for fault in content.faults)]
    if not faults and not any(stages):
        faults = [FileFault(str(folder), 0, "", "没有可导入的内容", "has nothing to import", RENAME)]
    return Registry(tuple(map(tuple, stages)), tuple(faults))


def _read_all(folder: Path, pattern: str, read: Callable[[Path], FileContent]) -> list[FileContent]:
    return [read(path) for path in sorted(folder.glob(pattern)) if path.is_file()]
