"""A treatment area's catalogue (三大目录), by which lines are classified."""

import json
from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from services.settlement.model.registry import CataloguePage
from services.settlement.rules.lines import Level
from shared.areas import city, province
from shared.money import price_e6


class Terms(NamedTuple):
    """How the fund treats an item: 甲 01, 乙 02, 丙 03; the limit in yuan × 10⁶."""

    level: Level
    price_limit_e6: int | None
    pre_self_pay_bp: int


OUTSIDE = Terms("03", None, 0)
"""An item no catalogue has is paid in full by the patient."""


class _Page(NamedTuple):
    in_force_from: date
    page_id: str
    items: dict[str, Terms]


class Catalogue:
    """The pages of one area; an item's newest page on the day of the costs counts."""

    def __init__(self, pages: Iterable[CataloguePage], held: Iterable[_Page] = ()) -> None:
        read = {page.page_id: _Page(page.in_force_from, page.page_id, _terms(page)) for page in pages}
        self._pages = sorted([page for page in held if page.page_id not in read] + [*read.values()])
        self._starts = [page.in_force_from for page in self._pages]
        self._days: dict[int, dict[str, Terms]] = {}

    def __bool__(self) -> bool:
        """Whether it has a page; a place without one leaves its lines to the place it lies in."""
        return bool(self._pages)

    def with_page(self, page: CataloguePage) -> "Catalogue":
        """The catalogue after one more page, or a page anew."""
        return Catalogue((page,), self._pages)

    def on(self, day: date) -> dict[str, Terms]:
        """The terms of every item on a day; made once for all the days between two pages."""
        count = bisect_right(self._starts, day)
        if count not in self._days:
            self._days[count] = {
                item: terms for page in self._pages[:count] for item, terms in page.items.items()
            }
        return self._days[count]


def _terms(page: CataloguePage) -> dict[str, Terms]:
    return {
        item["item"]: Terms(
            item["level"],
            price_e6(item["price_limit"]) if item["price_limit"] is not None else None,
            item["pre_self_pay_bp"],
        )
        for item in json.loads(page.items)
    }


def places(area: str) -> tuple[str, str, str]:
    """Where an institution's catalogue may stand: area, city, province; the first counts."""
    return area, city(area), province(area)
