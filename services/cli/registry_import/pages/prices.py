"""Price files `prices/AREA.csv`: what an area's public hospitals take (公立医院价格), by item and tier."""

from datetime import date
from pathlib import Path

from services.cli.registry_import.origin import FileContent
from services.cli.registry_import.pages.paged_file import PagedFile, Rows, read_paged
from services.cli.registry_import.rows import code
from shared.messages.enrollment.prices import PriceItem, PublishPrices

FOLDER = "prices"


class _Price(PriceItem):
    in_force_from: date


def read_prices(path: Path) -> FileContent:
    """The pages of one area's prices."""
    return read_paged(PRICES, path)


def _page(page_id: str, area: str, start: date, rows: Rows) -> PublishPrices:
    items = tuple(PriceItem(**row) for row in rows)
    return PublishPrices(page_id=page_id, area=area, in_force_from=start, items=items, in_edition=True)


PRICES = PagedFile(
    folder=FOLDER,
    register_of="prices",
    name="[0-9]{6}",
    misnamed=("文件名应为六位行政区划", "must be named by its six-digit area"),
    form=_Price,
    item="item",
    columns={"item": code, "tier": code, "price": code},
    optional={},
    page=_page,
    beside=("tier",),
)
