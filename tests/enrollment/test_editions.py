"""Editions of catalogues, mappings and price lists in the service: whole, or not at all."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.cli.registry_import.folder import read_registry
from shared.messages.enrollment.editions import EditionPublished, PublishEdition
from shared.messages.enrollment.registers import CatalogueItem, PublishCatalogue
from tests.enrollment.test_registers import code, enrollment  # noqa: F401
from tests.given.driver import Driver

Y23, Y24 = date(2023, 1, 1), date(2024, 1, 1)


def page(page_id: str, start: date = Y23, in_edition: bool = True, **given: Any) -> PublishCatalogue:
    items = (CatalogueItem(item="X1", category="09", level=given.get("level", "02")),)
    area = given.get("area", "510100")
    return PublishCatalogue(
        page_id=page_id, area=area, in_force_from=start, items=items, in_edition=in_edition
    )


def edition(*pages: str, starts: tuple[date, ...] = (Y23,), **given: Any) -> PublishEdition:
    values: dict[str, Any] = {"register_of": "catalogue", "whose": "510100", **given}
    return PublishEdition(pages=pages, starts=starts, **values)


CASES: list[tuple[str, list[Any], PublishEdition | PublishCatalogue, str]] = [
    ("whole", [page("A"), page("B")], edition("A", "B"), "OK"),
    ("a page is missing", [page("A")], edition("A", "B"), "EDITION_INCOMPLETE"),
    ("a page is another area's", [page("A"), page("B", area="511900")], edition("A", "B"),
     "EDITION_INCOMPLETE"),
    ("a page stands alone", [page("A"), page("B", in_edition=False)], edition("A", "B"),
     "EDITION_INCOMPLETE"),
    ("a page is one of prices", [page("A")], edition("A", register_of="prices"), "EDITION_INCOMPLETE"),
    ("a page twice", [page("A")], edition("A", "A"), "INVALID_FIELD"),
    ("another day", [page("A")], edition("A", starts=(Y24,)), "INVALID_FIELD"),
    ("a day too many", [page("A")], edition("A", starts=(Y23, Y24)), "INVALID_FIELD"),
    ("a page of an edition changed", [page("A"), edition("A")], page("A", level="01"), "PAGE_TAKEN"),
    ("before there was one, too", [page("A")], page("A", level="01"), "PAGE_TAKEN"),
    ("a page told again", [page("A"), edition("A")], page("A"), "OK"),
    ("a page beside an edition", [page("A"), edition("A")], page("B", in_edition=False), "EDITION_NEEDED"),
    ("a page beside another area's edition", [page("A"), edition("A")],
     page("B", in_edition=False, area="511900"), "OK"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "before", "body", "expected"), CASES, ids=[case[0] for case in CASES])
@pytest.mark.parametrize("at_once", [True, False])
async def test_an_edition_is_whole_and_its_pages_do_not_change(
    enrollment: Driver,  # noqa: F811
    case: str,
    before: list[Any],
    body: Any,
    expected: str,
    at_once: bool,
) -> None:
    if at_once:
        *earlier, last = await enrollment.hear(*before, body)
    else:
        earlier = [decision for one in before for decision in await enrollment.hear(one)]
        [last] = await enrollment.hear(body)
    assert {code(decision) for decision in earlier} == {"OK"}
    assert code(last) == expected


async def test_editions_are_numbered_and_the_same_again_is_none(enrollment: Driver) -> None:  # noqa: F811
    await enrollment.hear(page("A"), page("B", Y24))
    asked = [edition("A"), edition("A"), edition("A", "B", starts=(Y23, Y24)), edition("A")]
    decisions = [decision for one in asked for decision in await enrollment.hear(one)]
    said = [[fact.number for fact in d.facts if isinstance(fact, EditionPublished)] for d in decisions]
    assert said == [[1], [], [2], [3]]
    [warned] = [d.answer.result.warnings for d in decisions if d.answer and d.answer.result.warnings]  # type: ignore[union-attr]
    assert "2024-01-01" in warned[0]


HEADER = "item,category,level,price_limit,pre_self_pay_bp,in_force_from\n"


def entries(folder: Path, rows: int, first: int = 0) -> list[Any]:
    """What a catalogue of so many rows is sent as."""
    folder.joinpath("catalogues").mkdir(exist_ok=True)
    lines = [f"X{number:05d},01,01,,,2023-01-01\n" for number in range(first, rows)]
    (folder / "catalogues" / "510100.csv").write_text(HEADER + "".join(lines))
    registry = read_registry(folder)
    assert not registry.faults
    return [entry.body for stage in registry.stages for entry in stage]


def test_a_file_is_one_edition_whose_pages_are_named_by_what_stands_in_them(tmp_path: Path) -> None:
    *pages, whole = entries(tmp_path, 1_001)
    *fewer, less = entries(tmp_path, 1_000)
    assert whole.pages == tuple(one.page_id for one in pages)
    assert (len(whole.pages), len(less.pages), whole.starts) == (3, 2, (Y23,))
    assert less.pages == whole.pages[:2] == tuple(one.page_id for one in fewer)
    *_, shifted = entries(tmp_path, 1_001, first=1)
    assert not set(shifted.pages) & set(whole.pages)
    assert all(one.in_edition for one in pages)
