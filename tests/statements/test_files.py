"""A statement for people, opened again: what stands in its cells, and how it prints."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from shared.month.funds import Funds
from shared.statements import workbook
from shared.statements.paper import Heading, Paper, PaperLine
from shared.statements.shown import cells, grouped_yuan, shown
from shared.statements.tables import cover_rows, printed, sums_table

HEADING = Heading(
    statement_id="ST-1",
    agreement_id="A-1",
    funding_mode="AGENCY_PREFUND",
    insured_center="510000",
    treatment_center="310000",
    scheme="390",
    month="2026-03",
    digest="ab" * 32,
)
NAMES = {"510000": "四川省异地就医结算中心", "H31010100001": "=华东第一医院（虚构）"}
LONG = "L" * 64


def line(id: str, pool: int = 30_000, **changes: Any) -> PaperLine:
    """A line of the hospital H31010100001; its total is 100 yuan above what the pool pays."""
    plain = PaperLine(
        line_id=id,
        settlement_id=id,
        why="settled" if pool >= 0 else "reversed",
        person_id="P-1",
        insured_area="511902",
        institution_id="H31010100001",
        visit_kind="inpatient",
        business_on=date(2026, 3, 5),
        total_fen=pool + 10_000,
        funds=Funds(pool),
    )
    return plain._replace(**changes)


LINES = [
    line("S1", 1_234_567_89),
    line("S2", visit_kind="pharmacy", insured_area="511921", funds=Funds(1, 2, 3, 4, 5)),
    line(LONG, -500, institution_id="H31010100002"),
]
PAPER = Paper(HEADING, LINES, NAMES)


def opened(paper: Paper, folder: Path) -> Any:
    path = folder / "statement.xlsx"
    workbook.write_workbook(printed(paper), path)
    return load_workbook(path)


def cover(paper: Paper) -> dict[str, str]:
    return {row.label: shown(row.value, row.kind) for row in cover_rows(paper)}


@pytest.mark.requirement("CLR-16")
def test_the_cover_names_the_parties_the_month_and_the_totals_in_figures_and_words(tmp_path: Path) -> None:
    sheet = opened(PAPER, tmp_path)["封面"]
    rows = {row[0].value: row[1].value for row in sheet.iter_rows() if row[0].value}
    assert sheet["A1"].value == "跨省异地就医费用清算单"
    assert sheet["B2"].value == "单位：元"
    assert (rows["参保地"], rows["就医地"]) == ("四川省异地就医结算中心（510000）", "上海市（310000）")
    assert (rows["清算月份"], rows["险种"]) == ("2026年3月", "城乡居民基本医疗保险（390）")
    assert (rows["资金方式"], rows["付款方"]) == ("经办机构预付", rows["参保地"])
    assert rows["应付合计（元）"] == 1_234_563.04
    assert rows["应付合计（大写）"] == "人民币壹佰贰拾叁万肆仟伍佰陆拾叁元零肆分"
    for party in ("参保地经办机构", "就医地经办机构"):
        assert all(word in rows[party] for word in ("制表", "复核", "负责人", "盖章"))


def test_within_a_province_it_is_called_so_and_what_is_owed_back_is_paid_by_the_other_side() -> None:
    within = Paper(HEADING._replace(insured_center="511900", treatment_center="510100"), [line("S", -5)])
    assert within.title == "省内异地就医费用清算单"
    assert cover(within)["付款方"] == "四川省成都市（510100）"
    assert cover(within)["应付合计（大写）"] == "人民币负伍分"


def test_the_sums_of_each_group_add_up_to_the_whole() -> None:
    table = sums_table(PAPER)
    rows = list(table.rows())
    assert [row[:3] for row in rows] == [
        ("参保统筹区", "511902", "四川省巴中市巴州区"),
        ("参保统筹区", "511921", "四川省巴中市通江县"),
        ("医疗类别", "", "住院"),
        ("医疗类别", "", "药店购药"),
        ("医药机构", "H31010100001", "=华东第一医院（虚构）"),
        ("医药机构", "H31010100002", ""),
    ]
    for group in ("参保统筹区", "医疗类别", "医药机构"):
        amounts = zip(*(row[3:] for row in rows if row[0] == group), strict=True)
        assert [sum(column) for column in amounts] == list(table.total[3:])


def test_amounts_are_numbers_days_are_dates_and_ids_are_text(tmp_path: Path) -> None:
    sheet = opened(PAPER, tmp_path)["明细"]
    heads = {cell.value: cell.column - 1 for cell in sheet[3]}
    first = sheet[4]
    told = {head: (first[at].value, first[at].number_format) for head, at in heads.items()}
    assert told["明细号"] == ("S1", "@")
    assert told["业务日期"] == (datetime(2026, 3, 5), "yyyy-mm-dd")
    assert told["统筹基金"] == (1234567.89, "#,##0.00")
    assert told["类型"][0] == "结算" and told["医疗类别"][0] == "住院" and told["参保地"][0] == "巴州区"
    name = first[heads["机构名称"]]
    assert (name.value, name.data_type) == ("=华东第一医院（虚构）", "s")  # a name, not a formula
    assert [cell.value for cell in sheet[6]][:3] == [3, LONG, LONG]
    assert sheet[7][0].value == "合计" and sheet[7][-1].value == 1234563.04


@pytest.mark.parametrize("name", ["封面", "汇总", "明细"])
def test_no_column_is_narrower_than_its_longest_content(tmp_path: Path, name: str) -> None:
    sheet = opened(PAPER, tmp_path)[name]
    for column in sheet.iter_cols(min_row=3):
        width = width_of(sheet, column[0].column)
        for cell in column:
            assert width >= cells(as_shown(cell)) + 1, (cell.coordinate, cell.value)


def width_of(sheet: Any, column: int) -> float:
    """Columns beside each other that are as wide stand in the file as one."""
    [width] = [one.width for one in sheet.column_dimensions.values() if one.min <= column <= one.max]
    return float(width)


def as_shown(cell: Any) -> str:
    if cell.value is None:
        return ""
    if isinstance(cell.value, datetime):
        return "2026-03-05"
    return f"{cell.value:,.2f}" if cell.number_format == "#,##0.00" else str(cell.value)


@pytest.mark.parametrize("name", ["封面", "汇总", "明细"])
def test_each_sheet_prints_across_in_one_pages_width_with_page_numbers(tmp_path: Path, name: str) -> None:
    sheet = opened(PAPER, tmp_path)[name]
    setup = sheet.page_setup
    assert (setup.orientation, setup.paperSize, setup.fitToHeight) == ("landscape", 9, 0)
    assert setup.fitToWidth in (None, 1)  # the file's form takes it for one page where nothing is said
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
    area = sheet.print_area.replace("$", "").split("!")[-1]
    assert area == sheet.dimensions
    if name != "封面":
        assert (sheet.freeze_panes, sheet.print_title_rows) == ("A4", "$1:$3")


def test_more_lines_than_a_sheet_holds_go_on_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "ROWS_A_SHEET", 2)
    book = opened(Paper(HEADING, [line(f"S{i}") for i in range(5)]), tmp_path)
    sheets = [name for name in book.sheetnames if name.startswith("明细")]
    numbers = [[row[0].value for row in book[name].iter_rows(min_row=4)] for name in sheets]
    assert sheets == ["明细", "明细2", "明细3"]
    assert numbers == [[1, 2], [3, 4], [5, "合计"]]


def test_a_statement_without_lines_is_still_written(tmp_path: Path) -> None:
    book = opened(Paper(HEADING, []), tmp_path)
    assert [row[0] for row in book["明细"].iter_rows(min_row=4, values_only=True)] == ["合计"]


# Fen, with commas
GROUPED = [(0, "0.00"), (5, "0.05"), (-123_456, "-1,234.56"), (100_000_000, "1,000,000.00")]


@pytest.mark.parametrize(("fen", "text"), GROUPED)
def test_amounts_have_commas(fen: int, text: str) -> None:
    assert grouped_yuan(fen) == text


def test_a_chinese_character_takes_two_cells() -> None:
    assert [cells(text) for text in ("", "ab1", "医保", "（a）")] == [0, 3, 4, 5]
