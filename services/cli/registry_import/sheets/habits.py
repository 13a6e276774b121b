"""What spreadsheets do to cells (电子表格的习惯), undone where nothing is lost, and told where something is.

An apostrophe before a cell keeps a spreadsheet from calculating with it; what stands behind it is the cell.
So a file that we write is read again as it was, and nothing in it is ever run (`guarded`).
"""

import re
from datetime import date, datetime

from services.cli.registry_import.origin import Remedy

_GUARD = "'"
_FORMULA = "="
_RUN_OR_READ = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    _GUARD,
    "#",
)  # a cell that begins so is guarded
MARKED = frozenset(_RUN_OR_READ[0] + _GUARD + "#")
"""A cell that begins so does not mean what stands there: `plain` says what it does."""
_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"}
_HALF_WIDTH = {0xFF01 + n: 0x21 + n for n in range(94)} | {0x3000: " ", 0x200B: None, 0xFEFF: None, 0xA0: " "}
_ROUNDED = re.compile(r"-?[0-9](\.[0-9]+)?[Ee]\+[0-9]+")
_DAY = re.compile(r"([0-9]{4})(?:[-/.]|年)([0-9]{1,2})(?:[-/.]|月)([0-9]{1,2})日?(?: 0?0:00(?::00)?)?")

_AS_VALUE = Remedy("改为数值（选择性粘贴），不用公式", "Paste the value in place of the formula")
_AS_TEXT = Remedy("将该列设为文本格式后重新填写", "Format the column as text and enter it again")


class SlipError(ValueError):
    """What a spreadsheet did to a cell cannot be undone: it is told, and what to do."""

    def __init__(self, zh: str, en: str, remedy: Remedy) -> None:
        self.zh, self.en, self.remedy = zh, en, remedy
        super().__init__(f"{zh} / {en}")


def plain(cell: str) -> str:
    """A cell as it was meant: without the space around it, and without its guard. Raises SlipError."""
    bare = cell.strip()
    if bare[:1] not in MARKED:
        return bare
    if bare[0] == _GUARD:
        return cell.lstrip()[1:]
    if bare[0] == _FORMULA:
        raise SlipError("是公式，不予计算", "is a formula, which is never calculated", _AS_VALUE)
    if bare in _ERRORS:
        raise SlipError("是电子表格的错误值", "is a spreadsheet's error", _AS_VALUE)
    return bare


def guarded(cell: str) -> str:
    """A cell as it may be given away: what a spreadsheet would run, or we would read otherwise, is guarded.

    `plain` undoes it. An empty one is guarded too: it was told, unlike a cell that is left empty.
    """
    stands = cell and cell == cell.strip() and not cell.startswith(_RUN_OR_READ)
    return cell if stands else _GUARD + cell


def half_width(cell: str) -> str:
    """A code with its digits and letters in half width (半角). Raises SlipError for one that was rounded."""
    if not cell.isascii():
        cell = cell.translate(_HALF_WIDTH).strip()
    if "+" in cell and _ROUNDED.fullmatch(cell):
        zh, en = "被记作科学计数法，末位已丢失", "was rounded to a power of ten: its last digits are lost"
        raise SlipError(zh, en, _AS_TEXT)
    return cell


def of_width(cell: str, width: int) -> str:
    """A code of so many characters. Raises SlipError where the zeros before it are lost."""
    cell = half_width(cell)
    if len(cell) < width and cell.isdecimal():
        zh, en = f"有{len(cell)}位，应为{width}位", f"has {len(cell)} digits, not {width}"
        raise SlipError(f"{zh}：前面的0是否丢失？", f"{en}: are zeros before it lost?", _AS_TEXT)
    return cell


def day_of(cell: str) -> date | str:
    """A day as people and spreadsheets write it: 2026-03-01, 2026/3/1, 2026年3月1日; else the cell."""
    cell = half_width(cell)
    found = _DAY.fullmatch(cell)
    try:
        return date(*map(int, found.groups())) if found else cell
    except ValueError:
        return cell


def days_since(number: float, since_1904: bool) -> str:
    """A spreadsheet's day number as a day; with a time of day, as it is shown. Raises OverflowError."""
    epoch = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)
    moment = datetime.fromordinal(epoch.toordinal() + int(number))
    return moment.date().isoformat() if number == int(number) else f"{moment.date()} +{number % 1:.5f}"
