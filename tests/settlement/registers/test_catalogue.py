"""Catalogues in memory: an item's newest page on the day counts, whatever came in which order."""

import json
from datetime import date, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.settlement.model.registers.catalogue import OUTSIDE, Terms, empty_catalogue
from services.settlement.model.registers.code_map import empty_code_map
from services.settlement.model.registers.item_index import ItemIndex
from services.settlement.model.registers.paged import AT_HAND, WORN, Paged
from services.settlement.model.registers.registry import CataloguePage, MappingPage

SPACE = UUID(int=0)
Y23, Y24, Y25 = (date(year, 1, 1) for year in (2023, 2024, 2025))
DAY = timedelta(days=1)


def page(page_id: str, start: date = Y23, **levels: str) -> CataloguePage:
    """A page of items by their levels."""
    return CataloguePage(
        page_id, "510000", start, json.dumps([[i, level, None, 0] for i, level in levels.items()])
    )


def holding(*pages: CataloguePage) -> Paged[Terms]:
    """A catalogue that heard of pages one after the other."""
    catalogue = empty_catalogue()
    for one in pages:
        catalogue = catalogue.copy()
        catalogue.put(uuid5(SPACE, one.items), one)
    return catalogue


HEARD = [
    # pages as they were heard; item, day, its level
    ([], "BED", Y24, "03"),
    ([page("A", BED="01")], "BED", Y23, "01"),
    ([page("A", BED="01")], "BED", Y23 - DAY, "03"),
    ([page("A", BED="01")], "COT", Y24, "03"),
    ([page("A", BED="01"), page("B", Y24, BED="02")], "BED", Y24 - DAY, "01"),
    ([page("A", BED="01"), page("B", Y24, BED="02")], "BED", Y24, "02"),
    ([page("B", Y24, BED="02"), page("A", BED="01")], "BED", Y25, "02"),
    ([page("A", BED="01"), page("B", Y24, COT="02")], "BED", Y25, "01"),
    ([page("A", BED="01"), page("A", BED="02")], "BED", Y24, "02"),
    ([page("A", BED="01"), page("A", COT="02")], "BED", Y24, "03"),
    ([page("A", BED="01"), page("B", Y24, BED="02"), page("B", Y24, COT="02")], "BED", Y24, "01"),
    ([page("A", BED="01"), page("A", Y25, BED="02")], "BED", Y24, "03"),
    ([page("B", BED="02"), page("A", BED="01")], "BED", Y24, "02"),
]  # fmt: skip


@pytest.mark.parametrize(("heard", "item", "day", "expected"), HEARD)
def test_the_newest_page_of_an_item_on_the_day_counts(
    heard: list[CataloguePage], item: str, day: date, expected: str
) -> None:
    assert holding(*heard).on(day)[item].level == expected


def test_an_item_is_told_with_its_limit_and_pre_self_pay() -> None:
    items = [["DRUG", "02", "9999999999.999999", 10_000], ["FREE", "01", "0", 0]]
    catalogue = holding(CataloguePage("A", "510000", Y23, json.dumps(items)))

    assert catalogue.on(Y23)["DRUG"] == Terms("02", 9_999_999_999_999_999, 10_000)
    assert catalogue.on(Y23)["FREE"] == Terms("01", 0, 0)
    assert catalogue.on(Y23)["OTHER"] is OUTSIDE


def test_what_is_laid_over_a_catalogue_leaves_it_as_it_was() -> None:
    below = holding(page("A", BED="01"))

    amended = below.amended(page("A", BED="02")).amended(page("B", COT="01"))

    assert [amended.on(Y24)[item].level for item in ("BED", "COT")] == ["02", "01"]
    assert [below.on(Y24)[item].level for item in ("BED", "COT")] == ["01", "03"]
    assert below.tokens.keys() == {"A"}


def test_a_catalogue_of_which_little_is_left_alive_is_worn() -> None:
    large = CataloguePage("A", "510000", Y23, json.dumps([[f"I{n}", "01", None, 0] for n in range(WORN)]))

    assert not holding(large, large, large).is_worn
    assert holding(large, large, large, large).is_worn


def test_more_items_are_asked_for_than_are_kept_at_hand() -> None:
    many = CataloguePage(
        "A", "510000", Y23, json.dumps([[f"I{n}", "01", None, 0] for n in range(AT_HAND + 2)])
    )
    terms = holding(many).on(Y24)

    assert all(terms[f"I{n}"].level == "01" for n in range(AT_HAND + 2))
    assert len(terms) <= AT_HAND


def test_a_local_code_stands_for_the_national_one_of_its_day_and_others_for_themselves() -> None:
    pages = [
        MappingPage("P", "H51010000001", Y23, '[["B1", "BED"]]'),
        MappingPage("Q", "H51010000001", Y24, '[["B1", "COT"]]'),
    ]
    codes = empty_code_map()
    for one in pages:
        codes.put(None, one)

    assert [codes.on(day)["B1"] for day in (Y23 - DAY, Y23, Y24)] == ["B1", "BED", "COT"]
    assert codes.on(Y24)["BED"] == "BED"


CODES = st.text("AB01.-", min_size=1, max_size=4)
PAGES = st.tuples(
    st.sampled_from("PQRS"),
    st.sampled_from([Y23, Y24, Y25]),
    st.dictionaries(CODES, st.sampled_from(["01", "02", "03"]), max_size=8),
)


@pytest.mark.no_cover  # thousands of pages
@given(st.lists(PAGES, max_size=12), CODES, st.sampled_from([Y23 - DAY, Y23, Y24, Y25]))
def test_any_pages_in_any_order_say_what_a_plain_dictionary_says(
    heard: list[tuple[str, date, dict[str, str]]], item: str, day: date
) -> None:
    plain: dict[str, str] = {}
    last = {page_id: (start, page_id, items) for page_id, start, items in heard}
    for start, _, items in sorted(last.values(), key=lambda one: one[:2]):
        plain |= items if start <= day else {}

    catalogue = holding(*(page(page_id, start, **items) for page_id, start, items in heard))

    assert catalogue.on(day)[item].level == plain.get(item, "03")


@given(st.lists(st.text(max_size=5), max_size=50), st.integers(0, 3_000))
def test_codes_keep_their_numbers_as_the_index_grows(codes: list[str], more: int) -> None:
    index = ItemIndex()
    numbers = [index.add(code) for code in codes]
    twin = index.copy()
    others = [index.add(f"more {n}") for n in range(more)]

    find, find_in_twin = index.finder(), twin.finder()
    assert [*map(find, codes)] == numbers == [*map(find_in_twin, codes)]
    assert len({*numbers, *others}) == len({*codes}) + more == len(index)
    assert find("unknown") == find_in_twin("more 0") == 0
