"""A whole registry folder: every file read, every fault told, and the order in which to register."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, get_args

from services.cli.registry_import import approvals
from services.cli.registry_import.origin import (
    MOVE_AWAY,
    RENAME,
    Entries,
    Entry,
    FileContent,
    FileFault,
    Stage,
)
from services.cli.registry_import.pages import catalogues, mappings, prices, tiers
from services.cli.registry_import.pages.code_sets import CODE_SETS, LOCAL_CODES
from services.cli.registry_import.pages.versioned_file import by_number, read_versions
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
)
from services.cli.registry_import.sheets.encoding import GBK, encoding_of
from services.cli.registry_import.sheets.local_codes import NATIONAL, LocalCodes
from services.cli.registry_import.side_by_side.read import Apart, read_registers
from services.cli.registry_import.strangers import strangers
from services.cli.registry_import.table import CSV, sheets_of
from shared.messages.enrollment.network.agencies import AgencyLevel, RegisterAgency

SAMPLE = Path(__file__).parents[2] / "enrollment" / "sample"
"""The sample registry that comes with the product: invented places, prices and people."""


class Registry(NamedTuple):
    """What a folder means: stages of entries, each to be registered before the next; or its faults.

    A center needs its node, an agency the one above it, a code set the version before; all else needs
    centers, an approval its draft, a code mapping or a list of issuers its institutions and an edition its
    pages; people may be enrolled where all stands, and qualify once they are. `notes` say what people are to
    look at. A folder of filings of an old system holds nothing else.
    """

    stages: tuple[Stage, ...]
    faults: tuple[FileFault, ...]
    notes: tuple[str, ...] = ()
    named: frozenset[int] = frozenset()
    are_filings: bool = False

    @property
    def rows(self) -> int:
        """How many rows the files have."""
        return sum(stage.rows for stage in self.stages)

    def is_named_later(self, name: str) -> bool:
        """Whether another row or file names this person or institution, or one whose hash is the same."""
        return hash(name) in self.named


def read_registry(folder: Path, local: LocalCodes = NATIONAL, apart: Apart | None = None) -> Registry:
    """Reads all of a folder; with a fault, nothing of it should be sent.

    An area's own codes in the files of registers are read as what they stand for. One register may be read
    apart from the others meanwhile.
    """
    if not folder.is_dir():
        return Registry((), (FileFault(str(folder), 0, "", "没有这个文件夹", "is not a folder"),))
    parts = read_registers(folder, local, apart)
    pages = _read_all(folder / catalogues.FOLDER, catalogues.read_catalogue)
    listed = _read_all(folder / prices.FOLDER, prices.read_prices)
    codes = _read_all(folder / mappings.FOLDER, mappings.read_mapping)
    mapped = tiers.read_tiers(folder)
    sets, own = (read_versions(folder, kind) for kind in (CODE_SETS, LOCAL_CODES))
    drafts, (first, *then) = approvals.read_four_eyes(folder)
    contents = [*parts.values(), drafts, *pages, *codes, *listed, mapped, sets, own]
    between = [parts[POOLING.name], parts[INSTITUTIONS.name], drafts, *pages, *listed, mapped]
    paged = [entry for content in (*pages, *listed, *codes) for entry in content.editions]
    stages = (
        Stage(parts[NODES.name].entries),
        Stage(parts[CENTERS.name].entries),
        *by_level(parts[AGENCIES.name].entries),
        *map(Stage, by_number(sets.entries, CODE_SETS)),
        *map(Stage, by_number(own.entries, LOCAL_CODES)),
        Stage(*(content.entries for content in between)),
        Stage(first, *(content.entries for content in (parts[ISSUERS.name], parts[AGREEMENTS.name], *codes))),
        Stage(paged),
        *map(Stage, then),
        Stage(parts[PERSONS.name].entries),
        *(stage for stage in map(Stage, _last(parts)) if len(stage)),
    )
    faults = [*strangers(folder), *(fault for content in contents for fault in content.faults)]
    faults += _not_alone(parts[FILINGS.name], stages)
    if not faults and not any(stages):
        faults = [FileFault(str(folder), 0, "", "没有可导入的内容", "has nothing to import", RENAME)]
    named = {hash(path.stem) for path in sheets_of(folder / mappings.FOLDER)}
    named |= set[int]().union(*(content.named for content in contents))
    are_filings = len(parts[FILINGS.name].entries) > 0
    return Registry(stages, tuple(faults), _encodings(folder), frozenset(named), are_filings)


def _last(parts: Mapping[str, FileContent]) -> Iterator[Entries]:
    return (parts[one.name].entries for one in (QUALIFICATIONS, ASSESSMENTS, FILINGS))


def _not_alone(filings: FileContent, stages: tuple[Stage, ...]) -> Iterator[FileFault]:
    """The fault of filings beside other files: another service takes them, which hears of persons later."""
    if 0 < len(filings.entries) < sum(map(len, stages)):
        zh, en = "须在其他登记完成之后单独导入", "are imported by themselves, once all else is registered"
        yield FileFault(f"{FILINGS.name}{CSV}", 0, "", zh, en, MOVE_AWAY)


def by_level(agencies: Entries) -> Iterator[Stage]:
    """The agencies, a stage a level, the highest first: each needs the one above it."""
    of_level: dict[str, list[Entry]] = {level: [] for level in get_args(AgencyLevel)}
    for entry in agencies:
        assert isinstance(entry.body, RegisterAgency)
        of_level[entry.body.level].append(entry)
    return (Stage(entries) for entries in of_level.values() if entries)


def _read_all(folder: Path, read: Callable[[Path], FileContent]) -> list[FileContent]:
    return [read(path) for path in sheets_of(folder)]


def _encodings(folder: Path) -> tuple[str, ...]:
    """The files that are not read as UTF-8: a wrong guess would be names that nobody wrote."""
    files = [path for path in sheets_of(folder) + sheets_of(folder, "*/*") if path.suffix == CSV]
    read_as = {path: encoding_of(path) for path in files}
    return tuple(
        f"{path.relative_to(folder)}: 按GBK编码读取，请核对汉字 / is read as GBK: please check its characters"
        for path, encoding in read_as.items()
        if encoding == GBK
    )
