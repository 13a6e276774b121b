"""A checked batch as files: CSV in fen for programs, the same bytes each time; XLSX in yuan for people."""

import csv
from collections.abc import Callable, Iterable
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from shared.adapter.batches.batch import Batch
from shared.messages.clearing.months import ClearingLine
from shared.money import yuan

_COLUMNS = tuple(ClearingLine.model_fields)
_WORDS = {
    "line_id": "明细号",
    "settlement_id": "结算号",
    "person_id": "人员标识",
    "institution_id": "医药机构编码",
    "visit_kind": "就诊类别",
    "business_on": "业务日期",
    "total_fen": "医疗费总额（元）",
    "pool_fen": "统筹基金（元）",
    "large_amount_fen": "大额基金（元）",
    "serious_illness_fen": "大病保险（元）",
    "assistance_fen": "医疗救助（元）",
    "fund_fen": "基金支付合计（元）",
    "lines": "笔数",
    "statement_id": "清算单号",
    "agreement_id": "协议号",
    "funding_mode": "垫付方式",
    "insured_center": "参保地中心",
    "treatment_center": "就医地中心",
    "insured_area": "参保地",
    "treatment_area": "就医地",
    "scheme": "险种",
    "month": "清算月份",
    "sha256": "SHA-256",
}
_BOLD = Font(bold=True)


def write_batch(batch: Batch, folder: Path) -> tuple[Path, Path]:
    """Writes the batch as CSV and XLSX into `folder` and gives their paths; each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    head = batch.manifest.head
    name = f"{head.month}_{head.agreement_id}_{head.scheme}"
    as_csv, as_xlsx = folder / f"{name}.csv", folder / f"{name}.xlsx"
    _put(as_csv, lambda path: path.write_bytes(csv_bytes(batch.lines)))
    _put(as_xlsx, lambda path: _workbook(batch).save(path))
    return as_csv, as_xlsx


def csv_bytes(lines: Iterable[ClearingLine]) -> bytes:
    """The lines as CSV: UTF-8 with its mark (for spreadsheets), LF, amounts in integer fen."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([getattr(line, name) for name in _COLUMNS] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def _workbook(batch: Batch) -> Workbook:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("清算单")
    manifest = batch.manifest
    rows = [*manifest.head, *manifest.sums, ("sha256", manifest.sha256)]
    for name, value in rows:
        sheet.append([_WORDS[name], _shown(name, value)])
    sheet = book.create_sheet("明细")
    sheet.freeze_panes = "A2"
    sheet.append([_bold(sheet, _WORDS[name]) for name in _COLUMNS])
    for line in batch.lines:
        sheet.append([_shown(name, getattr(line, name)) for name in _COLUMNS])
    return book


def _shown(name: str, value: Any) -> Any:
    return Decimal(yuan(value)) if name.endswith("_fen") else value


def _bold(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font = _BOLD
    return cell


def _put(path: Path, write: Callable[[Path], object]) -> None:
    fresh = path.with_name(f".{path.name}.new")
    write(fresh)
    fresh.replace(path)
