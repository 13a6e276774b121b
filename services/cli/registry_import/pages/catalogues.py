"""Catalogue files `catalogues/AREA.csv`: the items of one area (三大目录), hundreds of thousands."""

from datetime import date
from pathlib import Path

from services.cli.registry_import.origin import FileContent
from services.cli.registry_import.pages.paged_file import PagedFile, Rows, read_paged
from services.cli.registry_import.rows import code, integer, two_digits
from shared.messages.enrollment.registers import CatalogueItem, PublishCatalogue

FOLDER = "catalogues"


class _Item(CatalogueItem):
    in_force_from: date


def read_catalogue(path: Path) -> FileContent:
    """The pages of one area's catalogue."""
    return read_paged(CATALOGUE, path)


def _page(page_id: str, area: str, start: date, rows: Rows) -> PublishCatalogue:
    items = tuple(CatalogueItem(**row) for row in rows)
    return PublishCatalogue(page_id=page_id, area=area, in_force_from=start, items=items, in_edition=True)


CATALOGUE = PagedFile(
    folder=FOLDER,
    register_of="catalogue",
    name="[0-9]{6}",
    misnamed=("文件名应为六位行政区划", "must be named by its six-digit area"),
    form=_Item,
    item="item",
    columns={
        "item": code,
        "category": two_digits,
        "level": two_digits,
        "price_limit": code,
        "pre_self_pay_bp": integer,
    },
    optional={"kind": code},
    page=_page,
)
