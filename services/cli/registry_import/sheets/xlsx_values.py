"""What the cells of a workbook (XLSX) hold, as text: shared strings, days by their format, whole numbers."""

import re
from decimal import Decimal
from typing import Any, NamedTuple
from zipfile import ZipFile

from lxml import etree

from services.cli.registry_import.sheets.habits import days_since

_MOST_BYTES = 256 << 20  # of a part that is read whole
_SAFE = {"resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": False}
_EXACT = 10**15  # a number from here on has lost digits (IEEE 754, as spreadsheets show it)
_BUILT_IN_DAYS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}  # ECMA-376, 18.8.30
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')  # words within a number format
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_BOOLEANS = {"1": "true", "0": "false"}


class Book(NamedTuple):
    """A workbook: the parts that are its sheets, its strings, and which styles show a number as a day."""

    sheets: list[str]
    strings: list[str]
    day_styles: frozenset[int]
    since_1904: bool


def read_book(archive: ZipFile) -> Book:
    """What the sheets refer to. Raises KeyError or ValueError for an archive that is no workbook."""
    workbook = _part(archive, "xl/workbook.xml")
    relations = {one.get("Id"): one.get("Target") for one in _part(archive, "xl/_rels/workbook.xml.rels")}
    names = [relations[_relation(one)] for one in workbook.iter("{*}sheet")]
    properties = workbook.find("{*}workbookPr")
    since_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    return Book([_place(name) for name in names], _strings(archive), _day_styles(archive), since_1904)


def text_of(cell: Any, book: Book) -> str:
    """A cell's value as text. Raises ValueError for one that cannot be."""
    formula = cell.find("{*}f")
    if formula is not None:
        return f"={formula.text or ''}"
    kind, value = cell.get("t", "n"), cell.findtext("{*}v") or ""
    if kind == "s":
        return book.strings[int(value)]
    if kind == "inlineStr":
        return _string(cell)
    if kind == "b":
        return _BOOLEANS.get(value, value)
    if kind == "n" and value:
        return _number(value, int(cell.get("s") or 0) in book.day_styles, book.since_1904)
    return _unescaped(value)


def _number(value: str, is_day: bool, since_1904: bool) -> str:
    number = float(value)
    if is_day:
        return days_since(number, since_1904)
    if abs(number) >= _EXACT:
        return f"{number:.14E}"
    return format(Decimal(f"{number:.15g}").normalize(), "f")


def _strings(archive: ZipFile) -> list[str]:
    name = "xl/sharedStrings.xml"
    if name not in archive.namelist():
        return []
    return [_string(one) for one in _part(archive, name).iterchildren("{*}si")]


def _string(holder: Any) -> str:
    """A string's runs together; how it is read aloud (rPh) is no part of it."""
    texts = (one for one in holder.iter("{*}t") if etree.QName(one.getparent()).localname != "rPh")
    return _unescaped("".join(one.text or "" for one in texts))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _day_styles(archive: ZipFile) -> frozenset[int]:
    name = "xl/styles.xml"
    if name not in archive.namelist():
        return frozenset()
    styles = _part(archive, name)
    own = {
        int(one.get("numFmtId")): bool(re.search("[ymdYMD]", _NOT_SHOWN.sub("", one.get("formatCode", ""))))
        for one in styles.iter("{*}numFmt")
    }
    used = [int(one.get("numFmtId") or 0) for one in styles.iterfind("{*}cellXfs/{*}xf")]
    return frozenset(n for n, number in enumerate(used) if own.get(number, number in _BUILT_IN_DAYS))


def _part(archive: ZipFile, name: str) -> Any:
    if archive.getinfo(name).file_size > _MOST_BYTES:
        raise ValueError(f"{name} is too large")
    return etree.fromstring(archive.read(name), etree.XMLParser(**_SAFE))


def _relation(sheet: Any) -> str:
    [name] = [value for key, value in sheet.attrib.items() if etree.QName(key).localname == "id"]
    return str(name)


def _place(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
