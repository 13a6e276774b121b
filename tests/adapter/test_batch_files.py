"""A batch as files: the same bytes each time for programs, yuan and Chinese words for people."""

from decimal import Decimal
from pathlib import Path

from openpyxl import load_workbook

from shared.adapter.batches.batch import Batch
from shared.adapter.batches.files import write_batch
from tests.adapter.given.batches import batch


def written(folder: Path, lines: int = 3) -> tuple[Path, Path]:
    chunks, manifest = batch(lines)
    return write_batch(Batch(manifest, tuple(one for chunk in chunks for one in chunk.lines)), folder)


def test_the_csv_has_one_line_each_in_fen(tmp_path: Path) -> None:
    as_csv, _ = written(tmp_path)
    text = as_csv.read_bytes().decode("utf-8-sig").splitlines()
    assert text[0].split(",")[-1] == "fund_fen"
    assert text[2] == "L00001,L00001,P1,H51010000001,inpatient,2026-03-02,100000,60000,0,1,0,60001"
    assert len(text) == 4


def test_the_csv_of_a_batch_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    first, _ = written(tmp_path / "a", 700)
    again, _ = written(tmp_path / "b", 700)
    assert first.read_bytes() == again.read_bytes()


def test_the_workbook_shows_the_statement_and_its_lines_in_yuan(tmp_path: Path) -> None:
    _, as_xlsx = written(tmp_path)
    book = load_workbook(as_xlsx)
    head = {row[0].value: row[1].value for row in book["清算单"].iter_rows()}
    assert (head["清算单号"], head["笔数"], head["统筹基金（元）"]) == ("S1", 3, 1800)
    rows = list(book["明细"].iter_rows(values_only=True))
    assert rows[0][0] == "明细号"
    assert Decimal(str(rows[3][-1])) == Decimal("600.02")


def test_files_are_named_for_month_agreement_and_scheme_and_stand_alone(
    tmp_path: Path,
) -> None:
    written(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "2026-03_A-511900-510100_390.csv",
        "2026-03_A-511900-510100_390.xlsx",
    ]
