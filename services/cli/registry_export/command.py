"""`yidi export`: the registers as a folder of files, which `yidi import` reads again."""

import json
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from services.cli.output import notes, screen
from services.cli.reading import read_database
from services.cli.registry_export.policies import export_policies
from services.cli.registry_export.registers import (
    KINDS,
    PAGED,
    export_filings,
    export_pages,
    export_register,
    export_tiers,
    export_versions,
)
from services.cli.registry_export.sheet import SheetFullError
from services.cli.registry_import.pages import tiers
from services.cli.registry_import.pages.code_sets import VERSIONED
from services.cli.registry_import.policies import FOLDER as POLICIES
from services.cli.registry_import.registers import FILINGS
from services.enrollment.registered import Registered, open_registered

DONE, FAILED, INVALID = 0, 1, 2
"""Exit codes: all written; a register does not fit; the folder or a name is wrong, or no data is there."""

NAMES = (*KINDS, tiers.NAME, *VERSIONED, POLICIES, *PAGED)
ALONE = FILINGS.name
"""What is written into a folder of its own, as it is imported from one."""
_err = notes()


class Format(StrEnum):
    """In which form tables are written."""

    csv = "csv"
    xlsx = "xlsx"


def register(app: typer.Typer) -> None:
    """Adds `yidi export`."""
    app.command("export")(export_folder)


def export_folder(
    folder: Annotated[Path, typer.Argument(help="新文件夹 / a new folder")],
    registers: Annotated[
        list[str] | None,
        typer.Argument(metavar="[REGISTERS]…", help=f"登记册，缺省全部 / {', '.join(NAMES)}; or {ALONE}"),
    ] = None,
    format: Annotated[Format, typer.Option("--format", help="文件格式 / of the tables")] = Format.csv,
    as_json: Annotated[bool, typer.Option("--json", help="末行为JSON / the last line is JSON")] = False,
) -> None:
    """导出登记资料 / Write the registers as files that `yidi import` reads again, without a difference.

    Each coverage, institution … as it was told last. All files or none: the folder comes last.
    Exit 0: written. Exit 1: a register does not fit a sheet. Exit 2: a name is wrong, or there is no data.

    Example: yidi export registers persons institutions --format xlsx
    """
    if unknown := [name for name in registers or () if name not in (*NAMES, ALONE)]:
        _fail(f"没有登记册 {'、'.join(unknown)} / no such register; there are {', '.join(NAMES)}", INVALID)
    if ALONE in (registers or ()) and registers != [ALONE]:
        _fail(f"{ALONE} 须单独导出 / are exported by themselves, as they are imported", INVALID)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        _fail(f"{folder} 已存在且非空 / is there already: name a new folder", INVALID)
    names = [name for name in (*NAMES, ALONE) if name in (registers or NAMES)]
    try:
        written, left_out = read_database(lambda dsn: _export(dsn, folder, names, f".{format}"))
    except SheetFullError as error:
        _fail(f"{error} 超过一张工作表的行数，请导出CSV / does not fit a sheet: export CSV", FAILED)
    _show(written, left_out, as_json)


async def _export(dsn: str, folder: Path, names: list[str], ending: str) -> tuple[dict[str, int], list[str]]:
    """Writes into a folder beside, which gets its name when all is in it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".export-") as beside:
        made = Path(beside) / "registers"
        made.mkdir(mode=0o700)
        if names == [ALONE]:
            written = await export_filings(dsn, made, ending), list[str]()
        else:
            async with open_registered(dsn) as registered:
                written = await export_all(registered, made, names, ending)
        made.rename(folder)
    return written


async def export_all(
    registered: Registered, folder: Path, names: list[str], ending: str
) -> tuple[dict[str, int], list[str]]:
    """Writes registers into a folder; gives the rows of each file, and the policies left out."""
    written, left_out = dict[str, int](), list[str]()
    for name in names:
        if name in KINDS:
            written |= await export_register(registered, name, folder, ending)
        elif name in PAGED:
            written |= await export_pages(registered, name, folder, ending)
        elif name == tiers.NAME:
            written |= await export_tiers(registered, folder, ending)
        elif name in VERSIONED:
            written |= await export_versions(registered, name, folder, ending)
        else:
            policies, left_out = await export_policies(registered, folder, ending)
            written |= policies
    return written, left_out


def _show(written: dict[str, int], left_out: list[str], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"files": written, "left_out": left_out}, ensure_ascii=False))
        return
    table = Table("文件 / file", "行 / rows")
    for file, count in written.items():
        table.add_row(file, f"{count:,}")
    screen().print(table)
    for policy_id in left_out:
        _err.print(f"{policy_id}: 未导出，无起草人与复核人 / left out: names no two officers", soft_wrap=True)


def _fail(told: str, code: int) -> None:
    _err.print(told, soft_wrap=True)
    raise typer.Exit(code)
