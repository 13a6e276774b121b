"""Sheets: what spreadsheets did to a file is undone or told, whatever program wrote it; nothing is run."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from services.cli.registry_import.folder import Registry, read_registry
from services.cli.registry_import.sheets.habits import guarded, plain
from shared.messages.enrollment.registers import EnrollPerson, RegisterNode

PERSON = ("person_id", "scheme", "insured_area", "status", "retired", "identities", "covered_from",
          "covered_until", "account_balance_fen")  # fmt: skip


def workbook(folder: Path, rows: list[tuple[Any, ...]], *more: str, file: str = "persons.xlsx") -> Registry:
    """A folder with a workbook that another program wrote; `more` are further sheets, with a word each."""
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    for word in more:
        book.create_sheet().append([word] if word else [])
    book.save(folder / file)
    return read_registry(folder)


def persons(registry: Registry) -> list[EnrollPerson]:
    """The persons that a folder means; the folder is right."""
    assert not registry.faults
    bodies = [entry.body for stage in registry.stages for entry in stage]
    return [body for body in bodies if isinstance(body, EnrollPerson)]


def test_numbers_days_and_truths_of_a_workbook_are_read_as_they_were_meant(tmp_path: Path) -> None:
    day = datetime(2026, 3, 1)
    row = (110101, 310, 511900, "normal", True, "low_income", day, date(2027, 1, 1), 1200)
    [read] = persons(workbook(tmp_path, [PERSON, (), row], "", ""))

    assert (read.person_id, read.scheme, read.retired) == ("110101", "310", True)
    assert (read.covered_from, read.covered_until) == (date(2026, 3, 1), date(2027, 1, 1))
    assert (read.identities, read.account_balance_fen) == (("low_income",), 1200)


BAD: list[tuple[str, dict[str, Any], str, str]] = [
    ("a formula", {"person_id": "=1+1"}, "person_id", "is a formula, which is never calculated"),
    ("an error", {"status": "#REF!"}, "status", "is a spreadsheet's error"),
    ("an id as a number", {"person_id": 110101199003070012}, "person_id", "was rounded to a power of ten"),
    ("an area without its zero", {"insured_area": 11900}, "insured_area", "has 5 digits, not 6"),
    ("a time of day", {"covered_from": datetime(2026, 3, 1, 12)}, "covered_from", "must be a date"),
    ("a fraction of a fen", {"account_balance_fen": 12.5}, "account_balance_fen", "must be an integer"),
]


@pytest.mark.parametrize(("case", "cells", "column", "told"), BAD, ids=[case for case, *_ in BAD])
def test_what_a_workbook_lost_is_told_with_its_row_and_column(
    tmp_path: Path, case: str, cells: dict[str, Any], column: str, told: str
) -> None:
    right = ("P1", "310", "511900", "normal", "no", "", "2026-01-01", "", "0")
    row = tuple({**dict(zip(PERSON, right, strict=True)), **cells}.values())
    [fault] = workbook(tmp_path, [PERSON, (), row]).faults

    assert (fault.file, fault.line, fault.column) == ("persons.xlsx", 3, column)
    assert fault.en.startswith(told)
    assert fault.zh and fault.remedy.zh and fault.remedy.en


def test_of_two_sheets_with_something_in_them_none_is_guessed(tmp_path: Path) -> None:
    [fault] = workbook(tmp_path, [PERSON], "more").faults
    assert fault.en == "has 2 sheets with something in them"


def test_a_register_in_two_files_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "persons.csv").write_text(",".join(PERSON), encoding="utf-8")
    [fault] = workbook(tmp_path, [PERSON]).faults
    assert (fault.file, fault.en) == ("persons.xlsx", "is the register of persons.csv too")


def test_full_width_and_days_of_other_forms_are_read(tmp_path: Path) -> None:
    row = "Ｐ１，310，５１１９００，normal，否，low_income；orphan，2026/3/1，2027年12月1日，１２".replace(
        "，", ","
    )
    (tmp_path / "persons.csv").write_text(f"{','.join(PERSON)}\n{row}\n", encoding="utf-8")
    [read] = persons(read_registry(tmp_path))

    assert (read.person_id, read.insured_area, read.account_balance_fen) == ("P1", "511900", 12)
    assert (read.covered_from, read.covered_until) == (date(2026, 3, 1), date(2027, 12, 1))
    assert read.identities == ("low_income", "orphan")


@pytest.mark.parametrize(("encoding", "notes"), [("utf-8", 0), ("utf-8-sig", 0), ("gbk", 1), ("gb18030", 1)])
def test_gbk_is_read_and_said(tmp_path: Path, encoding: str, notes: int) -> None:
    (tmp_path / "nodes.csv").write_bytes("node_id,name,kind\nn1,成都（ａ）,hospital".encode(encoding))
    registry = read_registry(tmp_path)

    [body] = [entry.body for stage in registry.stages for entry in stage]
    assert isinstance(body, RegisterNode)
    assert body.name == "成都（ａ）"  # words stay as they are
    assert len(registry.notes) == notes
    assert all(note.startswith("nodes.csv: 按GBK编码读取") for note in registry.notes)


@pytest.mark.parametrize("cell", ["", "=1", "+1", "-1", "@x", "\tx", "\rx", "'x", "#N/A", " x ", "x\n", "名"])
def test_a_cell_that_a_spreadsheet_would_run_is_guarded_and_read_again_as_it_was(cell: str) -> None:
    assert not guarded(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert plain(guarded(cell)) == cell
