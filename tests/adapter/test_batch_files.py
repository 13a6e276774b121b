"""A batch as files: the same bytes each time for programs, a statement to sign for people."""

from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from openpyxl import load_workbook

from shared.adapter.batches.batch import check_batch
from shared.adapter.batches.files import write_batch, write_papers
from shared.messages.clearing.batches import ClearingLine
from tests.adapter.given.batches import batch, line, line_from_before


class Written(NamedTuple):
    """Everything that is written of a batch."""

    csv: Path
    xlsx: Path
    pdf: Path


def written(folder: Path, lines: int = 3, made: Callable[[int], ClearingLine] = line) -> Written:
    chunks, manifest = batch(lines, made=made)
    whole = check_batch(manifest, {chunk.number: chunk for chunk in chunks})
    names = {"511900": "巴中市异地就医结算中心"}
    return Written(write_batch(whole, folder), *write_papers(whole, folder, names))


def test_the_csv_has_one_line_each_in_fen(tmp_path: Path) -> None:
    text = written(tmp_path).csv.read_bytes().decode("utf-8-sig").splitlines()
    assert text[0].split(",")[-1] == "due_fen"
    assert text[2] == (
        "L00001,L00001,settled,P1,511902,510100,H51010000001,inpatient,2026-02-27,2026-03-02,"
        "100000,60000,0,1,0,100,60001,60101"
    )
    assert len(text) == 4


def test_the_csvs_digest_is_the_one_that_the_manifest_tells(tmp_path: Path) -> None:
    manifest = batch(700)[1]
    assert sha256(written(tmp_path, 700).csv.read_bytes()).hexdigest() == manifest.csv_sha256


def test_what_lines_from_before_do_not_say_is_left_empty(tmp_path: Path) -> None:
    text = written(tmp_path, made=line_from_before).csv.read_bytes().decode("utf-8-sig").splitlines()
    assert text[2] == "L00001,L00001,,P1,,,H51010000001,inpatient,,2026-03-02,100000,60000,0,1,0,0,60001,"


def test_the_files_of_a_batch_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    first, again = written(tmp_path / "a", 700), written(tmp_path / "b", 700)
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]


def test_the_workbook_shows_the_batchs_statement_and_lines_in_yuan(tmp_path: Path) -> None:
    book = load_workbook(written(tmp_path).xlsx)
    cover = {row[0].value: row[1].value for row in book["封面"].iter_rows()}
    assert (cover["清算单号"], cover["笔数"], cover["统筹基金（元）"]) == ("S1", 3, 1800)
    assert cover["参保地"] == "巴中市异地就医结算中心（511900）"
    assert cover["就医地"] == "四川省成都市（510100）"
    *_, last, total = book["明细"].iter_rows(values_only=True)
    assert last[1] == "L00002" and Decimal(str(last[-1])) == Decimal("601.02")
    assert Decimal(str(total[-1])) == Decimal("1803.03")


def test_files_are_named_for_month_agreement_and_scheme_and_stand_alone(
    tmp_path: Path,
) -> None:
    written(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "2026-03_A-511900-510100_390.csv",
        "2026-03_A-511900-510100_390.pdf",
        "2026-03_A-511900-510100_390.xlsx",
    ]
