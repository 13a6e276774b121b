"""Mapping files `mappings/INSTITUTION.csv`: own item codes (院内编码) and what they stand for."""

from datetime import date
from pathlib import Path

from services.cli.registry_import.origin import FileContent
from services.cli.registry_import.pages.paged_file import PagedFile, Rows, read_paged
from services.cli.registry_import.rows import code
from shared.messages.enrollment.mappings import MappedCode, PublishMapping

FOLDER = "mappings"


class _Code(MappedCode):
    in_force_from: date


def read_mapping(path: Path) -> FileContent:
    """The pages of one institution's codes."""
    return read_paged(MAPPING, path)


def _page(page_id: str, institution_id: str, start: date, rows: Rows) -> PublishMapping:
    codes = tuple(MappedCode(**row) for row in rows)
    return PublishMapping(
        page_id=page_id, institution_id=institution_id, in_force_from=start, codes=codes, in_edition=True
    )


MAPPING = PagedFile(
    folder=FOLDER,
    register_of="mapping",
    name="[HP][0-9]{11}",
    misnamed=("文件名应为机构编码", "must be named by its institution's code"),
    form=_Code,
    item="local_item",
    columns={"local_item": code, "item": code},
    optional={},
    page=_page,
)
