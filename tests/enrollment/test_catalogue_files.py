"""Catalogue files: hundreds of thousands of rows, checked one by one, sent by the page, in little memory."""

import tracemalloc
from pathlib import Path

import pytest

from services.cli.registry_import.origin import MOST_FAULTS
from services.cli.registry_import.pages.catalogues import read_catalogue
from services.cli.registry_import.pages.mappings import read_mapping
from services.cli.registry_import.pages.paged_file import PAGE_ROWS
from shared.messages.enrollment.mappings import MappedCode, PublishMapping
from shared.messages.enrollment.registers import CatalogueItem, PublishCatalogue

HEADER = "item,category,level,price_limit,pre_self_pay_bp,in_force_from"
ROWS = 20_000
BYTES_A_ROW = 400


def write(folder: Path, rows: list[str], header: str = HEADER) -> Path:
    """A catalogue file of Chengdu."""
    path = folder / "510100.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def pages(path: Path) -> list[PublishCatalogue]:
    """The requests it means."""
    content = read_catalogue(path)
    assert not content.faults
    return [entry.body for entry in content.entries if isinstance(entry.body, PublishCatalogue)]


@pytest.mark.requirement("ENR-16")
def test_a_file_may_say_which_items_are_drugs_services_or_consumables(tmp_path: Path) -> None:
    rows = [
        "D1,09,02,12.5,1000,2023-01-01,drug",
        "S1,03,01,,,2023-01-01,service",
        "C1,08,02,9,500,2024-01-01,consumable",
    ]
    [first, second] = pages(write(tmp_path, [*rows, "X1,14,03,,,2024-01-01,"], f"{HEADER},kind"))

    assert first.items == (
        CatalogueItem(
            item="D1", category="09", level="02", price_limit="12.5", pre_self_pay_bp=1000, kind="drug"
        ),
        CatalogueItem(item="S1", category="03", level="01", kind="service"),
    )
    assert [(item.item, item.kind) for item in second.items] == [("C1", "consumable"), ("X1", None)]


def test_a_kind_that_is_none_is_a_fault_of_its_row(tmp_path: Path) -> None:
    rows = ["D1,09,02,,,2023-01-01,drug", "D2,09,02,,,2023-01-01,medicine"]
    content = read_catalogue(write(tmp_path, rows, f"{HEADER},kind"))

    [fault] = content.faults
    assert (fault.line, fault.column) == (3, "kind")


def test_faults_come_in_the_order_of_their_lines(tmp_path: Path) -> None:
    rows = ["X2,01,01,,,2023-01-01", "X2,01,02,,,2023-01-01", "X1,01,9,,,2023-01-01", "X2,01,01,,,2023-01-01"]
    content = read_catalogue(write(tmp_path, rows))

    assert [(fault.line, fault.en.split()[-5:]) for fault in content.faults if not fault.column] == [
        (3, ["stands", "on", "line", "2", "already"]),
        (5, ["stands", "on", "line", "2", "already"]),
    ]
    assert [fault.line for fault in content.faults] == [3, 4, 5]


def test_the_same_item_may_be_given_anew_from_another_day_on(tmp_path: Path) -> None:
    found = pages(write(tmp_path, ["X1,01,02,,,2024-01-01", "X1,01,01,,,2023-01-01"]))

    assert [(page.page_id.rpartition("-")[0], page.items[0].level) for page in found] == [
        ("510100-20230101-001", "01"),
        ("510100-20240101-001", "02"),
    ]


def test_a_file_that_is_wrong_throughout_is_not_read_to_its_end(tmp_path: Path) -> None:
    faults = read_catalogue(write(tmp_path, ["X1,99,01,,,2023-01-01"] * (2 * MOST_FAULTS))).faults

    assert len(faults) == MOST_FAULTS
    assert faults[-1].en == "has too many faults: not read any further"
    assert faults[-1].line < 2 * MOST_FAULTS


def test_a_large_file_takes_little_memory_and_its_pages_are_made_when_asked_for(tmp_path: Path) -> None:
    rows = [f"XA02BCA081A0010101{n:06d},09,02,{n}.99,1000,2023-01-01" for n in range(ROWS)]
    path = write(tmp_path, rows)
    del rows

    tracemalloc.start()
    entries = [*read_catalogue(path).entries]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [entry.rows for entry in entries] == [PAGE_ROWS] * (ROWS // PAGE_ROWS)
    assert peak < BYTES_A_ROW * ROWS
    first, again = entries[7].body, entries[7].body
    assert first == again and first is not again


def test_an_institution_maps_its_own_codes_in_a_file_of_its_name(tmp_path: Path) -> None:
    path = tmp_path / "H51010000001.csv"
    path.write_text("local_item,item,in_force_from\nB1,X01-001,2023-01-01\nB2,X01-001,2023-01-01\n")

    [entry] = read_mapping(path).entries

    codes = (MappedCode(local_item="B1", item="X01-001"), MappedCode(local_item="B2", item="X01-001"))
    assert isinstance(entry.body, PublishMapping)
    assert entry.body.page_id.startswith("H51010000001-20230101-001-")
    assert entry.body.codes == codes


def test_a_mapping_that_names_no_institution_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "huaxi.csv"
    path.write_text("local_item,item,in_force_from\n")

    [fault] = read_mapping(path).faults
    assert fault.en == "must be named by its institution's code"
