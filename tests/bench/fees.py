"""Invented fee lines for the benchmarks: a large catalogue, and uploads of which every split is known."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from random import Random

from services.settlement import SERVICE
from services.settlement.model.registers.catalogue import LEVELS, Terms
from services.settlement.model.upload import KeptLine
from shared.benefit.lines import Line, split_line
from shared.bus.wire import Record, encode_request
from shared.identity import derive
from shared.messages.enrollment.registers import CatalogueItem, CataloguePublished
from shared.messages.settlement.visits import FeeLine, UploadCosts
from shared.money import price_e6, quantity_e4
from tests.bench.visits import DAY, names, node_of
from tests.given.driver import Driver
from tests.settlement.given import world

LINES = 40
BODIES = 2_000  # uploads that differ in their lines; the others repeat them under other names
PAGE_ITEMS, PAGES_AT_ONCE = 500, 20
_NAMES = {"visit_id": "VISIT", "person_id": "PERSON", "institution_id": "H99999900000", "upload_id": "UPLOAD"}


def code(number: int) -> str:
    """The code of an item, as long as national ones are."""
    return f"XA{number:06d}A{number % 97:03d}010{number % 9_973:06d}"


def terms(number: int) -> Terms:
    """How the catalogue treats an item."""
    level = LEVELS[(0, 1, 1, 2)[number % 4]]
    limit_e6 = None if number % 3 else (1 + number % 40_000) * 10_000
    return Terms(level, limit_e6, number // 4 % 4 * 500 if level == "02" else 0)


async def publish(dsn: str, items: int, tell: Callable[[int], None] = lambda done: None) -> None:
    """A catalogue of Sichuan with this many items."""
    driver = await Driver.open(SERVICE, dsn)
    starts = range(0, items, PAGE_ITEMS)
    for first in range(0, len(starts), PAGES_AT_ONCE):
        chunk = starts[first : first + PAGES_AT_ONCE]
        pages = [_page(range(start, min(start + PAGE_ITEMS, items))) for start in chunk]
        await driver.hear(*pages, source="enrollment")
        tell(min(chunk[-1] + PAGE_ITEMS, items))
    await driver.close()


def _page(numbers: range) -> CataloguePublished:
    return CataloguePublished(
        page_id=f"510000-{numbers.start:06d}",
        area="510000",
        in_force_from=date(2023, 1, 1),
        items=tuple(map(_item, numbers)),
    )


def _item(number: int) -> CatalogueItem:
    level, limit_e6, bp = terms(number)
    limit = None if limit_e6 is None else f"{limit_e6 // 10**6}.{limit_e6 % 10**6:06d}"
    return CatalogueItem(
        item=code(number), category="09", level=level, price_limit=limit, pre_self_pay_bp=bp, kind="drug"
    )


def _drawn(number: int, items: int) -> list[tuple[int, FeeLine]]:
    """The lines of an upload, each with its item's number; one item in a hundred is in half of the lines."""
    draw = Random(number % BODIES)
    lines = []
    for place in range(LINES):
        item = int(items * draw.random() ** 7)
        fen = 10 + item * 7_919 % 40_000
        price = f"{fen // 100}.{fen % 100:02d}"
        lines.append((item, world.line(place, code(item), str(draw.randint(1, 5)), price, "09")))
    return lines


@lru_cache(maxsize=BODIES)
def _body(number: int, items: int) -> tuple[UploadCosts, bytes]:
    lines = tuple(line for _, line in _drawn(number, items))
    total_fen = sum(kept.amount_fen for kept in split(number, items))
    body = UploadCosts(**_NAMES, cost_on=DAY, lines=lines, control=world.control(LINES, total_fen))
    return body, body.model_dump_json().encode()


def split(number: int, items: int) -> list[KeptLine]:
    """What must be kept of an upload's lines."""
    kept = []
    for item, asked in _drawn(number, items):
        found = terms(item)
        line = Line(
            asked.category, found.level, quantity_e4(asked.quantity), price_e6(asked.price), *found[1:]
        )
        kept.append(
            KeptLine(
                asked.line, asked.item, line[0], *line[2:4], line.level, True, *split_line(line), *found[1:]
            )
        )
    return kept


def uploads(count: int, first: int, items: int) -> Iterator[tuple[int, Record]]:
    """Uploads of visits of their own, which may come before the admission."""
    now = datetime.now(UTC).isoformat()
    for number in range(first, first + count):
        body, value = _body(number % BODIES, items)
        given = names(number)
        for name, stands in _NAMES.items():
            value = value.replace(stands.encode(), str(given.get(name, f"upload-{number}")).encode())
        record = encode_request(body, id=derive("lines", str(number)), source=node_of(number), time=now)
        yield number, Record(given["person_id"].encode(), value, record.headers)
